import Foundation
import TailraceEvent
import TailraceFleet
import TailraceLog
import TailraceTesting
import Testing

@Suite struct ChunkReaderTests {
    private static func log(memory: Int = 64 << 20) throws -> EventLog {
        try EventLog(
            settings: .init(path: nil, maxBytes: 1 << 30, maxAge: .seconds(3600), sync: .never, memoryBytes: memory))
    }

    private static func reader(_ log: EventLog, origin: UInt64 = 1) -> ChunkReader {
        ChunkReader(log: log, host: "web-1", subjects: FleetSubjects(fleet: "t"), origin: origin)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `every number of the log is in one block, with its event, by input and in order`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let log = try Self.log()
        var samples: [Sample] = []
        for _ in 0..<20 {
            let more = Sample.many(Int.random(in: 1...400, using: &random), using: &random)
            _ = try log.append(EventBatch(more), checkpoints: [])
            samples += more
        }
        let reader = Self.reader(log)
        var found: [UInt64: Sample] = [:]
        var cursor: UInt64 = 0
        while let chunk = try reader.chunk(after: cursor) {
            #expect(chunk.events <= FleetLimits.maxEvents)
            for (subject, block) in chunk.blocks {
                #expect(block.previous == cursor && block.epoch == log.epoch && block.epochFirst == 1)
                let numbers = block.numbers.flatMap { Array($0) }
                #expect(numbers.count == block.batch.count && block.first > cursor && block.last <= chunk.through)
                for (number, sample) in zip(numbers, block.batch.samples) {
                    #expect(found.updateValue(sample, forKey: number) == nil)
                    #expect(subject == FleetSubjects(fleet: "t").blocks(host: "web-1", input: sample.source))
                }
            }
            #expect(Set(chunk.blocks.map(\.subject)).count == chunk.blocks.count)
            cursor = chunk.through
        }
        #expect(cursor == log.head)
        #expect(found.sorted { $0.key < $1.key }.map(\.value) == samples)
    }

    @Test func `a large block is cut by its bytes, and one that the server does not take by halves`() throws {
        let log = try Self.log()
        let text = String(repeating: "x", count: 100_000)
        let samples = (0..<20).map { Sample(time: Int64($0), source: "s", message: "\($0) \(text)", fields: "") }
        _ = try log.append(EventBatch(samples), checkpoints: [])
        let reader = Self.reader(log)
        let chunk = try #require(try reader.chunk(after: 0))
        #expect(chunk.through == 5 && chunk.blocks.count == 1)
        let halves = reader.split(chunk.blocks[0].block)
        #expect(halves.map(\.numbers) == [[1...2], [3...5]])
        #expect(halves.flatMap(\.batch.samples) == Array(samples[..<5]))
        let lost = reader.split(reader.split(halves[0])[1])
        #expect(lost.count == 1 && lost[0].isGap && lost[0].numbers == [2...2])
        #expect(lost[0].batch.message(at: 0).contains("takes no message of that size"))
    }

    @Test func `what retention took is a gap with its range`() throws {
        var random = SeededGenerator(seed: 9)
        let log = try Self.log(memory: 64 << 10)
        for _ in 0..<20 { _ = try log.append(EventBatch(Sample.many(100, using: &random)), checkpoints: []) }
        #expect(log.oldest > 1)
        let chunk = try #require(try Self.reader(log).chunk(after: 0))
        #expect(chunk.blocks.count == 1 && chunk.through == log.oldest - 1)
        let block = chunk.blocks[0].block
        #expect(block.isGap && block.numbers == [1...log.oldest - 1] && block.batch.count == 1)
        #expect(chunk.blocks[0].subject == "tailrace.t.web-1.tailrace")
        #expect(block.batch.fields(at: 0).contains("\"reason\":\"evicted\""))
    }

    @Test func `a range that was asked for is read alone, and ends where it ends`() throws {
        var random = SeededGenerator(seed: 3)
        let log = try Self.log()
        _ = try log.append(EventBatch(Sample.many(300, using: &random)), checkpoints: [])
        let reader = Self.reader(log, origin: 7)
        let chunk = try #require(try reader.chunk(after: 99, through: 120, isResend: true))
        #expect(chunk.events == 21 && chunk.through == 120)
        #expect(chunk.blocks.allSatisfy { $0.block.isResend && $0.block.epochFirst == 7 })
        #expect(try reader.chunk(after: 120, through: 120) == nil && reader.numbers(of: log.epoch) == 1...300)
        #expect(reader.numbers(of: "another") == nil)
    }

    @Test func `what only a stream's own readers are told stays so`() throws {
        var batch = EventBatch([Sample(time: 1, source: "s", message: "all", fields: "")])
        batch.append(EventBatch([Sample(time: 1, source: "s", message: "aside", fields: "")]))
        batch.records[0].streams = 5
        batch.records[1].streams = EventBatch.Record.asideBit | 5
        let log = try Self.log()
        _ = try log.append(batch, checkpoints: [])
        let chunk = try #require(try Self.reader(log).chunk(after: 0))
        #expect(chunk.blocks[0].block.batch.records.map(\.streams) == [0, EventBatch.Record.asideBit])
    }
}
