import CLinux
import Foundation
import Glibc
import Logging
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct JournaldInputTests {
    let folder: ScratchFolder

    init() throws { self.folder = try ScratchFolder() }

    private var file: String { self.folder.path + "/live.journal" }

    // MARK: Fields

    @Test func `J14 all fields of an entry come through under their documented names`() async throws {
        let writer = try JournalWriter(self.file)
        let text: [(String, String)] = [
            ("MESSAGE", "upstream timed out"), ("PRIORITY", "3"), ("_SYSTEMD_UNIT", "nginx.service"),
            ("SYSLOG_IDENTIFIER", "nginx"), ("_PID", "811"), ("_UID", "33"), ("_GID", "33"), ("_COMM", "nginx"),
            ("_TRANSPORT", "stdout"), ("_HOSTNAME", "web-1"), ("_SYSTEMD_INVOCATION_ID", "abc"), ("REQUEST_ID", "7f"),
            ("_SOURCE_REALTIME_TIMESTAMP", "1700000000000123"), ("PID", "1"), ("GAP", "forged"), ("TAG", "a"),
            ("TAG", "b"),
        ]
        try writer.write([
            .init(realtime: 1_700_000_000_500_000, monotonic: 5, fields: text.map { ($0.0, Array($0.1.utf8)) })
        ])
        let input = try JournalHarness.start(self.folder.path)
        let recorded = await input.sink.wait(events: 1)
        #expect(recorded.messages == ["upstream timed out"])
        #expect(recorded.batch.records[0].level == Level.error.rawValue)
        #expect(recorded.batch.records[0].time == 1_700_000_000_000_123_000)
        #expect(recorded.batch.origins == [Origin(source: "system", host: "web-1")])
        let fields = try recorded.object(at: 0)
        let strings = [
            "unit": "nginx.service", "identifier": "nginx", "comm": "nginx", "transport": "stdout", "hostname": "web-1",
            "invocation": "abc", "request_id": "7f", "boot": JournalWriter.boot, "pid_untrusted": "1",
            "gap_untrusted": "forged",
        ]
        for (key, value) in strings { #expect(fields[key] as? String == value, "\(key)") }
        #expect(fields["pid"] as? Int == 811)
        #expect(fields["uid"] as? Int == 33)
        #expect(Set(fields["tag"] as? [String] ?? []) == ["a", "b"])
        #expect(fields.count == strings.count + 4)
        await input.stop()
    }

    @Test func `J12 bytes that are not text stay recoverable`() async throws {
        let writer = try JournalWriter(self.file)
        let raw: [UInt8] = [0xff, 0x00, 0x41, 0xc3]
        try writer.write([
            .init(realtime: 1_700_000_000_000_000, monotonic: 5, fields: [("MESSAGE", raw), ("BLOB", raw + raw)]),
            .init(
                realtime: 1_700_000_000_000_001, monotonic: 6,
                fields: [("MESSAGE", Array("first\nsecond \u{1F600}\t\"quoted\"".utf8))]),
        ])
        let input = try JournalHarness.start(self.folder.path)
        let recorded = await input.sink.wait(events: 2)
        #expect(recorded.messages[0] == String(decoding: raw, as: UTF8.self))
        #expect(try recorded.object(at: 0)["raw_base64"] as? String == Data(raw).base64EncodedString())
        #expect(try recorded.object(at: 0)["blob_base64"] as? String == Data(raw + raw).base64EncodedString())
        #expect(recorded.messages[1] == "first\nsecond \u{1F600}\t\"quoted\"")
        await input.stop()
    }

    @Test func `J12 a huge field is cut at its limit and says by how much`() async throws {
        let writer = try JournalWriter(self.file)
        let huge = [UInt8](repeating: UInt8(ascii: "x"), count: 400_000)
        try writer.write([
            .init(
                realtime: 1_700_000_000_000_000, monotonic: 5, fields: [("MESSAGE", huge), ("AFTER", Array("ok".utf8))])
        ])
        let input = try JournalHarness.start(self.folder.path)
        let recorded = await input.sink.wait(events: 1)
        #expect(recorded.messages[0].utf8.count == 262_144)
        #expect(try recorded.object(at: 0)["truncated_bytes"] as? Int == 400_000 - 262_144)
        #expect(try recorded.object(at: 0)["after"] as? String == "ok")
        _ = try await input.status { $0.truncated == 1 }
        await input.stop()
    }

    @Test func `J9 journald's note of suppressed messages is a gap of that unit`() async throws {
        let writer = try JournalWriter(self.file)
        func entry(_ transport: String, _ monotonic: UInt64) -> JournalWriter.Entry {
            let fields = [
                ("MESSAGE", "Suppressed 123 messages from noisy.service"), ("PRIORITY", "6"), ("_TRANSPORT", transport),
                ("MESSAGE_ID", "a596d6fe7bfa4994828e72309e95d61e"), ("_SYSTEMD_UNIT", "systemd-journald.service"),
            ]
            return .init(
                realtime: 1_700_000_000_000_000 + monotonic, monotonic: monotonic,
                fields: fields.map { ($0.0, Array($0.1.utf8)) })
        }
        try writer.write([entry("driver", 5), entry("stdout", 6)])
        let input = try JournalHarness.start(self.folder.path)
        let recorded = await input.sink.wait(events: 2)
        let fields = try recorded.object(at: 0)
        let gap = fields["gap"] as? [String: any Sendable]
        #expect(gap?["reason"] as? String == "suppressed")
        #expect(gap?["count"] as? Int == 123)
        #expect(fields["unit"] as? String == "noisy.service")
        #expect(recorded.batch.records[0].level == Level.warn.rawValue)
        // Anybody can write that sentence; only journald's own counts.
        #expect(try recorded.object(at: 1)["gap"] == nil)
        #expect(input.context.status.snapshot.lost == 123)
        await input.stop()
    }

    // MARK: Following and resuming

    @Test func `entries are followed as they are written`() async throws {
        let writer = try JournalWriter(self.file)
        try writer.write(numbers: 0..<10)
        let input = try JournalHarness.start(self.folder.path)
        _ = await input.sink.wait(events: 10)
        for number in 10..<40 {
            try writer.write(numbers: number..<number + 1)
            _ = await input.sink.wait(events: number + 1)
        }
        #expect(input.sink.recorded.numbers == Array(0..<40))
        #expect(input.context.status.snapshot.state == .reading)
        await input.stop()
    }

    @Test func `J4 a restart goes on behind the last entry, with none lost and none twice`() async throws {
        let writer = try JournalWriter(self.file)
        try writer.write(numbers: 0..<1000)
        let sink = RecordingSink()
        var expected = 1000
        for round in 0..<5 {
            let input = try JournalHarness.start(self.folder.path, checkpoint: sink.recorded.checkpoint, sink: sink)
            _ = await sink.wait(events: expected)
            await input.stop()
            try writer.write(numbers: expected..<expected + 100 * round)
            expected += 100 * round
        }
        let input = try JournalHarness.start(self.folder.path, checkpoint: sink.recorded.checkpoint, sink: sink)
        _ = await sink.wait(events: expected)
        await input.stop()
        #expect(sink.recorded.numbers == Array(0..<expected))
    }

    @Test func `J6 a reader that is killed again and again is replaced without loss or repeat`() async throws {
        let writer = try JournalWriter(self.file)
        let input = try JournalHarness.start(self.folder.path)
        var written = 0
        var killed = 0
        for _ in 0..<10 {
            try writer.write(numbers: written..<written + 700)
            written += 700
            // Somewhere in the middle of what was just written.
            let enough = written - 500
            _ = await input.sink.wait { $0.numbers.count >= enough }
            if let pid = JournalHarness.reader(input), kill(pid, SIGKILL) == 0 { killed += 1 }
        }
        let total = written
        let recorded = await input.sink.wait { $0.batch.count >= total && $0.numbers.count >= total }
        #expect(recorded.numbers == Array(0..<total))
        #expect(try recorded.gaps().isEmpty)
        #expect(killed == 10)
        await input.stop()
    }

    @Test func `J6 a killed reader is replaced at once`() async throws {
        let writer = try JournalWriter(self.file)
        try writer.write(numbers: 0..<10)
        let input = try JournalHarness.start(self.folder.path)
        _ = await input.sink.wait(events: 10)
        let pid = try #require(JournalHarness.reader(input))
        let start = ContinuousClock.now
        kill(pid, SIGBUS)
        try writer.write(numbers: 10..<11)
        _ = await input.sink.wait(events: 11)
        // A quarter of a second on a quiet machine; tests share theirs with a hundred others.
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(input.context.status.snapshot.lastError?.contains("signal 7") == true)
        await input.stop()
    }

    @Test func `no reader outlives its relay`() async throws {
        let input = try JournalHarness.start(self.folder.path)
        _ = try await input.status { $0.positions["reader"] != nil }
        let pid = try #require(JournalHarness.reader(input))
        await input.stop()
        #expect(kill(pid, 0) != 0)
    }

    @Test func `a reader ends by itself when the relay's end closes`() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try JournalHarness.executable())
        process.arguments = ["journal-reader", "directory=\(self.folder.path)"]
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
        process.standardInput = FileHandle(fileDescriptor: ends[1])
        process.standardOutput = FileHandle(fileDescriptor: ends[1])
        try process.run()
        close(ends[1])
        close(ends[0])
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func `while the log holds back the reader waits and loses nothing`() async throws {
        let writer = try JournalWriter(self.file)
        let sink = RecordingSink()
        let input = try JournalHarness.start(self.folder.path, sink: sink)
        try writer.write(numbers: 0..<1)
        _ = await sink.wait(events: 1)
        sink.change { $0.isHeld = true }
        try writer.write(numbers: 1..<20_000)
        sink.change { $0.isHeld = false }
        let recorded = await sink.wait(events: 20_000)
        #expect(recorded.numbers == Array(0..<20_000))
        await input.stop()
    }

    // MARK: Where the cursor landed

    @Test func `J2 a cursor whose file is gone is told, and the first entry there is not skipped`() async throws {
        let old = try JournalWriter(self.folder.path + "/old.journal")
        try old.write(numbers: 0..<100)
        let first = try JournalHarness.start(self.folder.path)
        _ = await first.sink.wait(events: 100)
        await first.stop()
        try old.finish()
        try FileManager.default.removeItem(atPath: self.folder.path + "/old.journal")
        let new = try JournalWriter(self.folder.path + "/new.journal")
        try new.write(numbers: 200..<300)

        let second = try JournalHarness.start(self.folder.path, checkpoint: first.sink.recorded.checkpoint)
        let recorded = await second.sink.wait(events: 101)
        #expect(recorded.numbers == Array(200..<300))
        let gaps = try recorded.gaps()
        #expect(gaps.count == 1)
        #expect(gaps.first?["reason"] as? String == "vacuumed")
        #expect(recorded.messages[0].contains("may be missing"))
        await second.stop()
    }

    @Test func `J3 a cursor in the future does not silence the input`() async throws {
        let writer = try JournalWriter(self.file)
        try writer.write(numbers: 0..<100)
        let boot = String(repeating: "b", count: 32)
        let ahead = "cursor:s=\(String(repeating: "a", count: 32));i=ffff;b=\(boot);m=ffffffffff;t=7fffffffffffff;x=1"
        let input = try JournalHarness.start(self.folder.path, checkpoint: Array(ahead.utf8))
        let recorded = await input.sink.wait(events: 101)
        #expect(recorded.numbers == Array(0..<100))
        #expect(try recorded.gaps().count == 1)
        await input.stop()
    }

    @Test func `J3 after a crash that took the newest entries new ones are read though numbers repeat`() async throws {
        let writer = try JournalWriter(self.file)
        try writer.write(numbers: 0..<50)
        let first = try JournalHarness.start(self.folder.path)
        _ = await first.sink.wait(events: 50)
        await first.stop()
        let cursor = String(decoding: try #require(first.sink.recorded.checkpoint).dropFirst(7), as: UTF8.self)
        // A place ten entries ahead in the same numbering and boot, as if entries 50 to 59 had been read and then lost.
        let ahead = cursor.replacingOccurrences(of: ";i=32;", with: ";i=3c;")
            .replacingOccurrences(
                of: ";m=\(String(1_049_000, radix: 16));", with: ";m=\(String(1_059_000, radix: 16));")
        try #require(ahead != cursor)
        let second = try JournalHarness.start(self.folder.path, checkpoint: Array("cursor:\(ahead)".utf8))
        _ = await second.sink.wait { (try? $0.gaps().count) == 1 }
        try writer.write(numbers: 60..<80)
        let recorded = await second.sink.wait { $0.numbers.count == 20 }
        #expect(recorded.numbers == Array(60..<80))
        await second.stop()
    }

    // MARK: Choosing

    @Test func `a quiet filter still saves its place`() async throws {
        let writer = try JournalWriter(self.file)
        try writer.write(numbers: 0..<1000)
        let input = try JournalHarness.start(self.folder.path, ["units": .strings(["nothing.service"])])
        let recorded = await input.sink.wait { $0.checkpoint?.starts(with: Array("cursor:".utf8)) == true }
        #expect(recorded.batch.isEmpty)
        await input.stop()
    }

    /// The number of the entry that the last cursor names.
    private static func sequence(_ recorded: RecordingSink.Recorded) -> Int? {
        String(decoding: recorded.checkpoint ?? [], as: UTF8.self).split(separator: ";")
            .first { $0.hasPrefix("i=") }.flatMap { Int($0.dropFirst(2), radix: 16) }
    }

    @Test func `units, patterns and matches choose entries as journalctl does`() async throws {
        let writer = try JournalWriter(self.file)
        let entries: [[(String, String)]] = [
            [("_SYSTEMD_UNIT", "web.service")], [("_SYSTEMD_UNIT", "db.service")],
            [("_SYSTEMD_UNIT", "app-1.service")],
            [("_SYSTEMD_UNIT", "init.scope"), ("_PID", "1"), ("UNIT", "web.service")],
            [("_SYSTEMD_UNIT", "liar.service"), ("_PID", "5"), ("UNIT", "web.service")],
            [("_TRANSPORT", "kernel"), ("PRIORITY", "2")], [("_TRANSPORT", "kernel"), ("PRIORITY", "7")],
        ]
        try writer.write(
            entries.enumerated().map { index, fields in
                .init(
                    realtime: 1_700_000_000_000_000 + UInt64(index), monotonic: UInt64(index + 1),
                    fields: [("MESSAGE", Array("entry \(index)".utf8))] + fields.map { ($0.0, Array($0.1.utf8)) })
            })
        let cases: [([String: OptionValue], [Int])] = [
            (["units": .strings(["web"])], [0, 3]),
            (["units": .strings(["app-*", "db.service"])], [1, 2]),
            (["match": .strings(["_TRANSPORT=kernel"])], [5, 6]),
            (["match": .strings(["_TRANSPORT=kernel", "PRIORITY=2"])], [5]),
            (["match": .strings(["PRIORITY=2", "PRIORITY=7"])], [5, 6]),
            (["match": .strings(["PRIORITY=2", "+", "_SYSTEMD_UNIT=db.service"])], [1, 5]),
            (["priority": .string("error")], [5]),
            (["boot": .string("current")], []),
        ]
        for (options, expected) in cases {
            let input = try JournalHarness.start(self.folder.path, options)
            let recorded = await input.sink.wait { Self.sequence($0) == entries.count }
            #expect(recorded.numbers == expected, "\(options)")
            await input.stop()
        }
    }

    @Test func `the relay's own output is left out`() async throws {
        let writer = try JournalWriter(self.file)
        let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
            .filter { $0.isHexDigit }
        func entry(_ number: Int, pid: pid_t, boot: String) -> JournalWriter.Entry {
            .init(
                realtime: 1_700_000_000_000_000 + UInt64(number), monotonic: UInt64(number + 1), boot: boot,
                fields: [("MESSAGE", Array("entry \(number)".utf8)), ("_PID", Array("\(pid)".utf8))])
        }
        try writer.write([
            entry(0, pid: 1, boot: boot), entry(1, pid: getpid(), boot: boot),
            entry(2, pid: getpid(), boot: JournalWriter.boot),
        ])
        let input = try JournalHarness.start(self.folder.path)
        let recorded = await input.sink.wait { $0.numbers.count >= 2 }
        #expect(recorded.numbers == [0, 2])
        await input.stop()
    }

    @Test func `the first start goes back only so far`() async throws {
        let writer = try JournalWriter(self.file)
        let now = UInt64(Timestamp.now().nanoseconds / 1000)
        try writer.write(numbers: 0..<10, from: now - 7_200_000_000)
        try writer.write(numbers: 10..<20, from: now - 60_000_000)
        let input = try JournalHarness.start(self.folder.path, ["since": .duration(.seconds(3600))])
        let recorded = await input.sink.wait(events: 10)
        #expect(recorded.numbers == Array(10..<20))
        await input.stop()
    }

    // MARK: States

    @Test func `a folder that is missing or empty is waited for`() async throws {
        let path = self.folder.path + "/later"
        let input = try JournalHarness.start(path)
        let missing = try await input.status { $0.state == .waiting }
        #expect(missing.reason?.contains(path) == true)
        mkdir(path, 0o755)
        let writer = try JournalWriter(path + "/live.journal")
        try writer.write(numbers: 0..<5)
        let recorded = await input.sink.wait(events: 5)
        #expect(recorded.numbers == Array(0..<5))
        #expect(try await input.status { $0.state == .reading }.reason == nil)
        await input.stop()
    }

    @Test func `wrong options are refused with what to write`() throws {
        let context = InputContext(
            name: "system", host: "here", checkpoints: [:], stop: StopSignal(), status: InputStatus(),
            logger: Logger(label: "test"))
        let wrong: [(String, OptionValue)] = [
            ("match", .strings(["nonsense"])), ("match", .strings(["lower=1"])), ("match", .strings(["+", "A=1"])),
            ("units", .strings([""])), ("directory", .strings(["relative"])),
            ("directory", .strings(["/a", "/a"])), ("namespace", .string("a/b")), ("namespace", .string("+")),
            ("priority", .string("loud")), ("boot", .string("yesterday")), ("boot", .string("5x")),
        ]
        for (key, value) in wrong {
            let problem = #expect(throws: OptionProblem.self) {
                try JournaldInput(options: .of([key: value]), context: context)
            }
            #expect(problem?.key == key)
        }
    }
}
