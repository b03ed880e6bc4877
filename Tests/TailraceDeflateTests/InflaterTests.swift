import TailraceDeflate
import TailraceTesting
import Testing

struct InflaterTests {
    private static func inflate(_ payload: [UInt8], limit: Int = 1 << 20) throws -> [UInt8] {
        var inflater = Inflater(windowBits: 15)
        var output: [UInt8] = []
        try inflater.decompress(payload.span, limit: limit, into: &output)
        return output
    }

    @Test(
        arguments: [
            // RFC 7692 §7.2.3.1 to §7.2.3.5: one block, stored, a block marked as last, two blocks.
            [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00],
            [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
            [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
            [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00],
            // A last block without the empty one behind it.
            [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00],
        ])
    func `the examples of the standard say Hello`(payload: [UInt8]) throws {
        #expect(try Self.inflate(payload) == Array("Hello".utf8))
    }

    @Test func `the second Hello needs the first`() throws {
        let (first, second): ([UInt8], [UInt8]) = (
            [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], [0xf2, 0x00, 0x11, 0x00, 0x00]
        )
        var inflater = Inflater(windowBits: 15)
        var output: [UInt8] = []
        try inflater.decompress(first.span, limit: 100, into: &output)
        try inflater.decompress(second.span, limit: 100, into: &output)
        #expect(output == Array("HelloHello".utf8))
        inflater.reset()
        #expect(throws: InflateError.corrupt) { try inflater.decompress(second.span, limit: 100, into: &output) }
    }

    @Test func `an empty message is empty`() throws {
        #expect(try Self.inflate([0x00]) == [])
        #expect(try Self.inflate([]) == [])
    }

    @Test(arguments: [
        [0xff, 0xff, 0xff, 0xff],
        [0xf2, 0x48, 0xcd],
        [0x00, 0x0a, 0x00, 0xf5, 0xff, 0x48],
        [0x06, 0x00],
        [0x02],
    ])
    func `damaged payloads are corrupt`(payload: [UInt8]) {
        #expect(throws: InflateError.corrupt) { try Self.inflate(payload) }
    }

    @Test(arguments: [1, 1023, 1024, 1025, 65_536, 200_000])
    func `a message may be exactly as large as the limit`(size: Int) throws {
        var deflater = Deflater(level: 9, windowBits: 15, memoryLevel: 8)
        var payload: [UInt8] = []
        deflater.compress([UInt8](repeating: 7, count: size).span, into: &payload)
        #expect(try Self.inflate(payload, limit: size).count == size)
        #expect(throws: InflateError.tooLarge) { try Self.inflate(payload, limit: size - 1) }
    }

    @Test func `a bomb is refused without growing`() throws {
        var deflater = Deflater(level: 9, windowBits: 15, memoryLevel: 8)
        var bomb: [UInt8] = []
        deflater.compress([UInt8](repeating: 0, count: 64 << 20).span, into: &bomb)
        #expect(bomb.count < 70_000)
        var inflater = Inflater(windowBits: 15)
        var output: [UInt8] = []
        for _ in 0..<3 {
            output.removeAll(keepingCapacity: true)
            inflater.reset()
            #expect(throws: InflateError.tooLarge) { try inflater.decompress(bomb.span, limit: 65_536, into: &output) }
            #expect(output.capacity < 4 * 65_536)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `random and damaged payloads end without a trap`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var deflater = Deflater(level: 6, windowBits: 15, memoryLevel: 8)
        var inflater = Inflater(windowBits: 15)
        for round in 0..<2000 {
            var payload: [UInt8] = []
            if round % 2 == 0 {
                payload = random.bytes(Int.random(in: 0..<200, using: &random))
            } else {
                deflater.reset()
                deflater.compress(random.text(words: 40).span, into: &payload)
                payload[Int.random(in: payload.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            var output: [UInt8] = []
            inflater.reset()
            try? inflater.decompress(payload.span, limit: 10_000, into: &output)
            #expect(output.count <= 10_001)
        }
    }

    @Test(arguments: [UInt64(11), 12])
    func `everything the deflater makes comes back`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for windowBits in 9...15 {
            var deflater = Deflater(level: 1, windowBits: windowBits, memoryLevel: 8)
            var inflater = Inflater(windowBits: 15)
            for size in [0, 1, 100, 5000, 300_000] {
                let message = Bool.random(using: &random) ? random.bytes(size) : random.text(words: size / 5)
                var (payload, output): ([UInt8], [UInt8]) = ([], [])
                deflater.compress(message.span, into: &payload)
                try inflater.decompress(payload.span, limit: 16 << 20, into: &output)
                #expect(output == message)
            }
        }
    }
}
