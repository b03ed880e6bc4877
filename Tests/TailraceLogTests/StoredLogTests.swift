import Foundation
import TailraceEvent
import TailraceLog
import TailraceTesting
import Testing

@Suite struct StoredLogTests {
    @Test(arguments: [UInt64(1), 2])
    func `what is appended is read back from memory, from disk and after a restart`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try ScratchLog()
        var model: [Sample] = []
        var epochs: Set<String> = []
        for run in 0..<4 {
            // So little memory that nearly everything comes from disk, and so much that nothing does.
            let log = try folder.open(memory: run % 2 == 0 ? 1 : 64 << 20)
            epochs.insert(log.epoch)
            #expect(log.head == UInt64(model.count))
            for step in 0..<40 {
                let batches = (0..<random.pick([1, 1, 1, 3])).map { _ in
                    Sample.many(random.pick([0, 1, 1, 1, 2, 30, 600]), using: &random)
                }
                let blocks = try log.append(batches.map { EventBatch($0) }, checkpoints: [])
                #expect(blocks.flatMap(\.batch.samples) == Array(batches.joined()))
                model += batches.joined()
                if step == 20 { try Self.check(log, model, using: &random) }
            }
            try Self.check(log, model, using: &random)
            if run != 1 { try log.close() }
        }
        #expect(epochs.count == 1)
    }

    private static func check(_ log: EventLog, _ model: [Sample], using random: inout SeededGenerator) throws {
        let start = UInt64.random(in: 0...log.head, using: &random)
        let reading = try Reading(log, after: start, maxEvents: random.pick([10, 5000]))
        #expect(reading.isGapless && reading.holes.isEmpty)
        #expect(reading.events.keys.sorted().compactMap { reading.events[$0] } == Array(model[Int(start)...]))
        var backwards: [[Sample]] = []
        var through = start
        while let step = try log.readBackwards(through: through) {
            let slice = try #require(step.slice)
            #expect(slice.lastSeq == through && slice.firstSeq == step.continueThrough + 1)
            backwards.append(slice.samples)
            through = step.continueThrough
        }
        #expect(Array(backwards.reversed().joined()) == Array(model[..<Int(start)]))
    }

    @Test func `small commits are merged into compressed rows and read back the same`() throws {
        let folder = try ScratchLog()
        let log = try folder.open(memory: 1)
        try log.appendNumbered(1...2000)
        #expect(try folder.number("SELECT count(*) FROM block WHERE encoding = 1") == 3)
        #expect(try folder.number("SELECT min(last - first) FROM block WHERE encoding = 1") == 511)
        #expect(try folder.number("SELECT count(*) FROM block WHERE encoding = 0") == 2000 - 3 * 512)
        #expect(try Reading(log).messages == (1...2000).map(String.init))
        // A large commit takes the small rows before it along.
        try log.appendNumbered(2001...3000, size: 1000)
        #expect(try folder.number("SELECT count(*) FROM block") == 4)
        #expect(try Reading(log).messages == (1...3000).map(String.init))
    }

    @Test func `a commit that is larger than a block becomes several`() throws {
        let log = try ScratchLog().open(memory: 1)
        let blocks = try log.append(EventBatch(messages: (1...5000).map(String.init)), checkpoints: [])
        #expect(blocks.map(\.batch.count) == [2048, 2048, 904])
        #expect(blocks.map(\.firstSeq) == [1, 2049, 4097])
        let large = String(repeating: "x", count: 700_000)
        let more = try log.append(EventBatch(messages: [large, large, large]), checkpoints: [])
        #expect(more.map(\.batch.count) == [2, 1])
        #expect(try Reading(log).events.count == 5003)
    }

    @Test func `checkpoints hold with the events before them or not at all`() throws {
        let folder = try ScratchLog()
        let log = try folder.open()
        let here = Checkpoint(input: "nginx", key: "a", value: [1, 2])
        try log.append("one", checkpoints: [here, Checkpoint(input: "nginx", key: "b", value: [])])
        try folder.execute("CREATE TRIGGER full BEFORE INSERT ON checkpoint BEGIN SELECT RAISE(ABORT, 'full'); END")
        let refused = Checkpoint(input: "nginx", key: "a", value: [9])
        let error = #expect(throws: LogError.self) { try log.append("two", checkpoints: [refused]) }
        #expect(error?.kind == .unavailable)
        #expect(try log.head == 1 && Reading(log).messages == ["one"])
        #expect(try log.checkpoints(of: "nginx") == ["a": [1, 2], "b": []])
        try folder.execute("DROP TRIGGER full")
        try log.append("two", checkpoints: [refused, Checkpoint(input: "nginx", key: "b", value: nil)])
        #expect(try log.checkpoints(of: "nginx") == ["a": [9]])
        #expect(try log.checkpoints(of: "system") == [:])
        #expect(try Reading(log).messages == ["one", "two"])
        // Checkpoints alone are a commit too.
        _ = try log.append(EventBatch(), checkpoints: [Checkpoint(input: "system", key: "", value: [7])])
        #expect(try log.head == 2 && folder.copy().open().checkpoints(of: "system") == ["": [7]])
    }

    @Test(arguments: [UInt64(5), 6])
    func `reading from a time misses nothing that is as young`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let samples = Sample.many(3000, using: &random)
        for log in [try ScratchLog().open(memory: 1), try EventLog(memoryBytes: 64 << 20)] {
            for start in stride(from: 0, to: samples.count, by: 100) {
                _ = try log.append(EventBatch(Array(samples[start..<start + 100])), checkpoints: [])
            }
            for _ in 0..<50 {
                let time = random.pick(samples).time + random.pick([0, 1])
                let before = try log.seqBefore(time: Timestamp(nanoseconds: time))
                #expect(!samples[..<Int(before)].contains { $0.time >= time })
            }
            #expect(try log.seqBefore(time: Timestamp(nanoseconds: .max)) == log.head)
            #expect(try log.seqBefore(time: Timestamp(nanoseconds: .min)) == 0)
            #expect(log.oldestTime != nil)
        }
    }

    @Test func `reading goes on undisturbed while rows are merged under it`() throws {
        let log = try ScratchLog().open(memory: 1)
        let total: UInt64 = 3000
        let appender = log.appendBeside { try log.appendNumbered(1...Int(total)) }
        var cursor: UInt64 = 0
        while !appender.isFinished || cursor < log.head {
            let reading = try Reading(log, after: cursor, through: log.head, maxEvents: 100)
            try #require(reading.isGapless && reading.holes.isEmpty)
            try #require(reading.events.allSatisfy { $0.value.message == String($0.key) })
            cursor += UInt64(reading.events.count)
        }
        #expect(cursor == total)
    }
}
