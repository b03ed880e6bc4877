import Glibc
import TailraceEvent
import TailraceOptions
import Testing

@testable import TailraceInput

/// Each tailer here is thrown away without a word, as by `kill -9`: only what the sink took counts.
@Suite struct FileRestartTests {
    let scratch = LogFolder()
    let sink = LedgerSink()

    private func run(_ pattern: String = "a.log") throws {
        _ = try SteppedTailer([self.scratch.path(pattern)], sink: self.sink)
    }

    @Test func `reading goes on where the log ends`() throws {
        self.scratch.append("one\n", to: "a.log")
        try self.run()
        self.scratch.append("two\n", to: "a.log")
        try self.run()
        try self.run()
        #expect(self.sink.lines == ["one", "two"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `what was read and not taken is read again`() throws {
        self.scratch.append("one\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.sink.close()
        self.scratch.append("two\n", to: "a.log")
        #expect(throws: SinkClosed.self) { try tailer.settle() }
        self.sink.close(false)
        try self.run()
        #expect(self.sink.lines == ["one", "two"])
    }

    @Test func `the end at the first start stays the beginning, even if nothing was read`() throws {
        self.scratch.append("old\n", to: "a.log")
        _ = try SteppedTailer([self.scratch.path("a.log")], ["from": .string("end")], sink: self.sink)
        self.scratch.append("new\n", to: "a.log")
        _ = try SteppedTailer([self.scratch.path("a.log")], ["from": .string("end")], sink: self.sink)
        #expect(self.sink.lines == ["new"])
    }

    @Test func `a start without files was a start`() throws {
        _ = try SteppedTailer([self.scratch.path("a.log")], ["from": .string("end")], sink: self.sink)
        self.scratch.append("one\n", to: "a.log")
        _ = try SteppedTailer([self.scratch.path("a.log")], ["from": .string("end")], sink: self.sink)
        #expect(self.sink.lines == ["one"])
    }

    @Test func `F19 an unfinished line is told once, whole, over a restart`() throws {
        self.scratch.append("one\nhalf", to: "a.log")
        try self.run()
        #expect(self.sink.lines == ["one"])
        self.scratch.append(" done\n", to: "a.log")
        try self.run()
        #expect(self.sink.lines == ["one", "half done"])
    }

    @Test(arguments: ["a.log", "a.log*"])
    func `F2 three rotations while stopped are read in order`(pattern: String) throws {
        self.scratch.append("1 read\n", to: "a.log")
        try self.run(pattern)
        self.scratch.append("1 rest\n", to: "a.log")
        for round in 2...4 {
            for index in (1..<4).reversed() { self.scratch.rename("a.log.\(index)", "a.log.\(index + 1)") }
            self.scratch.rename("a.log", "a.log.1")
            self.scratch.append("\(round)\n", to: "a.log")
        }
        try self.run(pattern)
        try self.run(pattern)
        #expect(self.sink.lines == ["1 read", "1 rest", "2", "3", "4"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F2 a rotated file that is gone leaves a gap before what follows`() throws {
        self.scratch.append("1 read\n", to: "a.log")
        try self.run()
        self.scratch.append("1 lost\n", to: "a.log")
        self.scratch.remove("a.log")
        self.scratch.append("2\n", to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("3\n", to: "a.log")
        try self.run()
        try self.run()
        #expect(self.sink.lines == ["1 read", "2", "3"])
        #expect(self.sink.gaps.count == 1)
        #expect(self.sink.gaps.first?.contains("\"reason\":\"vanished\"") == true)
    }

    @Test func `a file renamed to any name in its folder is found again`() throws {
        self.scratch.append("1 read\n", to: "a.log")
        try self.run()
        self.scratch.append("1 rest\n", to: "a.log")
        self.scratch.rename("a.log", "something-else")
        try self.run()
        #expect(self.sink.lines == ["1 read", "1 rest"])
        self.scratch.append("2\n", to: "a.log")
        try self.run()
        #expect(self.sink.lines == ["1 read", "1 rest", "2"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F4 copytruncate while stopped: the rest is read from the copy`() throws {
        self.scratch.append("one\n", to: "a.log")
        try self.run()
        self.scratch.append("two\n", to: "a.log")
        self.scratch.copyTruncate("a.log", to: "a.log.1")
        self.scratch.append("three, which is longer than all before\n", to: "a.log")
        try self.run()
        try self.run()
        #expect(self.sink.lines == ["one", "two", "three, which is longer than all before"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test(arguments: ["x\n", "other content that grew past the offset before anybody looked\n"])
    func `F6 a file truncated while stopped is read from its beginning, with a gap`(text: String) throws {
        self.scratch.append("one, and some more\n", to: "a.log")
        try self.run()
        self.scratch.write(text, to: "a.log")
        try self.run()
        try self.run()
        #expect(self.sink.lines == ["one, and some more", String(text.dropLast())])
        #expect(self.sink.gaps.count == 1)
        #expect(self.sink.gaps.first?.contains("\"reason\":\"truncated\"") == true)
    }

    @Test func `a kill between the old file and the new one repeats nothing`() throws {
        self.scratch.append("1 read\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.scratch.append("1 rest\n", to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("2\n", to: "a.log")
        try tailer.settle()
        try self.run()
        self.scratch.append("1 late\n", to: "a.log.1")
        try self.run()
        self.scratch.remove("a.log.1")
        self.scratch.append("2 more\n", to: "a.log")
        try self.run()
        #expect(self.sink.lines == ["1 read", "1 rest", "2", "1 late", "2 more"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `checkpoints of files that are gone do not pile up`() throws {
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        for index in 0..<200 {
            self.scratch.append("x\n", to: "\(index).log")
            try tailer.settle()
            self.scratch.remove("\(index).log")
        }
        try tailer.settle()
        try tailer.advance(.seconds(6))
        #expect(self.sink.lines.count == 200)
        #expect(self.sink.state.checkpoints.count == 1)
        #expect(tailer.openFiles == 0)
    }

    @Test func `a damaged checkpoint costs a repetition, not a line`() throws {
        self.scratch.append("one\n", to: "a.log")
        try self.run()
        let key = try #require(self.sink.state.checkpoints.keys.first { $0 != RestoredCheckpoints.startKey })
        try self.sink.submit(
            EventBatch(), checkpoints: [Checkpoint(input: "files", key: key, value: Array("{\"ver".utf8))])
        self.scratch.append("two\n", to: "a.log")
        try self.run()
        #expect(self.sink.lines == ["one", "one", "two"])
    }

    @Test func `a file that was created and rotated while stopped is read before its successor`() throws {
        try self.run()
        self.scratch.append("1\n", to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        try self.run()
        self.scratch.append("2\n", to: "a.log")
        try self.run()
        #expect(self.sink.lines == ["1", "2"])
    }

    @Test func `what was there before the first start and was rotated away stays unread`() throws {
        self.scratch.append("old\n", to: "a.log.1")
        self.scratch.waitForNextTick(after: "a.log.1")
        self.scratch.append("1\n", to: "a.log")
        try self.run()
        self.scratch.rename("a.log.1", "a.log.2")
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("2\n", to: "a.log")
        try self.run()
        #expect(self.sink.lines == ["1", "2"])
    }
}
