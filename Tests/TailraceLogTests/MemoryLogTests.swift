import Foundation
import TailraceEvent
import TailraceLog
import TailraceTesting
import Testing

@Suite struct MemoryLogTests {
    @Test(arguments: [UInt64(1), 2, 3])
    func `appending, sealing and evicting agree with a list`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let limit = 200_000
        let log = try EventLog(memoryBytes: limit)
        var model: [Sample] = []
        var oldest = log.oldest
        for _ in 0..<500 {
            let samples = Sample.many(random.pick([0, 1, 1, 1, 2, 5, 40, 600]), using: &random)
            let blocks = try log.append(EventBatch(samples), checkpoints: [])
            #expect(blocks.flatMap(\.batch.samples) == samples)
            #expect(samples.isEmpty || blocks.first?.firstSeq == UInt64(model.count + 1))
            model += samples
            #expect(log.head == UInt64(model.count))
            #expect(log.oldest >= oldest && (model.isEmpty || log.oldest <= log.head))
            oldest = log.oldest
            // One block may be over the limit on its own.
            #expect(log.memoryWeight <= limit + (1 << 20))
            try Self.checkReads(log, model, using: &random)
        }
        #expect(oldest > 1)
    }

    private static func checkReads(_ log: EventLog, _ model: [Sample], using random: inout SeededGenerator) throws {
        guard !model.isEmpty else { return }
        let start = UInt64.random(in: 0...log.head, using: &random)
        let end = random.pick([.max, UInt64.random(in: start...log.head, using: &random)])
        let reading = try Reading(log, after: start, through: end, maxEvents: random.pick([1, 7, 1000]))
        #expect(reading.isGapless)
        let first = max(start + 1, log.oldest)
        let last = min(end, log.head)
        let expected = first <= last ? Array(model[Int(first) - 1..<Int(last)]) : []
        #expect(reading.events.keys.sorted().compactMap { reading.events[$0] } == expected)
        let lost = min(last, log.oldest - 1)
        #expect(reading.holes == (start < lost ? [.init(range: start + 1...lost, reason: .evicted)] : []))
        let inMemory = log.readMemory(after: start, through: end, maxEvents: .max)
        #expect(inMemory?.flatMap(\.samples) == (start + 1 >= log.oldest || start >= last ? expected : nil))
    }

    @Test func `an empty log has nothing and says so`() throws {
        let log = try EventLog(memoryBytes: 1000)
        #expect((log.head, log.oldest) == (0, 1))
        #expect(log.position(of: 0) == Position(epoch: log.epoch, seq: 0))
        #expect(try Reading(log) == Reading(log, after: 5))
        #expect(try log.readBackwards(through: 0) == nil)
        #expect(try log.seqBefore(time: Timestamp(nanoseconds: 0)) == 0)
        #expect(log.oldestTime == nil)
        #expect(try log.append(EventBatch(), checkpoints: []).isEmpty)
        #expect(!log.isPersistent)
        try log.sync()
        try log.tidy()
        try log.close()
    }

    @Test func `a reader at the evicting end is told of what is gone and of nothing else`() throws {
        // Large enough to be a block of its own, so that every commit evicts one; they share their bytes.
        let batch = EventBatch(messages: [String(repeating: "x", count: 128 << 10)])
        let kept = 1000
        let log = try EventLog(memoryBytes: kept * (128 << 10))
        let total: UInt64 = 100_000
        let appender = log.appendBeside { for _ in 0..<total { _ = try log.append(batch, checkpoints: []) } }
        while !appender.isFinished {
            // Always the event that goes next.
            let after = log.oldest - 1
            switch try log.read(after: after, maxEvents: 3) {
            case .atEnd: break
            case .missing(let from, let through, let reason):
                try #require(from == after + 1 && reason == .evicted)
                // A hole that reaches to what can still be read would be a lie.
                try #require(through < log.oldest)
            case .slices(let slices): try #require(slices.first?.firstSeq == after + 1)
            }
        }
        #expect(log.head == total && log.oldest > total - UInt64(kept))
    }
}
