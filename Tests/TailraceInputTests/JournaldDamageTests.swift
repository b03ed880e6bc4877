import Foundation
import Glibc
import TailraceEvent
import TailraceInput
import Testing

/// With journal files that are cut short or damaged.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct JournaldDamageTests {
    let folder: ScratchFolder

    init() throws { self.folder = try ScratchFolder() }

    @Test func `J6 a file that is cut short under the reader takes nothing else with it`() async throws {
        let old = try JournalWriter(self.folder.path + "/old.journal")
        try old.write(numbers: 0..<5000)
        try old.finish()
        let live = try JournalWriter(self.folder.path + "/live.journal")
        try live.write(numbers: 5000..<5100)
        let sink = RecordingSink()
        let input = try JournalHarness.start(self.folder.path, sink: sink)
        _ = await sink.wait(events: 300)
        // Somewhere in the middle of it, or soon after.
        truncate(self.folder.path + "/old.journal", 65_536)
        _ = await sink.wait { $0.numbers.contains(5099) }
        try live.write(numbers: 5100..<5200)
        let recorded = await sink.wait { $0.endsWith(5199) }
        let numbers = recorded.numbers
        #expect(numbers.filter { $0 >= 5000 } == Array(5000..<5200))
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        #expect(try numbers.filter { $0 < 5000 }.count == 5000 || !recorded.gaps().isEmpty)
        await input.stop()
    }

    @Test func `J6 a file that can't be opened is named, and told as a gap once`() async throws {
        let bad = try JournalWriter(self.folder.path + "/bad.journal")
        try bad.write(numbers: 0..<100)
        try bad.finish()
        truncate(self.folder.path + "/bad.journal", 8192)
        let live = try JournalWriter(self.folder.path + "/live.journal")
        try live.write(numbers: 100..<200)
        let sink = RecordingSink()
        let first = try JournalHarness.start(self.folder.path, sink: sink)
        let recorded = await sink.wait(events: 101)
        #expect(recorded.numbers == Array(100..<200))
        #expect(try recorded.gaps().map { $0["reason"] as? String } == ["damaged"])
        let status = try await first.status { $0.state == .degraded }
        #expect(status.reason?.contains("bad.journal") == true)
        await first.stop()

        let second = try JournalHarness.start(self.folder.path, checkpoint: sink.recorded.checkpoint, sink: sink)
        _ = try await second.status { $0.state == .degraded }
        try live.write(numbers: 200..<201)
        let again = await sink.wait { $0.endsWith(200) }
        #expect(try again.gaps().count == 1)
        await second.stop()
    }

    /// What is overwritten is random, but the same each time for a seed.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `J6 damaged bytes in one file leave the others readable`(seed: UInt64) async throws {
        let bad = try JournalWriter(self.folder.path + "/bad.journal")
        try bad.write(numbers: 0..<3000)
        try bad.finish()
        try self.damage(self.folder.path + "/bad.journal", seed: seed)
        let live = try JournalWriter(self.folder.path + "/live.journal")
        try live.write(numbers: 3000..<3100)
        let input = try JournalHarness.start(self.folder.path)
        let recorded = await input.sink.wait { $0.endsWith(3099) }
        #expect(recorded.numbers.filter { $0 >= 3000 } == Array(3000..<3100))
        await input.stop()
    }

    /// Overwrites sixteen runs of bytes behind the file's header.
    private func damage(_ path: String, seed: UInt64) throws {
        var random = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let size = try file.seekToEnd()
        for _ in 0..<16 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            try file.seek(toOffset: 4096 + (random >> 16) % (size - 8192))
            try file.write(contentsOf: Data(repeating: UInt8(truncatingIfNeeded: random >> 40), count: 64))
        }
        try file.close()
    }
}
