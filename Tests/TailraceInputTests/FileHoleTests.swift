import Glibc
import TailraceOptions
import TailraceTesting
import Testing

@testable import TailraceInput

@Suite struct FileHoleTests {
    let scratch = LogFolder()
    let sink = LedgerSink()

    private func tailer() throws -> SteppedTailer {
        try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
    }

    /// Writes at an offset, as a writer does that knows nothing of a truncation.
    private func write(_ text: String, at offset: Int) {
        let handle = open(self.scratch.path("a.log"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(handle) }
        lseek(handle, offset, SEEK_SET)
        writeAll(text, to: handle)
    }

    private func hole(_ from: Int, _ to: Int) -> String {
        "\"reason\":\"hole\",\"count\":\(to - from),\"unit\":\"bytes\",\"from\":\"\(from)\",\"to\":\"\(to)\""
    }

    @Test func `F10 a writer that goes on at its old place leaves one note of a hole, and no NUL bytes`() throws {
        self.scratch.append(String(repeating: "0123456789abcde\n", count: 10_000), to: "a.log")
        let tailer = try self.tailer()
        #expect(self.sink.lines.count == 10_000)
        for round in 0..<3 {
            self.scratch.copyTruncate("a.log", to: "a.log.1")
            let start = 160_000 + round * 10
            self.write("stale \(round)\n", at: start)
            try tailer.settle()
            self.write("after \(round)\n", at: start + 8)
            try tailer.settle()
            #expect(self.sink.lines.suffix(2) == ["stale \(round)", "after \(round)"])
            #expect(self.sink.gaps.count == round + 1)
            #expect(self.sink.gaps.last?.contains(self.hole(0, start)) == true)
        }
        #expect(self.sink.lines.count == 10_006)
        #expect(self.sink.lines.allSatisfy { !$0.contains("\0") })
    }

    @Test func `F10 a hole is told once over a kill`() throws {
        self.write("one\n", at: 100_000)
        _ = try self.tailer()
        self.write("two\n", at: 300_000)
        _ = try self.tailer()
        _ = try self.tailer()
        #expect(self.sink.lines == ["one", "two"])
        #expect(self.sink.gaps.count == 2)
        #expect(self.sink.gaps.last?.contains(self.hole(100_004, 300_000)) == true)
    }

    @Test func `F10 NUL bytes that were written are told as a hole from a page on, and are content below`() throws {
        self.scratch.append("one\n" + String(repeating: "\0", count: 70_000) + "two\n", to: "a.log")
        let short = String(repeating: "\0", count: NulRun.textBytes) + "three"
        self.scratch.append(short + "\n", to: "a.log")
        _ = try self.tailer()
        #expect(self.sink.lines == ["one", "two", short])
        #expect(self.sink.gaps.count == 1)
        #expect(self.sink.gaps.first?.contains(self.hole(4, 70_004)) == true)
    }

    @Test func `F10 a line that a hole cuts is told as far as it goes`() throws {
        self.write("half", at: 0)
        self.write("\nwhole\n", at: 1 << 20)
        _ = try self.tailer()
        // The block that the line ends in is filled up with NUL bytes, which belong to the hole.
        #expect(self.sink.lines == ["half", "", "whole"])
        #expect(self.sink.gaps.first?.contains(self.hole(4, 1 << 20)) == true)
    }

    @Test func `F10 a hole ends what waits for further lines, and both are counted`() throws {
        self.write("n one\n more\n", at: 0)
        let tailer = try SteppedTailer(
            [self.scratch.path("a.log")],
            [
                "from": .string("start"),
                "multiline": .table(
                    OptionTable(values: ["start": .string("^n"), "timeout": .duration(.seconds(1))])),
            ], sink: self.sink)
        self.write("n two\n more", at: 1 << 20)
        try tailer.settle()
        #expect(self.sink.lines == ["n one\n more"])
        #expect(self.sink.gaps.count == 1)
        let lines = tailer.status.snapshot.lines
        #expect(lines.lines == 3 && lines.told == 1 && lines.joined == 1 && lines.waiting == 1)
        #expect(lines.dropped.isEmpty)
    }

    @Test func `F10 room that was reserved behind the end is no hole, and is read when it is written`() throws {
        self.write("one\n", at: 0)
        _ = Glibc.truncate(self.scratch.path("a.log"), 1 << 20)
        let tailer = try self.tailer()
        self.write("two\n", at: 4)
        try tailer.settle()
        self.write("three\n", at: 8)
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "three"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F10 reserved room that is rotated away is forgotten with its file`() throws {
        self.write("one\n", at: 0)
        _ = Glibc.truncate(self.scratch.path("a.log"), 1 << 20)
        let tailer = try self.tailer()
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("two\n", to: "a.log")
        try tailer.settle()
        try tailer.advance(.seconds(6))
        #expect(self.sink.lines == ["one", "two"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F11 a sparse file of a tebibyte is read in a moment`() throws {
        let end = 1 << 40
        self.write("first\n", at: 0)
        self.write("middle\n", at: end / 2)
        self.write("last\n", at: end - 5)
        let before = cpuSeconds()
        _ = try self.tailer()
        #expect(self.sink.lines == ["first", "middle", "last"])
        #expect(self.sink.gaps.count == 2)
        #expect(self.sink.gaps.last?.contains(self.hole(end / 2 + 7, end - 5)) == true)
        #expect(cpuSeconds() - before < 2)
    }

    private func cpuSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    @Test(arguments: 0..<20)
    func `F10 F22 any mixture of text, NUL bytes and holes comes back exactly`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var content: [UInt8] = []
        let path = self.scratch.path("a.log")
        let handle = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let text = (0..<Int.random(in: 1...9_000, using: &random)).map { $0 % 77 == 76 ? UInt8(10) : 97 }
                pwrite(handle, text + [10], text.count + 1, content.count)
                content += text + [10]
            case 1:
                let zeros = [UInt8](repeating: 0, count: Int.random(in: 1...9_000, using: &random))
                pwrite(handle, zeros, zeros.count, content.count)
                content += zeros
            default:
                content += [UInt8](repeating: 0, count: Int.random(in: 1...300_000, using: &random))
            }
        }
        pwrite(handle, "end\n", 4, content.count)
        content += Array("end\n".utf8)
        close(handle)
        _ = try self.tailer()
        // Holes are told with their sizes, so that together with the lines all bytes are accounted for.
        let holes = self.sink.gaps.compactMap { $0.firstMatch(of: /"count":(\d+)/).flatMap { Int($0.1) } }
        let text = self.sink.lines.reduce(0) { $0 + $1.utf8.count }
        let lineFeeds = content.count { $0 == 10 }
        #expect(text + lineFeeds + holes.reduce(0, +) == content.count)
        #expect(self.sink.lines.last?.hasSuffix("end") == true)
        #expect(self.sink.lines.joined().filter { $0 != "\0" }.utf8.count == content.count { $0 != 10 && $0 != 0 })
    }
}
