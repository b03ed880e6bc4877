import Foundation
import TailraceEvent
import TailraceInput
import TailraceOptions
import Testing

/// With a journald that rotates and deletes while it is read.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct JournaldDaemonTests {
    let folder: ScratchFolder

    init() throws { self.folder = try ScratchFolder() }

    @Test func `J4 rotation loses nothing`() async throws {
        let journald = try PrivateJournald(self.folder.path, settings: ["RuntimeMaxFileSize=1M", "RuntimeMaxUse=512M"])
        let input = try JournalHarness.start(journald.journal)
        let total = 20_000
        for start in stride(from: 0, to: total, by: 10_000) { try journald.write(numbers: start..<start + 10_000) }
        let recorded = await input.sink.wait { $0.batch.count >= total && $0.numbers.count >= total }
        #expect(recorded.numbers == Array(0..<total))
        #expect(try recorded.gaps().isEmpty)
        let files = try FileManager.default.subpathsOfDirectory(atPath: journald.journal)
        #expect(files.count > 5, "it was meant to rotate: \(files)")
        await input.stop()
        try journald.stop()
    }

    @Test func `J5 what was deleted while the log held back is told exactly`() async throws {
        let journald = try PrivateJournald(self.folder.path, settings: ["RuntimeMaxFileSize=1M", "RuntimeMaxFiles=2"])
        let sink = RecordingSink()
        let input = try JournalHarness.start(journald.journal, sink: sink)
        try journald.write(numbers: 0..<100)
        _ = await sink.wait { $0.numbers.count >= 100 }
        sink.change { $0.isHeld = true }
        let total = 20_000
        for start in stride(from: 100, to: total, by: 1990) { try journald.write(numbers: start..<start + 1990) }
        sink.change { $0.isHeld = false }
        let recorded = await sink.wait { $0.endsWith(total - 1) }
        try self.expectAccounted(recorded, total: total)
        await input.stop()
        try journald.stop()
    }

    @Test func `J1 what was deleted while the relay was down is told exactly`() async throws {
        let journald = try PrivateJournald(self.folder.path, settings: ["RuntimeMaxFileSize=1M", "RuntimeMaxFiles=2"])
        let sink = RecordingSink()
        let first = try JournalHarness.start(journald.journal, sink: sink)
        try journald.write(numbers: 0..<100)
        _ = await sink.wait { $0.numbers.count >= 100 }
        await first.stop()
        let total = 20_000
        for start in stride(from: 100, to: total, by: 1990) { try journald.write(numbers: start..<start + 1990) }
        let second = try JournalHarness.start(journald.journal, checkpoint: sink.recorded.checkpoint, sink: sink)
        let recorded = await sink.wait { $0.endsWith(total - 1) }
        try self.expectAccounted(recorded, total: total)
        #expect(try recorded.gaps().count == 1)
        await second.stop()
        try journald.stop()
    }

    /// Each hole in the numbers has a gap in its place that counts at least the numbers, and little more: journald's
    /// own few entries may be lost, too. No number comes twice.
    private func expectAccounted(_ recorded: RecordingSink.Recorded, total: Int) throws {
        let gaps = try recorded.gaps()
        var last = -1
        var told = 0
        var missing = 0
        for index in recorded.batch.records.indices {
            if let gap = try recorded.object(at: index)["gap"] as? [String: any Sendable] {
                told += try #require(gap["count"] as? Int)
                // An entry whose file goes while it is read shows as damaged.
                #expect(["vacuumed", "damaged"].contains(gap["reason"] as? String))
            } else if let number = Int(recorded.batch.message(at: index).dropFirst(6)) {
                #expect(number > last)
                missing += number - last - 1
                try #require(missing <= told, "numbers before \(number) are missing untold: \(gaps)")
                last = number
            }
        }
        #expect(missing > 0, "it was meant to lose entries")
        #expect(told - missing < 500, "told \(told), missing \(missing)")
        #expect(recorded.numbers.count + missing == total)
    }
}
