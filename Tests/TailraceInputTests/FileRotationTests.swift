import Glibc
import TailraceEvent
import Testing

@testable import TailraceInput

@Suite struct FileRotationTests {
    let scratch = LogFolder()
    let sink = LedgerSink()

    @Test func `F1 rename rotation loses and repeats nothing and keeps the order`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        var expected: [String] = []
        for round in 0..<20 {
            self.scratch.append("\(round) before\n", to: "a.log")
            if round % 3 == 0 { try tailer.settle() }
            self.scratch.append("\(round) unread\n", to: "a.log")
            self.scratch.rename("a.log", "a.log.1")
            if round % 2 == 0 { try tailer.settle() }
            self.scratch.append("\(round) new\n", to: "a.log")
            try tailer.settle()
            expected += ["\(round) before", "\(round) unread", "\(round) new"]
        }
        #expect(self.sink.lines == expected)
        #expect(self.sink.gaps.isEmpty)
        #expect(self.sink.state.lines.allSatisfy { $0.file == self.scratch.path("a.log") })
    }

    @Test func `F1 rename rotation under load from another process loses nothing`() throws {
        let input = try RunningFileInput([self.scratch.path("a.log")], sink: self.sink)
        #expect(self.sink.waits { $0.submits > 0 })
        let total = 40_000
        for start in stride(from: 0, to: total, by: 100) {
            if start > 0 && start % 5_000 == 0 { self.scratch.rename("a.log", "a.log.\(total - start)") }
            self.scratch.append((start..<start + 100).map { "line \($0)\n" }.joined(), to: "a.log")
        }
        #expect(self.sink.waits { $0.lines.count >= total })
        input.finish()
        #expect(self.sink.lines == (0..<total).map { "line \($0)" })
    }

    @Test func `late writes to a renamed file are read, even after it was closed`() throws {
        self.scratch.append("one\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("new\n", to: "a.log")
        try tailer.settle()
        self.scratch.append("late\n", to: "a.log.1")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "new", "late"])
        try tailer.advance(.seconds(6))
        #expect(tailer.openFiles == 1)
        self.scratch.rename("a.log.1", "a.log.2")
        self.scratch.append("very late\n", to: "a.log.2")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "new", "late", "very late"])
        #expect(tailer.openFiles == 2)
    }

    @Test func `F2 two rotations between two looks`() throws {
        self.scratch.append("one\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.scratch.append("two\n", to: "a.log")
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("three\n", to: "a.log")
        self.scratch.rename("a.log.1", "a.log.2")
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("four\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "three", "four"])
    }

    @Test func `a pattern that matches rotated names too reads everything once, in order`() throws {
        self.scratch.append("one\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("a.log*")], sink: self.sink)
        for round in 0..<5 {
            self.scratch.append("\(round) a\n", to: "a.log")
            for index in (1..<8).reversed() { self.scratch.rename("a.log.\(index)", "a.log.\(index + 1)") }
            self.scratch.rename("a.log", "a.log.1")
            self.scratch.append("\(round) b\n", to: "a.log")
            for index in (1..<8).reversed() { self.scratch.rename("a.log.\(index)", "a.log.\(index + 1)") }
            self.scratch.rename("a.log", "a.log.1")
            self.scratch.append("\(round) c\n", to: "a.log")
            try tailer.settle()
        }
        #expect(self.sink.lines == ["one"] + (0..<5).flatMap { ["\($0) a", "\($0) b", "\($0) c"] })
        try tailer.advance(.seconds(20))
        #expect(self.sink.lines.count == 16)
    }

    @Test func `F3 copytruncate with the reader caught up repeats nothing and tells no gap`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        for round in 0..<10 {
            self.scratch.append("\(round) one\n\(round) two\n", to: "a.log")
            try tailer.settle()
            self.scratch.copyTruncate("a.log", to: "a.log.1")
            if round % 2 == 0 { try tailer.settle() }
            self.scratch.append("\(round) three\n", to: "a.log")
            try tailer.settle()
        }
        #expect(self.sink.lines == (0..<10).flatMap { ["\($0) one", "\($0) two", "\($0) three"] })
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `F4 what was not read before copytruncate is read from the copy`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.scratch.append("one\n", to: "a.log")
        try tailer.settle()
        self.scratch.append("two\n", to: "a.log")
        self.scratch.copyTruncate("a.log", to: "a.log.1")
        self.scratch.append("three\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "three"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test(arguments: [false, true])
    func `F4 a copy that matches the pattern is not read as a new file`(readsBetween: Bool) throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log*")], sink: self.sink)
        self.scratch.append("one\n", to: "a.log")
        try tailer.settle()
        self.scratch.append("two\n", to: "a.log")
        self.scratch.write("", to: "a.log.1")
        try tailer.settle()
        self.scratch.write("one\n", to: "a.log.1")
        try tailer.settle()
        self.scratch.append("three\n", to: "a.log")
        if readsBetween { try tailer.settle() }
        self.scratch.append("two\nthree\n", to: "a.log.1")
        if readsBetween { try tailer.advance(.milliseconds(20)) }
        self.scratch.truncate("a.log")
        self.scratch.append("four\n", to: "a.log")
        try tailer.settle()
        try tailer.advance(.seconds(30))
        #expect(self.sink.lines == ["one", "two", "three", "four"])
        #expect(self.sink.gaps.isEmpty)
    }

    @Test func `a new file with the same beginning as the log it is named after is read in the end`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log*")], sink: self.sink)
        self.scratch.append("banner\none\ntwo\n", to: "a.log")
        try tailer.settle()
        self.scratch.append("banner\n", to: "a.log.old")
        try tailer.settle()
        try tailer.advance(.seconds(3))
        self.scratch.append("other\n", to: "a.log.old")
        try tailer.settle()
        #expect(self.sink.lines == ["banner", "one", "two", "banner", "other"])
    }

    @Test func `F5 a file that was truncated and grew past the offset is read from its beginning`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.scratch.append("one\ntwo\n", to: "a.log")
        try tailer.settle()
        self.scratch.truncate("a.log")
        self.scratch.append("1 new and longer\n2 new and longer\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "1 new and longer", "2 new and longer"])
    }

    @Test func `F5 a file larger than one share that is truncated while behind leaves a gap`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.scratch.append(String(repeating: "0123456789abcde\n", count: 100_000), to: "a.log")
        try tailer.step()
        self.scratch.write("fresh\n", to: "a.log")
        try tailer.settle()
        let read = self.sink.lines.count - 1
        #expect(read > 0 && read < 100_000)
        #expect(self.sink.lines.last == "fresh")
        let gap = try #require(self.sink.gaps.first)
        #expect(self.sink.gaps.count == 1)
        #expect(gap.contains("\"reason\":\"truncated\",\"count\":\(1_600_000 - read * 16),\"unit\":\"bytes\""))
    }

    @Test func `F7 a new file with a reused inode is read from its beginning`() throws {
        for round in 0..<20 {
            let sink = LedgerSink()
            self.scratch.append("old old old\n", to: "a.log")
            _ = try SteppedTailer([self.scratch.path("*.log")], sink: sink)
            // While nobody watches, the next file usually gets the freed inode.
            self.scratch.remove("a.log")
            self.scratch.append("new new new\n\(round)\n", to: "a.log")
            _ = try SteppedTailer([self.scratch.path("*.log")], sink: sink)
            #expect(sink.lines == ["old old old", "new new new", "\(round)"])
            self.scratch.remove("a.log")
        }
    }

    @Test func `F12 a switched link is followed after its old target is finished`() throws {
        self.scratch.makeFolder("1")
        self.scratch.makeFolder("2")
        self.scratch.append("one\n", to: "1/a.log")
        self.scratch.append("three\n", to: "2/a.log")
        self.scratch.link("1", "current")
        let tailer = try SteppedTailer([self.scratch.path("current/a.log")], sink: self.sink)
        self.scratch.append("two\n", to: "1/a.log")
        self.scratch.link("2", "next")
        self.scratch.rename("next", "current")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "three"])
        self.scratch.append("four\n", to: "2/a.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "three", "four"])
    }

    @Test func `F12 a rotated file behind a link is followed`() throws {
        self.scratch.makeFolder("pods")
        self.scratch.append("one\n", to: "pods/0.log")
        self.scratch.link("pods/0.log", "c.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        self.scratch.append("two\n", to: "pods/0.log")
        self.scratch.rename("pods/0.log", "pods/0.log.20261122-101010")
        try tailer.settle()
        self.scratch.append("three\n", to: "pods/0.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "three"])
        #expect(Set(self.sink.state.lines.map(\.file)) == [self.scratch.path("c.log")])
    }

    @Test func `F16 a deleted file is read until its writer is silent, then closed and forgotten`() throws {
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        let handle = open(self.scratch.path("a.log"), O_WRONLY | O_CREAT | O_APPEND, 0o644)
        defer { close(handle) }
        writeAll("one\n", to: handle)
        try tailer.settle()
        self.scratch.remove("a.log")
        for line in 0..<4 {
            writeAll("late \(line)\n", to: handle)
            try tailer.advance(.seconds(3))
        }
        #expect(self.sink.lines == ["one"] + (0..<4).map { "late \($0)" })
        #expect(tailer.openFiles == 1)
        try tailer.advance(.seconds(6))
        #expect(tailer.openFiles == 0)
        #expect(tailer.followedFiles == 0)
        #expect(Array(self.sink.state.checkpoints.keys) == [RestoredCheckpoints.startKey])
    }

    @Test func `F20 a last line without a line end is told when its file is done`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        self.scratch.append("one\ntwo", to: "a.log")
        try tailer.settle()
        self.scratch.rename("a.log", "a.log.1")
        self.scratch.append("three\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "three"])
        try tailer.advance(.seconds(6))
        #expect(self.sink.lines == ["one", "three", "two"])
    }

    @Test func `F13 a link planted by somebody else is refused`() throws {
        guard geteuid() == 0 else { return }
        self.scratch.append("secret\n", to: "secret")
        self.scratch.link("secret", "planted.log")
        _ = lchown(self.scratch.path("planted.log"), 65_534, 65_534)
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        #expect(self.sink.lines.isEmpty)
        #expect(tailer.status.snapshot.state == .degraded)
    }
}
