import Glibc
import Synchronization
import TailraceEvent
import TailraceOptions
import Testing

@testable import TailraceInput

/// The kernel's files, of which some are refused.
final class RefusingFiles: FileSystem {
    private let real = SystemFiles()
    private let errors = Mutex<[FilePath: Int32]>([:])
    private let errorsByFile = Mutex<[FileFacts.Key: Int32]>([:])

    func refuse(_ path: String, with code: Int32?) { self.errors.withLock { $0[FilePath(path)] = code } }

    /// Refuses the file that stands at a path now, whatever it is renamed to.
    func refuse(fileAt path: String, with code: Int32?) {
        guard let facts = try? self.real.facts(of: FilePath(path), followingLinks: true) else { return }
        self.errorsByFile.withLock { $0[facts.key] = code }
    }

    func facts(of path: FilePath, followingLinks: Bool) throws(SystemError) -> FileFacts {
        try self.real.facts(of: path, followingLinks: followingLinks)
    }

    func facts(of handle: Int32) throws(SystemError) -> FileFacts { try self.real.facts(of: handle) }

    func open(_ path: FilePath) throws(SystemError) -> Int32 {
        if let code = self.errors.withLock({ $0[path] }) { throw SystemError(code: code) }
        let handle = try self.real.open(path)
        let code = self.errorsByFile.withLock { errors in
            errors.isEmpty ? nil : (try? self.real.facts(of: handle)).flatMap { errors[$0.key] }
        }
        if let code {
            self.real.close(handle)
            throw SystemError(code: code)
        }
        return handle
    }

    func close(_ handle: Int32) { self.real.close(handle) }

    func read(_ handle: Int32, into buffer: inout [UInt8], count: Int, at offset: UInt64) throws(SystemError) -> Int {
        try self.real.read(handle, into: &buffer, count: count, at: offset)
    }

    func identity(of handle: Int32, facts: FileFacts) -> FileIdentity { self.real.identity(of: handle, facts: facts) }
    func location(of handle: Int32) -> FilePath? { self.real.location(of: handle) }
    func target(of link: FilePath) -> FilePath? { self.real.target(of: link) }
    func entries(of directory: FilePath) throws(SystemError) -> [DirectoryEntry] {
        try self.real.entries(of: directory)
    }
    func remoteType(of facts: FileFacts) -> String? { nil }
}

@Suite struct FileLimitTests {
    let scratch = LogFolder()
    let sink = LedgerSink()

    @Test func `F25 a file without permission is named, and read once it is allowed`() throws {
        let files = RefusingFiles()
        files.refuse(self.scratch.path("a.log"), with: EACCES)
        self.scratch.append("one\n", to: "a.log")
        self.scratch.append("other\n", to: "b.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink, files: files)
        #expect(self.sink.lines == ["other"])
        #expect(tailer.status.snapshot.state == .degraded)
        #expect(tailer.status.snapshot.reason?.contains("\(self.scratch.path("a.log")): permission denied; ") == true)
        files.refuse(self.scratch.path("a.log"), with: nil)
        try tailer.advance(.seconds(2))
        try tailer.advance(.seconds(2))
        #expect(self.sink.lines == ["other", "one"])
        #expect(tailer.status.snapshot.state == .reading)
        #expect(tailer.status.snapshot.reason == nil)
    }

    @Test func `F25 a change of permissions is noticed at once`() throws {
        let files = RefusingFiles()
        files.refuse(self.scratch.path("a.log"), with: EACCES)
        self.scratch.append("one\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink, files: files)
        files.refuse(self.scratch.path("a.log"), with: nil)
        _ = chmod(self.scratch.path("a.log"), 0o600)
        try tailer.settle()
        #expect(self.sink.lines == ["one"])
    }

    @Test func `F27 without inotify everything is found by polling`() throws {
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink, isPolling: true)
        self.scratch.append("one\n", to: "a.log")
        try tailer.advance(.milliseconds(300))
        self.scratch.append("two\n", to: "a.log")
        try tailer.advance(.milliseconds(300))
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("three\n", to: "a.log")
        try tailer.advance(.milliseconds(300))
        self.scratch.truncate("a.log")
        self.scratch.append("four\n", to: "a.log")
        try tailer.advance(.milliseconds(300))
        #expect(self.sink.lines == ["one", "two", "three", "four"])
        #expect(tailer.status.snapshot.state == .degraded)
    }

    @Test func `F27 an overflow of the event queue loses nothing`() throws {
        self.scratch.append("", to: "a.log")
        self.scratch.append("", to: "b.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        // Two files in turn, so that the kernel can't merge events; its queue holds 16,384.
        for index in 0..<10_000 {
            self.scratch.append("\(index)\n", to: "a.log")
            self.scratch.append("\(index)\n", to: "b.log")
        }
        self.scratch.append("last\n", to: "c.log")
        try tailer.settle()
        #expect(self.sink.lines.count == 20_001)
        #expect(
            self.sink.state.lines.filter { $0.file.hasSuffix("a.log") }.map(\.text) == (0..<10_000).map(String.init))
    }

    @Test func `F28 many files are read with few descriptors`() throws {
        let count = 60
        for index in 0..<count { self.scratch.append("\(index) one\n", to: "\(index).log") }
        let tailer = try SteppedTailer(
            [self.scratch.path("*.log")], ["from": .string("start"), "max_open_files": .integer(8)], sink: self.sink)
        #expect(tailer.openFiles <= 8)
        for round in 0..<3 {
            for index in 0..<count { self.scratch.append("\(index) \(round)\nhalf", to: "\(index).log") }
            try tailer.settle()
            for index in 0..<count { self.scratch.append(" done\n", to: "\(index).log") }
            try tailer.settle()
            #expect(tailer.openFiles <= 8)
        }
        #expect(self.sink.state.lines.count == count * 7)
        for index in 0..<count {
            let lines = self.sink.state.lines.filter { $0.file.hasSuffix("/\(index).log") }.map(\.text)
            #expect(lines == ["\(index) one"] + (0..<3).flatMap { ["\(index) \($0)", "half done"] })
        }
    }

    @Test func `F28 a closed file that is rotated, truncated or removed is handled as an open one`() throws {
        for index in 0..<12 { self.scratch.append("\(index)\n", to: "\(index).log") }
        let tailer = try SteppedTailer(
            [self.scratch.path("*.log")], ["from": .string("start"), "max_open_files": .integer(4)], sink: self.sink)
        for index in 0..<12 {
            switch index % 3 {
            case 0:
                self.scratch.append("rest \(index)\n", to: "\(index).log")
                self.scratch.rename("\(index).log", "\(index).log.1")
                self.scratch.append("new \(index)\n", to: "\(index).log")
            case 1: self.scratch.write("fresh \(index) and longer\n", to: "\(index).log")
            default: self.scratch.remove("\(index).log")
            }
        }
        try tailer.settle()
        try tailer.advance(.seconds(12))
        let later = self.sink.lines.dropFirst(12)
        let expected = (0..<12).flatMap { index in
            switch index % 3 {
            case 0: ["rest \(index)", "new \(index)"]
            case 1: ["fresh \(index) and longer"]
            default: [String]()
            }
        }
        #expect(later.sorted() == expected.sorted())
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `a slow sink is given few large batches`() throws {
        self.scratch.append("", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        let before = self.sink.state.submits
        for index in 0..<5_000 { self.scratch.append("line \(index)\n", to: "a.log") }
        try tailer.settle()
        #expect(self.sink.lines.count == 5_000)
        #expect(self.sink.state.submits - before < 5)
    }
}
