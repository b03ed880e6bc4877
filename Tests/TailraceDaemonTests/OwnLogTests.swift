import Glibc
import Logging
import TailraceEvent
import Testing

@testable import TailraceDaemon

@Suite struct OwnLogTests {
    private static func record(
        _ message: String, _ metadata: Logger.Metadata = [:], level: Logger.Level = .warning
    ) -> OwnLogRecord {
        OwnLogRecord(
            time: Timestamp(nanoseconds: 1_700_000_000_123_456_789), level: level, message: message,
            metadata: metadata, file: "TailraceDaemon/Relay.swift", line: 7)
    }

    private static func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `text is one line whatever is in it`() {
        let record = Self.record("It\nfailed", ["reason": "no \"file\"\n2026 warn x", "input": "app", "empty": ""])
        #expect(
            Self.string(record.text)
                == "2023-11-14T22:13:20.123456789Z warn It failed empty=\"\" input=app "
                + "reason=\"no \\\"file\\\"\\n2026 warn x\"\n")
    }

    @Test func `json is one object in a line`() {
        let record = Self.record("a\"b", ["input": "x\ny"], level: .error)
        #expect(
            Self.string(record.json)
                == #"{"time":"2023-11-14T22:13:20.123456789Z","level":"error","message":"a\"b","input":"x\ny"}"# + "\n")
    }

    @Test func `the journal gets a field for each value and the sentence as message`() {
        let record = Self.record("The input failed", ["input": "app", "Strange-Name=": "v"])
        let lines = Self.string(record.journal).split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "PRIORITY=4", "SYSLOG_IDENTIFIER=tailrace", "CODE_FILE=TailraceDaemon/Relay.swift", "CODE_LINE=7",
                "TAILRACE_STRANGE_NAME_=v", "TAILRACE_INPUT=app",
                "MESSAGE=The input failed Strange-Name==v input=app",
            ])
    }

    @Test func `a value of several lines can't begin a field of its own`() {
        let datagram = Self.record("m", ["reason": "a\nMESSAGE=forged"]).journal
        let begin = Array("TAILRACE_REASON\n".utf8) + [16, 0, 0, 0, 0, 0, 0, 0] + Array("a\nMESSAGE=forged\n".utf8)
        #expect(Self.string(datagram).contains(Self.string(begin)))
        #expect(Self.string(datagram).hasSuffix("MESSAGE=m reason=\"a\\nMESSAGE=forged\"\n"))
    }

    @Test func `however much is said, a record fits in a datagram`() {
        var metadata: Logger.Metadata = [:]
        for n in 0..<100 { metadata["name\(n)"] = "\(String(repeating: "x", count: 100_000))" }
        #expect(Self.record(String(repeating: "y", count: 100_000), metadata).journal.count < 200_000)
    }

    @Test func `levels have the priorities of syslog`() {
        let priorities = Logger.Level.allCases.map { Self.record("", level: $0).priority }
        #expect(priorities == [7, 7, 6, 5, 4, 3, 2])
    }

    @Test func `stderr is the journal's only if it is the file that JOURNAL_STREAM names`() throws {
        var status = stat()
        let descriptor = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(descriptor) }
        try #require(fstat(descriptor, &status) == 0)
        let named = "\(status.st_dev):\(status.st_ino)"
        #expect(OwnLog.isJournal(descriptor, stream: named))
        #expect(!OwnLog.isJournal(descriptor, stream: "\(status.st_dev):\(status.st_ino + 1)"))
        for text in [nil, "", ":", "1", "1:2:3", "x:y", "-1:-1", "99999999999999999999:1"] {
            #expect(!OwnLog.isJournal(descriptor, stream: text))
        }
    }

    @Test func `what the journal does not take is counted and told with the next record`() throws {
        let end = try NotifyEnd()
        let gone = OwnLogJournal(socket: try #require(DatagramSocket("@tailrace-nobody-listens")))
        gone.write(Self.record("lost"))
        let journal = OwnLogJournal(socket: try #require(DatagramSocket(end.name)))
        // More than the kernel holds for a reader that does not read.
        for n in 0..<5000 { journal.write(Self.record("message \(n)")) }
        while end.next(milliseconds: 0) != nil {}
        journal.write(Self.record("after"))
        let lines = try #require(end.next(milliseconds: 5000))
        #expect(lines.contains { $0.hasPrefix("TAILRACE_UNTOLD_BEFORE=") })
        journal.write(Self.record("again"))
        #expect(end.next(milliseconds: 5000)?.contains { $0.hasPrefix("TAILRACE_UNTOLD") } == false)
    }
}
