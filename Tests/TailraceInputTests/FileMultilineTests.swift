import Foundation
import Glibc
import TailraceEvent
import TailraceOptions
import Testing

@testable import TailraceInput

/// Events of several lines in files: through pauses, rotation, truncation and crashes.
struct FileMultilineTests {
    private static let java: [String: OptionValue] = ["from": .string("start"), "multiline": .string("java")]
    private static let head = "2026-11-22T07:35:12Z ERROR failed"
    private static let trace = ["java.lang.Error: x", "\tat a.B.c(B.java:1)", "\tat a.B.d(B.java:2)"]
    private static let next = "2026-11-22T07:35:13Z INFO next"

    private static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
    private static let whole = ([Self.head] + Self.trace).joined(separator: "\n")

    @Test func `an event ends with the next one's first line, or when nothing came for a second`() throws {
        let folder = LogFolder()
        let sink = LedgerSink()
        folder.append(Self.text([Self.head] + Self.trace + [Self.next]), to: "app.log")
        let tailer = try SteppedTailer([folder.path("app.log")], Self.java, sink: sink)
        #expect(sink.lines == [Self.whole])
        try tailer.advance(.milliseconds(1100))
        #expect(sink.lines == [Self.whole, Self.next])
    }

    @Test func `a crash in the middle of an event neither loses nor doubles its lines`() throws {
        let folder = LogFolder()
        let sink = LedgerSink()
        folder.append(Self.text(["2026-11-22T07:35:11Z INFO before", Self.head, Self.trace[0]]), to: "app.log")
        do {
            let tailer = try SteppedTailer([folder.path("app.log")], Self.java, sink: sink)
            try tailer.settle()
        }
        #expect(sink.lines == ["2026-11-22T07:35:11Z INFO before"])
        folder.append(Self.text(Array(Self.trace.dropFirst()) + [Self.next]), to: "app.log")
        let again = try SteppedTailer([folder.path("app.log")], Self.java, sink: sink)
        try again.advance(.seconds(2))
        #expect(sink.lines == ["2026-11-22T07:35:11Z INFO before", Self.whole, Self.next])
    }

    @Test func `a crash before the file was rotated loses nothing either`() throws {
        let folder = LogFolder()
        let sink = LedgerSink()
        folder.append(Self.text([Self.head, Self.trace[0]]), to: "app.log")
        do { _ = try SteppedTailer([folder.path("app.log")], Self.java, sink: sink) }
        #expect(sink.lines.isEmpty)
        folder.append(Self.text(Array(Self.trace.dropFirst())), to: "app.log")
        folder.rename("app.log", "app.log.1")
        folder.append(Self.text([Self.next]), to: "app.log")
        let again = try SteppedTailer([folder.path("app.log")], Self.java, sink: sink)
        try again.advance(.seconds(2))
        #expect(sink.lines == [Self.whole, Self.next])
        #expect(sink.gaps.isEmpty)
    }

    @Test func `the last event of a renamed file ends before the new file's first`() throws {
        let folder = LogFolder()
        let sink = LedgerSink()
        folder.append(Self.text([Self.head] + Self.trace), to: "app.log")
        let tailer = try SteppedTailer([folder.path("app.log")], Self.java, sink: sink)
        #expect(sink.lines.isEmpty)
        folder.rename("app.log", "app.log.1")
        folder.append(Self.text([Self.next, "2026-11-22T07:35:14Z INFO last"]), to: "app.log")
        try tailer.settle()
        #expect(sink.lines == [Self.whole, Self.next])
        try tailer.advance(.seconds(2))
        #expect(sink.lines == [Self.whole, Self.next, "2026-11-22T07:35:14Z INFO last"])
    }

    @Test func `copying and truncating in the middle of an event loses no line`() throws {
        let folder = LogFolder()
        let sink = LedgerSink()
        folder.append(Self.text([Self.head] + Self.trace), to: "app.log")
        let tailer = try SteppedTailer([folder.path("app.log")], Self.java, sink: sink)
        folder.copyTruncate("app.log", to: "app.log.1")
        folder.append(Self.text([Self.next]), to: "app.log")
        try tailer.settle()
        try tailer.advance(.seconds(10))
        #expect(sink.lines.sorted() == [Self.whole, Self.next].sorted())
        #expect(sink.gaps.isEmpty)
    }

    @Test func `a truncation without a copy tells what was held`() throws {
        let folder = LogFolder()
        let sink = LedgerSink()
        folder.append(Self.text([Self.head] + Self.trace), to: "app.log")
        let tailer = try SteppedTailer([folder.path("app.log")], Self.java, sink: sink)
        folder.write(Self.text([Self.next]), to: "app.log")
        try tailer.settle()
        try tailer.advance(.seconds(10))
        #expect(sink.lines == [Self.whole, Self.next])
    }

    @Test func `a file that is closed while idle tells its last event`() throws {
        let folder = LogFolder()
        let sink = LedgerSink()
        for number in 0..<12 {
            folder.append(Self.text([Self.head + " \(number)"] + Self.trace), to: "\(number).log")
        }
        var options = Self.java
        options["max_open_files"] = .integer(4)
        let tailer = try SteppedTailer([folder.path("*.log")], options, sink: sink)
        try tailer.advance(.seconds(2))
        #expect(sink.lines.count == 12)
        #expect(Set(sink.lines).count == 12)
        #expect(sink.lines.allSatisfy { $0.hasSuffix(Self.trace[2]) })
    }

    @Test func `a removed file's last event is told`() throws {
        let folder = LogFolder()
        let sink = LedgerSink()
        folder.append(Self.text([Self.head] + Self.trace), to: "app.log")
        let tailer = try SteppedTailer([folder.path("app.log")], Self.java, sink: sink)
        folder.remove("app.log")
        try tailer.advance(.seconds(10))
        #expect(sink.lines == [Self.whole])
        #expect(sink.gaps.isEmpty)
    }

    /// It holds that many files open.
    @Test(.enabled(if: sysconf(Int32(_SC_OPEN_MAX)) > 2048))
    func `an input has a bounded number of events that wait`() throws {
        let folder = LogFolder()
        let sink = LedgerSink()
        for number in 0..<1030 { folder.append(Self.text([Self.head + " \(number)"]), to: "\(number).log") }
        var options = Self.java
        options["max_open_files"] = .integer(1100)
        let tailer = try SteppedTailer([folder.path("*.log")], options, sink: sink)
        #expect(sink.lines.count == 6)
        #expect(tailer.status.snapshot.cutGroups == 6)
        try tailer.advance(.seconds(2))
        #expect(sink.lines.count == 1030)
    }
}
