import TailraceDeflate
import TailraceTesting
import Testing

@Suite struct GzipDecoderTests {
    private func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var encoder = GzipEncoder(level: 6)
        var output: [UInt8] = []
        encoder.finish(bytes.span, into: &output)
        return output
    }

    private func inflated(
        _ input: [UInt8], piece: () -> Int, room: () -> Int
    ) throws(InflateError) -> (bytes: [UInt8], isComplete: Bool) {
        var decoder = GzipDecoder()
        var output: [UInt8] = []
        var index = 0
        while true {
            let end = min(input.count, index + piece())
            let (before, room) = (output.count, room())
            let used = try decoder.inflate(input.span.extracting(index..<end), room: room, into: &output)
            #expect(output.count - before <= room)
            index += used
            if index == input.count, output.count == before { break }
        }
        return (output, decoder.isComplete)
    }

    @Test(arguments: 0..<50)
    func `F18 members come back however they are cut`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var plain: [UInt8] = []
        var input: [UInt8] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let count = Int.random(in: 0...20_000, using: &random)
            let member = (0..<count).map { _ in UInt8.random(in: 97...100, using: &random) }
            plain += member
            input += self.gzip(member)
        }
        if Bool.random(using: &random) { input += [0, 0, 0, 0, 0] }
        let result = try self.inflated(
            input, piece: { Int.random(in: 1...3_000, using: &random) },
            room: { Int.random(in: 1...3_000, using: &random) })
        #expect(result.bytes == plain)
        #expect(result.isComplete)
    }

    @Test func `F18 what is cut off is not complete`() throws {
        let input = self.gzip(Array(repeating: 65, count: 10_000))
        for count in 1..<input.count {
            let result = try self.inflated(Array(input[..<count]), piece: { 7 }, room: { 4_096 })
            #expect(!result.isComplete)
        }
    }

    @Test func `F18 a wrong checksum or length, and bytes that are none of gzip, are corrupt`() {
        let input = self.gzip(Array("some text".utf8))
        for index in input.count - 8..<input.count {
            var damaged = input
            damaged[index] ^= 0x10
            #expect(throws: InflateError.corrupt) { try self.inflated(damaged, piece: { 100 }, room: { 100 }) }
        }
        #expect(throws: InflateError.corrupt) {
            try self.inflated(input + Array("more".utf8), piece: { 100 }, room: { 100 })
        }
    }
}
