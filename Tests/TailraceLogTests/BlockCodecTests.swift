import TailraceEvent
import TailraceLog
import TailraceTesting
import Testing

@Suite struct BlockCodecTests {
    private static func encoded(_ batch: EventBatch) -> [UInt8] {
        var bytes: [UInt8] = []
        BlockCodec.encode(batch, into: &bytes)
        return bytes
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `every batch comes back as it was`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for count in [0, 1, 2, 50, 700] {
            var samples = Sample.many(count, using: &random)
            for index in samples.indices where Int.random(in: 0..<4, using: &random) == 0 {
                samples[index].time = random.pick([.min, .max, 0, -1])
                samples[index].received = random.pick([.min, .max, 0, -1])
            }
            let batch = EventBatch(samples)
            let back = try BlockCodec.decode(Self.encoded(batch))
            #expect(back.samples == samples)
            #expect(back.records == batch.records && back.origins == batch.origins && back.bytes == batch.bytes)
        }
    }

    @Test func `a block that was cut anywhere is refused`() {
        let whole = Self.encoded(EventBatch(messages: ["one", "", "three"]))
        for length in whole.indices {
            #expect(throws: BlockCodec.DecodeError.self) { try BlockCodec.decode(Array(whole[..<length])) }
        }
        #expect(throws: BlockCodec.DecodeError.self) { try BlockCodec.decode(whole + [0]) }
    }

    @Test(arguments: [
        [], [2], [1], [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        [1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
    ] as [[UInt8]])
    func `numbers that can't be are refused before anything is allocated for them`(body: [UInt8]) {
        #expect(throws: BlockCodec.DecodeError.self) { try BlockCodec.decode(body) }
    }

    @Test(arguments: [UInt64(11), 12, 13, 14])
    func `random damage gives an error or a batch that holds together`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let whole = Self.encoded(EventBatch(Sample.many(40, using: &random)))
        for _ in 0..<4000 {
            var body = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                // Mostly in the columns, where the numbers are.
                let place = Int.random(in: 0..<(Bool.random(using: &random) ? 400 : body.count), using: &random)
                body[min(place, body.count - 1)] = .random(in: 0...255, using: &random)
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                body.removeLast(Int.random(in: 0..<body.count, using: &random))
            }
            // Reading every event traps if a range lies outside of the bytes.
            _ = try? BlockCodec.decode(body).samples
        }
    }
}
