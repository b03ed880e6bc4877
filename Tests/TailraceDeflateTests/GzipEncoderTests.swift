import TailraceDeflate
import Testing

struct GzipEncoderTests {
    /// CRC-32 of RFC 1952 §8, bit by bit.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0xedb8_8320 : 0) }
        }
    }

    @Test func `a stream in parts is one gzip file`() throws {
        var encoder = GzipEncoder(level: 6)
        let parts = ["{\"seq\":1}\n", "", "{\"seq\":2}\n"].map { Array($0.utf8) }
        var output: [UInt8] = []
        for part in parts { encoder.append(part.span, into: &output) }
        // Flushed: all that was written can be read before the end.
        #expect(output.suffix(4) == [0x00, 0x00, 0xff, 0xff])
        encoder.finish([UInt8]().span, into: &output)
        #expect(output.starts(with: [0x1f, 0x8b, 8, 0]))

        let text = parts.flatMap { $0 }
        var window: [UInt8] = []
        let body = Array(output.dropFirst(10).dropLast(8))
        // The reference decoder adds an empty stored block behind the last one, which gives nothing.
        #expect(try ReferenceInflate.message(body, window: &window) == text)
        let trailer = output.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        #expect(UInt32(truncatingIfNeeded: trailer) == Self.checksum(text))
        #expect(trailer >> 32 == UInt64(text.count))
    }
}
