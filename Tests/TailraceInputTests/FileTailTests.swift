import Glibc
import TailraceEvent
import TailraceOptions
import Testing

@testable import TailraceInput

@Suite struct FileTailTests {
    let scratch = LogFolder()
    let sink = LedgerSink()

    private func numbered(_ range: Range<Int>) -> String { range.map { "line \($0)\n" }.joined() }

    @Test func `what is appended is read, with the file's path`() throws {
        self.scratch.append("one\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        self.scratch.append("two\nthree\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "three"])
        #expect(self.sink.state.lines.allSatisfy { $0.file == self.scratch.path("a.log") })
    }

    @Test func `a file that appears later is read whole, whatever from says`() throws {
        let tailer = try SteppedTailer([self.scratch.path("*.log")], ["from": .string("end")], sink: self.sink)
        self.scratch.append("one\n", to: "new.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one"])
    }

    @Test func `folders that appear later are looked into`() throws {
        let tailer = try SteppedTailer(
            [self.scratch.path("*/log/*.log"), self.scratch.path("deep/**/*.txt")], sink: self.sink)
        self.scratch.makeFolder("web")
        try tailer.settle()
        self.scratch.makeFolder("web/log")
        try tailer.settle()
        self.scratch.append("one\n", to: "web/log/a.log")
        try tailer.settle()
        self.scratch.makeFolder("deep")
        self.scratch.makeFolder("deep/er")
        self.scratch.append("two\n", to: "deep/er/b.txt")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two"])
    }

    @Test(arguments: [
        ("start", ["a", "bb", "ccc"]), ("end", []), ("-1MiB", ["a", "bb", "ccc"]), ("-4", ["ccc"]), ("-5", ["ccc"]),
        ("-7", ["bb", "ccc"]), ("-6", ["ccc"]), ("-0", []),
    ])
    func `the first start begins where it is told, at the start of a line`(from: String, lines: [String]) throws {
        self.scratch.append("a\nbb\nccc\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("a.log")], ["from": .string(from)], sink: self.sink)
        #expect(self.sink.lines == lines)
        self.scratch.append("more\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == lines + ["more"])
    }

    @Test func `an unfinished line at the end is told whole`() throws {
        self.scratch.append("one\ntw", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("a.log")], ["from": .string("end")], sink: self.sink)
        self.scratch.append("o\n", to: "a.log")
        try tailer.settle()
        #expect(self.sink.lines == ["two"])
    }

    @Test func `F9 a file with one short line is read at once`() throws {
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        self.scratch.append("x\n", to: "tiny.log")
        try tailer.settle()
        #expect(self.sink.lines == ["x"])
    }

    @Test func `F8 files with the same beginning are both read fully`() throws {
        let banner = String(repeating: "banner\n", count: 1_000)
        self.scratch.append(banner + "from a\n", to: "a.log")
        self.scratch.append(banner + "from b\n", to: "b.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        self.scratch.append(banner + "from c\n", to: "c.log")
        try tailer.settle()
        #expect(self.sink.lines.count == 3_003)
        #expect(Set(self.sink.lines.filter { $0.hasPrefix("from") }) == ["from a", "from b", "from c"])
    }

    @Test func `F14 pipes, sockets and folders are named once and do not hang`() throws {
        _ = mkfifo(self.scratch.path("pipe.log"), 0o644)
        self.scratch.makeFolder("folder.log")
        self.scratch.append("one\n", to: "a.log")
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        #expect(self.sink.lines == ["one"])
        #expect(tailer.status.snapshot.state == .reading)
        let named = try SteppedTailer([self.scratch.path("pipe.log")], sink: LedgerSink())
        #expect(named.status.snapshot.state == .degraded)
        #expect(named.status.snapshot.reason?.contains("named pipe") == true)
    }

    @Test func `F15 hard links and two patterns for one file are read once`() throws {
        self.scratch.append("one\n", to: "a.log")
        _ = link(self.scratch.path("a.log"), self.scratch.path("b.log"))
        let tailer = try SteppedTailer(
            [self.scratch.path("*.log"), self.scratch.path("a*"), self.scratch.path("b.log")], sink: self.sink)
        self.scratch.append("two\n", to: "b.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two"])
        self.scratch.remove("a.log")
        self.scratch.append("three\n", to: "b.log")
        try tailer.advance(.seconds(30))
        self.scratch.append("four\n", to: "b.log")
        try tailer.settle()
        #expect(self.sink.lines == ["one", "two", "three", "four"])
    }

    @Test func `F31 a name that is not UTF-8 is followed and shown escaped`() throws {
        let tailer = try SteppedTailer([self.scratch.path("*.log")], sink: self.sink)
        var path = Array(self.scratch.path("x").utf8CString.dropLast())
        path += [CChar(bitPattern: 0xff), CChar(bitPattern: 0x22), 0x2e, 0x6c, 0x6f, 0x67, 0]
        let handle = open(path, O_WRONLY | O_CREAT, 0o644)
        writeAll("one\n", to: handle)
        close(handle)
        try tailer.settle()
        #expect(self.sink.lines == ["one"])
        #expect(self.sink.state.lines.first?.file.hasSuffix("x\u{fffd}\\") == true)
    }

    @Test func `F21 a line longer than any buffer is cut, counted and passed`() throws {
        self.scratch.append(String(repeating: "x", count: 3 << 20) + "\nafter\n", to: "a.log")
        let tailer = try SteppedTailer(
            [self.scratch.path("a.log")], ["from": .string("start"), "max_line": .size(1000)], sink: self.sink)
        #expect(self.sink.lines.map(\.count) == [1_000, 5])
        #expect(tailer.status.snapshot.truncated == 1)
        #expect(tailer.status.snapshot.bytes == UInt64(3 << 20) + 7)
    }

    @Test func `status tells positions, lag and what is waited for`() throws {
        let tailer = try SteppedTailer([self.scratch.path("a.log")], sink: self.sink)
        #expect(tailer.status.snapshot.state == .waiting)
        #expect(tailer.status.snapshot.reason?.contains("a.log") == true)
        self.scratch.append("one\ntw", to: "a.log")
        try tailer.advance(.seconds(1))
        let snapshot = tailer.status.snapshot
        #expect(snapshot.state == .reading)
        #expect(snapshot.positions == [self.scratch.path("a.log"): "4"])
        #expect(snapshot.lagBytes == 2)
        #expect(snapshot.events == 1)
    }

    @Test func `an appended line is handed over within milliseconds`() throws {
        self.scratch.append("", to: "a.log")
        let input = try RunningFileInput([self.scratch.path("a.log")], sink: self.sink)
        defer { input.finish() }
        #expect(self.sink.waits { $0.submits > 0 })
        var times: [Duration] = []
        for index in 0..<200 {
            let start = ContinuousClock.now
            self.scratch.append("line \(index)\n", to: "a.log")
            #expect(self.sink.waits { $0.lines.count == index + 1 })
            times.append(ContinuousClock.now - start)
        }
        // A busy machine delays some; most must be fast.
        #expect(times.sorted()[100] < .milliseconds(20))
    }

    @Test func `a stop ends the input at once`() throws {
        let input = try RunningFileInput([self.scratch.path("a.log")], sink: self.sink)
        #expect(self.sink.waits { $0.submits > 0 })
        let time = ContinuousClock().measure { input.finish() }
        #expect(time < .seconds(2))
        #expect(input.status.snapshot.state == .stopped)
    }

    @Test func `options are checked with reasons`() throws {
        let cases: [([String], [String: OptionValue], String)] = [
            ([], [:], "no files"), (["x.log"], [:], "not an absolute path"),
            (["/x"], ["from": .string("middle")], "middle"),
            (["/x"], ["from": .string("-1XB")], "-1XB"), (["/x"], ["poll": .duration(.zero)], "poll"),
            (["/x"], ["max_open_files": .integer(1)], "max_open_files"), (["/x"], ["format": .string("?")], "format"),
        ]
        for (paths, more, part) in cases {
            let problem = #expect(throws: OptionProblem.self) {
                var table = fileOptions(paths)
                table.values.merge(more) { $1 }
                _ = try FileInput(options: table, context: fileContext(self.sink))
            }
            #expect(problem?.message.contains(part) == true)
        }
    }

    @Test func `warnings name what is missing`() throws {
        _ = mkfifo(self.scratch.path("pipe"), 0o644)
        let input = try FileInput(
            options: fileOptions([self.scratch.path("nothing*"), self.scratch.path("pipe")]),
            context: fileContext(self.sink))
        #expect(input.warnings().count == 2)
        #expect(input.warnings()[0].contains("no file matches"))
        #expect(input.warnings()[1].contains("named pipe"))
    }
}
