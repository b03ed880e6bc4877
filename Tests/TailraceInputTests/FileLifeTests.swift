import Glibc
import TailraceEvent
import TailraceOptions
import Testing

@testable import TailraceInput

/// Lives of files that random sequences (`FileModelTests`) have found to go wrong.
@Suite struct FileLifeTests {
    let scratch = LogFolder()
    let sink = LedgerSink()

    @Test func `F2 a file of which nothing was read before the relay went down is read after its rotation`() throws {
        self.scratch.append("other\n", to: "b.log")
        self.scratch.append("", to: "a.log")
        _ = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        self.scratch.append("more\n", to: "b.log")
        _ = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        self.scratch.append("one\n", to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("two\n", to: "a.log")
        _ = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        #expect(self.sink.lines == ["other", "more", "one", "two"])
    }

    @Test func `F3 a copy that ends before what was read is not read again`() throws {
        for pattern in ["a.log", "a.log*"] {
            let sink = LedgerSink()
            let tailer = try SteppedTailer([self.scratch.path(pattern)], sink: sink)
            self.scratch.append("one\ntwo\n", to: "a.log")
            try tailer.settle()
            self.scratch.copyTruncate("a.log", to: "a.log.1") {
                self.scratch.append("three\n", to: "a.log")
                try? tailer.settle()
            }
            self.scratch.append("four\n", to: "a.log")
            try tailer.settle()
            try tailer.advance(.seconds(20))
            _ = try SteppedTailer([self.scratch.path(pattern)], sink: sink)
            #expect(sink.lines == ["one", "two", "three", "four"])
            #expect(sink.gaps.isEmpty)
            self.scratch.remove("a.log")
            self.scratch.remove("a.log.1")
        }
    }

    @Test func `F4 known bytes behind the end of a copy are a gap`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink, chunkBytes: 8)
        self.scratch.append("one-one\n", to: "a.log")
        try tailer.settle()
        self.scratch.append("two-two\nthree-e\nfour-fo\nfive-fi\n", to: "a.log")
        try tailer.step()
        self.scratch.write("one-one\ntwo-two\nthree-e\nfour-fo\n", to: "a.log.1")
        self.scratch.truncate("a.log")
        self.scratch.append("six\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one-one", "two-two", "three-e", "four-fo", "six"])
        #expect(self.sink.gaps.count == 1)
        #expect(self.sink.gaps.first?.contains("\"count\":8,\"unit\":\"bytes\",\"from\":\"32\"") == true)
    }

    @Test func `F4 a log that was copied, emptied and removed at once is not read again from its copy`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.scratch.append("one\n", to: "a.log")
        try tailer.settle()
        self.scratch.append("two\n", to: "a.log")
        self.scratch.copyTruncate("a.log", to: "a.log.1")
        self.scratch.remove("a.log")
        self.scratch.append("three\n", to: "a.log")
        try tailer.settle()
        try tailer.advance(.seconds(20))
        #expect(self.sink.lines.sorted() == ["one", "three", "two"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F4 a log that was copied, emptied and renamed at once is read on under its new name`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.scratch.append("one\n", to: "a.log")
        try tailer.settle()
        self.scratch.copyTruncate("a.log", to: "a.log.2")
        self.scratch.append("two\n", to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("three\n", to: "a.log")
        try tailer.settle()
        try tailer.advance(.seconds(20))
        #expect(self.sink.lines.sorted() == ["one", "three", "two"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F4 a copy that takes long to make is not read as a file of its own`() throws {
        let tailer = try SteppedTailer([self.scratch.path("*.log*")], sink: self.sink)
        self.scratch.append((0..<9).map { "line \($0)\n" }.joined(), to: "a.log")
        try tailer.settle()
        for line in 0..<9 {
            self.scratch.append("line \(line)\n", to: "a.log-20261122-0700")
            try tailer.advance(.milliseconds(1500))
        }
        self.scratch.truncate("a.log")
        try tailer.advance(.seconds(20))
        #expect(self.sink.lines == (0..<9).map { "line \($0)" })
    }

    @Test func `F8 a rotated file that nobody saw is read although it begins as the new one does`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        let banner = String(repeating: "=", count: 1500) + "\n"
        self.scratch.append(banner + "one\n", to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append(banner + "two\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines.map { $0.prefix(3) } == ["===", "one", "===", "two"])
    }

    @Test func `F12 a link to a file that does not exist yet is followed as soon as it does`() throws {
        self.scratch.makeFolder("pods")
        self.scratch.link("pods/0.log", "c.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        self.scratch.append("one\n", to: "pods/0.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one"])
    }

    @Test func `F12 what is rotated behind a link before anybody looked is read`() throws {
        self.scratch.makeFolder("pods")
        self.scratch.link("pods/0.log", "c.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        for (number, line) in ["one", "two", "three"].enumerated() {
            self.scratch.append("\(line)\n", to: "pods/0.log")
            self.scratch.rename("pods/0.log", "pods/0.log.20261122-10101\(number)")
        }
        self.scratch.append("four\n", to: "pods/0.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "three", "four"])
    }

    @Test func `F25 a log that is rotated away before it may be read is a gap`() throws {
        let files = RefusingFiles()
        self.scratch.append("", to: "other.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink, files: files)
        self.scratch.append("one\n", to: "a.log")
        files.refuse(fileAt: self.scratch.path("a.log"), with: EACCES)
        try tailer.settle()
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("two\n", to: "a.log")
        try tailer.settle()
        try tailer.advance(.seconds(20))
        #expect(self.sink.lines == ["two"])
        #expect(self.sink.gaps.count == 1)
        let gap = self.sink.gaps.first ?? ""
        #expect(gap.contains("\"reason\":\"refused\",\"count\":4,\"unit\":\"bytes\",\"from\":\"0\""))
    }

    @Test func `F25 the rest of a log that may no more be read when it was rotated is a gap`() throws {
        let files = RefusingFiles()
        _ = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink, files: files)
        self.scratch.append("one\n", to: "a.log")
        _ = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink, files: files)
        self.scratch.append("two\n", to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        files.refuse(fileAt: self.scratch.path("a.log.1"), with: EACCES)
        self.scratch.append("three\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink, files: files)
        try tailer.advance(.seconds(20))
        #expect(self.sink.lines == ["one", "three"])
        #expect(self.sink.gaps.count == 1)
        let gap = self.sink.gaps.first ?? ""
        #expect(gap.contains("\"reason\":\"refused\",\"count\":4,\"unit\":\"bytes\",\"from\":\"4\""))
    }

    @Test func `F32 more rotations than are looked into at once are a gap that says how much is left out`() throws {
        self.scratch.append("", to: "other.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink, maxNeighbours: 10)
        for number in 0..<15 {
            self.scratch.append("line \(number)\n", to: "a.log")
            self.scratch.rename("a.log", "a.log-20261122-\(1000 + number)")
            self.scratch.waitForNextTick(after: "a.log-20261122-\(1000 + number)")
        }
        self.scratch.append("last\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == (5..<15).map { "line \($0)" } + ["last"])
        #expect(self.sink.gaps.count == 1)
        let gap = self.sink.gaps.first ?? ""
        #expect(gap.contains("\"reason\":\"crowded\",\"count\":35,\"unit\":\"bytes\""))
    }

    @Test func `F16 what is written late to a file that was renamed twice is read where files are polled`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink, isPolling: true)
        self.scratch.append("one\n", to: "a.log")
        try tailer.advance(.seconds(1))
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("two\n", to: "a.log")
        for _ in 0..<12 { try tailer.advance(.seconds(1)) }
        self.scratch.rename("a.log.1", "a.log.2")
        self.scratch.append("late\n", to: "a.log.2")
        for _ in 0..<20 { try tailer.advance(.seconds(1)) }
        #expect(self.sink.lines == ["one", "two", "late"])
    }

    @Test func `F20 a last line without a line end is told where the rotated file matches too`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log*")], sink: self.sink)
        self.scratch.append("one\ntwo", to: "a.log")
        try tailer.settle()
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("three\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "three"])
        try tailer.advance(.seconds(6))
        #expect(self.sink.lines == ["one", "three", "two"])
        self.scratch.append(" late\n", to: "a.log.1")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "three", "two", " late"])
    }
}
