import Foundation
import Glibc
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

/// Entries that are the lines of one event.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct JournaldLinesTests {
    let folder: ScratchFolder

    init() throws { self.folder = try ScratchFolder() }

    private static let trace = [
        "java.lang.IllegalStateException: no money", "\tat shop.Cart.pay(Cart.java:17)",
        "Caused by: java.io.IOException: closed", "\tat shop.Bank.call(Bank.java:9)",
    ]
    private static let head = "ERROR [main] cart - cannot pay"

    private func entry(_ number: Int, _ text: String, pid: Int = 7, transport: String = "stdout") -> JournalWriter.Entry
    {
        let fields =
            [
                ("MESSAGE", text), ("_PID", "\(pid)"), ("_TRANSPORT", transport), ("_SYSTEMD_UNIT", "shop.service"),
                ("PRIORITY", "6"),
            ] + (transport == "stdout" ? [("_STREAM_ID", "\(pid)")] : [])
        return .init(
            realtime: 1_700_000_000_000_000 + UInt64(number), monotonic: 1000 + UInt64(number),
            fields: fields.map { ($0.0, Array($0.1.utf8)) })
    }

    private func options(timeout: Duration = .milliseconds(50)) -> [String: OptionValue] {
        ["multiline": .table(.of(["rule": .string("java"), "timeout": .duration(timeout)]))]
    }

    @Test func `a trace whose lines are entries is one event, whose lines can be found again`() async throws {
        let writer = try JournalWriter(self.folder.path + "/live.journal")
        let lines = [Self.head] + Self.trace
        // Another process writes between the lines, and a program that sends whole messages.
        var entries: [JournalWriter.Entry] = []
        for (index, line) in lines.enumerated() {
            entries.append(self.entry(3 * index, line))
            entries.append(self.entry(3 * index + 1, "INFO [main] other - \(index)", pid: 8))
            entries.append(self.entry(3 * index + 2, "\tat whole.Message(\(index))", transport: "journal"))
        }
        try writer.write(entries)
        let input = try JournalHarness.start(self.folder.path, self.options())
        let recorded = await input.sink.wait(events: 11)
        let joined = try #require(recorded.messages.firstIndex(of: lines.joined(separator: "\n")))
        let fields = try recorded.object(at: joined)
        #expect(fields["lines"] as? Int == 5)
        #expect(fields["line_seqnums"] as? [Int] == [1, 4, 7, 10, 13])
        #expect((fields["seqnum_id"] as? String)?.count == 32)
        #expect(recorded.batch.records[joined].level == Level.info.rawValue)
        for index in 0..<5 {
            #expect(recorded.messages.contains("INFO [main] other - \(index)"))
            #expect(recorded.messages.contains("\tat whole.Message(\(index))"))
        }
        #expect(recorded.batch.count == 11)
        await input.stop()
    }

    @Test(arguments: 1...5)
    func `an input that stops in the middle of an event reads it again, whole`(written: Int) async throws {
        let writer = try JournalWriter(self.folder.path + "/live.journal")
        let lines = [Self.head] + Self.trace
        try writer.write([self.entry(0, "INFO before", transport: "journal")])
        try writer.write(lines[..<written].enumerated().map { self.entry($0 + 1, $1) })
        let sink = RecordingSink()
        let first = try JournalHarness.start(self.folder.path, self.options(timeout: .seconds(30)), sink: sink)
        _ = await sink.wait(events: 1)
        await first.stop()
        let rest = Array(lines[written...]) + ["INFO next", "INFO last"]
        try writer.write(rest.enumerated().map { self.entry(written + $0 + 1, $1) })
        let second = try JournalHarness.start(
            self.folder.path, self.options(), checkpoint: sink.recorded.checkpoint, sink: sink)
        let recorded = await sink.wait(events: 4)
        #expect(recorded.messages == ["INFO before", lines.joined(separator: "\n"), "INFO next", "INFO last"])
        await second.stop()
    }

    @Test func `random writers, kills and restarts lose and double no line`() async throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        print("seed \(seed)")
        var random = seed | 1
        func next(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % bound
        }
        let writer = try JournalWriter(self.folder.path + "/live.journal")
        let sink = RecordingSink()
        var expected: [String] = []
        for _ in 0..<12 {
            let input = try JournalHarness.start(
                self.folder.path, self.options(timeout: .milliseconds(20)), checkpoint: sink.recorded.checkpoint,
                sink: sink)
            for _ in 0..<3 {
                var entries: [JournalWriter.Entry] = []
                for _ in 0..<next(60) {
                    let text = next(3) == 0 ? "INFO line \(expected.count)" : "\tat a.B.c(D.java:\(expected.count))"
                    entries.append(self.entry(expected.count, text, pid: next(4)))
                    expected.append(text)
                }
                try writer.write(entries)
                if next(3) == 0 {
                    _ = try await input.status { $0.positions["reader"] != nil }
                    if let pid = JournalHarness.reader(input) { kill(pid, SIGKILL) }
                }
                let some = next(expected.count + 1) / 2
                _ = await sink.wait { Self.lines($0).count >= some }
            }
            await input.stop()
        }
        let input = try JournalHarness.start(
            self.folder.path, self.options(), checkpoint: sink.recorded.checkpoint, sink: sink)
        let all = expected
        let recorded = await sink.wait { Self.lines($0).count >= all.count }
        await input.stop()
        #expect(Self.lines(recorded).sorted() == all.sorted(), "seed \(seed)")
    }

    private static func lines(_ recorded: RecordingSink.Recorded) -> [String] {
        recorded.messages.flatMap { $0.split(separator: "\n").map { String($0) } }
    }
}
