import Foundation
import Glibc
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

/// Boots, clocks, and several journals of one input.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct JournaldOrderTests {
    let folder: ScratchFolder

    init() throws { self.folder = try ScratchFolder() }

    private static let start: UInt64 = 1_700_000_000_000_000
    private static let hour: UInt64 = 3_600_000_000
    private static let boots = ["a", "b", "c"].map { String(repeating: $0, count: 32) }

    private func entry(_ number: Int, boot: String, realtime: UInt64, monotonic: UInt64) -> JournalWriter.Entry {
        .init(
            realtime: realtime, monotonic: monotonic, boot: boot,
            fields: [
                ("MESSAGE", Array("entry \(number)".utf8)),
                ("_MACHINE_ID", Array("0123456789abcdef0123456789abcdef".utf8)),
            ])
    }

    /// Three boots of ten entries; the clock of each is an hour behind that of the one before.
    private func writeBoots() throws {
        let writer = try JournalWriter(self.folder.path + "/live.journal")
        for (index, boot) in Self.boots.enumerated() {
            let start = Self.start - UInt64(index) * Self.hour
            try writer.write(
                (0..<10).map { number in
                    self.entry(
                        10 * index + number, boot: boot, realtime: start + UInt64(number),
                        monotonic: 1000 + UInt64(number))
                })
        }
        try writer.finish()
    }

    @Test func `J7 boots are marked, and their entries stay in order though each clock is behind`() async throws {
        try self.writeBoots()
        let input = try JournalHarness.start(self.folder.path)
        let recorded = await input.sink.wait { $0.numbers.count >= 30 }
        #expect(recorded.numbers == Array(0..<30))
        let marks = try recorded.batch.records.indices.compactMap { index -> [String]? in
            let fields = try recorded.object(at: index)
            guard let mark = fields["boot_mark"] as? [String: String] else { return nil }
            #expect(fields["boot"] as? String == mark["to"])
            return [mark["from"] ?? "", mark["to"] ?? ""]
        }
        #expect(marks == [[Self.boots[0], Self.boots[1]], [Self.boots[1], Self.boots[2]]])
        #expect(recorded.messages[10].contains("booted") && recorded.messages[11] == "entry 10")
        #expect(try recorded.gaps().isEmpty)
        await input.stop()
    }

    @Test func `J7 one boot is chosen as journalctl does`() async throws {
        try self.writeBoots()
        let cases: [(String, Range<Int>)] = [
            ("0", 20..<30), ("-1", 10..<20), ("-2", 0..<10), ("1", 0..<10), ("3", 20..<30), (Self.boots[1], 10..<20),
            ("\(Self.boots[1])-1", 0..<10), ("\(Self.boots[0])+2", 20..<30),
        ]
        for (boot, expected) in cases {
            let input = try JournalHarness.start(self.folder.path, ["boot": .string(boot)])
            let recorded = await input.sink.wait { $0.numbers.count >= 10 }
            #expect(recorded.numbers == Array(expected), "boot \(boot)")
            await input.stop()
        }
        let input = try JournalHarness.start(self.folder.path, ["boot": .string("-3")])
        let status = try await input.status { $0.state == .waiting }
        #expect(status.reason?.contains("no boot -3") == true)
        await input.stop()
    }

    @Test func `J8 a clock that jumps leaves the order as it is, and the times show it`() async throws {
        let writer = try JournalWriter(self.folder.path + "/live.journal")
        let jumps: [Int64] = [0, 1, -1, 0]
        let total = 40
        try writer.write(
            (0..<total).map { number in
                let time = Int64(Self.start) + jumps[number / 10] * Int64(Self.hour) + Int64(number)
                return self.entry(
                    number, boot: Self.boots[0], realtime: UInt64(time), monotonic: 1000 + UInt64(number))
            })
        let input = try JournalHarness.start(self.folder.path)
        _ = await input.sink.wait { $0.numbers.count >= total }
        await input.stop()
        // Behind a clock that was set back, too.
        try writer.write([
            self.entry(total, boot: Self.boots[0], realtime: Self.start - 9 * Self.hour, monotonic: 2000)
        ])
        let checkpoint = input.sink.recorded.checkpoint
        let second = try JournalHarness.start(self.folder.path, checkpoint: checkpoint, sink: input.sink)
        let recorded = await input.sink.wait { $0.numbers.count > total }
        #expect(recorded.numbers == Array(0...total))
        #expect(try recorded.gaps().isEmpty)
        let times = recorded.batch.records.map(\.time)
        #expect(times[10] - times[9] > 3_500_000_000_000 && times[20] - times[19] < -7_000_000_000_000)
        await second.stop()
    }

    @Test func `J11 several folders are one input, and each goes on at its own place`() async throws {
        let paths = ["one", "two"].map { "\(self.folder.path)/\($0)" }
        let options: [String: OptionValue] = [
            "directory": .strings(paths), "since": .duration(.seconds(20 * 365 * 86_400)),
        ]
        for path in paths { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        let writers = try paths.map { try JournalWriter($0 + "/live.journal") }
        let executable = try JournalHarness.executable()
        let sink = RecordingSink()
        for round in 0..<3 {
            var checkpoints: [String: [UInt8]] = [:]
            for checkpoint in sink.recorded.checkpoints { checkpoints[checkpoint.key] = checkpoint.value }
            let input = try RunningInput(sink: sink, checkpoints: checkpoints, name: "system") {
                try JournaldInput(options: .of(options), context: $0, executable: executable)
            }
            try writers[0].write(numbers: 100 * round..<100 * round + 50)
            try writers[1].write(numbers: 100 * round + 50..<100 * round + 100)
            let expected = 100 * (round + 1)
            _ = await sink.wait { $0.numbers.count >= expected }
            await input.stop()
        }
        let recorded = sink.recorded
        #expect(recorded.numbers.sorted() == Array(0..<300))
        #expect(recorded.numbers.filter { $0 % 100 < 50 } == (0..<300).filter { $0 % 100 < 50 })
        #expect(try recorded.gaps().isEmpty)
    }

    @Test func `J11 files with numbers of their own in one folder tell of their own holes alone`() async throws {
        let sink = RecordingSink()
        let one = try JournalWriter(self.folder.path + "/one.journal")
        let two = try JournalWriter(self.folder.path + "/two.journal")
        // libsystemd goes by time: it passes over what comes to one file after younger entries of another were read.
        func write(_ numbers: Range<Int>, with writer: JournalWriter) async throws {
            try writer.write(numbers: numbers)
            _ = await sink.wait { $0.numbers.count >= numbers.upperBound }
        }
        let first = try JournalHarness.start(self.folder.path, sink: sink)
        try await write(0..<300, with: one)
        try await write(300..<400, with: two)
        for start in stride(from: 400, to: 600, by: 20) {
            try await write(start..<start + 10, with: one)
            try await write(start + 10..<start + 20, with: two)
        }
        await first.stop()
        let second = try JournalHarness.start(self.folder.path, checkpoint: sink.recorded.checkpoint, sink: sink)
        try await write(600..<610, with: one)
        try await write(610..<620, with: two)
        await second.stop()
        let fresh = try JournalHarness.start(self.folder.path)
        let again = await fresh.sink.wait { $0.numbers.count >= 620 }
        await fresh.stop()
        for recorded in [sink.recorded, again] {
            #expect(recorded.numbers == Array(0..<620))
            #expect(try recorded.gaps().isEmpty)
        }
    }

    @Test func `J11 entries that come to one file behind younger ones of another are told as a gap`() async throws {
        let sink = RecordingSink()
        let one = try JournalWriter(self.folder.path + "/one.journal")
        let two = try JournalWriter(self.folder.path + "/two.journal")
        let input = try JournalHarness.start(self.folder.path, sink: sink)
        try one.write(numbers: 0..<10)
        _ = await sink.wait { $0.numbers.count >= 10 }
        try two.write(numbers: 100..<110)
        _ = await sink.wait { $0.numbers.count >= 20 }
        try one.write(numbers: 10..<20)
        try one.write(numbers: 200..<210)
        let recorded = await sink.wait { $0.endsWith(209) }
        let read = recorded.numbers.count { (10..<20).contains($0) }
        let told = try recorded.gaps().reduce(0) { $0 + ($1["count"] as? Int ?? 0) }
        #expect(recorded.numbers.count == 30 + read)
        #expect(read + told == 10)
        await input.stop()
    }

    @Test func `J12 a thousand fields, some of them repeated, come through`() async throws {
        let writer = try JournalWriter(self.folder.path + "/live.journal")
        let long = [UInt8](repeating: UInt8(ascii: "m"), count: 10_000)
        var fields: [(name: String, value: [UInt8])] = [("MESSAGE", long)]
        for number in 0..<1000 { fields.append(("FIELD_\(number)", Array("\(number)".utf8))) }
        for number in 0..<20 { fields.append(("TAG", Array("\(number)".utf8))) }
        try writer.write([.init(realtime: Self.start, monotonic: 5, fields: fields)])
        let input = try JournalHarness.start(self.folder.path)
        let recorded = await input.sink.wait(events: 1)
        let object = try recorded.object(at: 0)
        #expect(recorded.batch.records[0].messageLength == 10_000)
        #expect((0..<1000).allSatisfy { object["field_\($0)"] as? String == "\($0)" })
        #expect(Set(object["tag"] as? [String] ?? []) == Set((0..<20).map { "\($0)" }))
        #expect(object["truncated_bytes"] == nil)
        await input.stop()
    }

    @Test func `J14 whatever a client forges, journald's own fields keep their names`() async throws {
        let writer = try JournalWriter(self.folder.path + "/live.journal")
        let fields = [
            ("UID", "0"), ("UID", "1"), ("_UID", "33"), ("UNIT", "a.service"), ("USER_UNIT", "b"), ("X_Y", "client"),
            ("_X_Y", "journald"), ("X_Y", "again"), ("X_Y_UNTRUSTED", "own"), ("BOOT_MARK", "no"), ("LINES", "9"),
        ]
        try writer.write([
            .init(
                realtime: Self.start, monotonic: 5,
                fields: [("MESSAGE", Array("entry 1".utf8))] + fields.map { ($0.0, Array($0.1.utf8)) })
        ])
        let input = try JournalHarness.start(self.folder.path)
        let object = try await input.sink.wait(events: 1).object(at: 0)
        #expect(object["uid"] as? Int == 33)
        #expect(Set(object["uid_untrusted"] as? [String] ?? []) == ["0", "1"])
        #expect(object["x_y"] as? String == "journald")
        let others = object.filter { $0.key.hasPrefix("x_y_") }.values
        #expect(others.contains { Set($0 as? [String] ?? []) == ["client", "again"] })
        #expect(others.contains { $0 as? String == "own" })
        #expect(object["boot_mark_untrusted"] as? String == "no" && object["lines_untrusted"] as? String == "9")
        await input.stop()
    }
}
