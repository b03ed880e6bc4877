import TailraceDeflate
import Testing

struct FrameHeaderTests {
    @Test(
        arguments: [
            (0, [0x81, 0]), (125, [0x81, 125]), (126, [0x81, 126, 0, 126]), (65_535, [0x81, 126, 0xff, 0xff]),
            (65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] as [(Int, [UInt8])])
    func `lengths take 2, 4 or 10 bytes`(payloadBytes: Int, header: [UInt8]) {
        var output: [UInt8] = []
        FrameHeader.append(.text, isCompressed: false, payloadBytes: payloadBytes, to: &output)
        #expect(output == header)
        #expect(FrameHeader.byteCount(payloadBytes: payloadBytes) == header.count)
    }

    @Test func `the compressed bit is RSV1`() {
        var output: [UInt8] = []
        FrameHeader.append(.binary, isCompressed: true, payloadBytes: 1, to: &output)
        #expect(output == [0xc2, 1])
    }

    @Test(arguments: [0, 5, 125, 126, 70_000])
    func `a header written backwards ends where the payload starts`(payloadBytes: Int) {
        let payload = [UInt8](repeating: 9, count: payloadBytes)
        var frame = [UInt8](repeating: 0, count: FrameHeader.maxBytes) + payload
        let start = FrameHeader.put(.text, isCompressed: true, before: FrameHeader.maxBytes, in: &frame)
        var expected: [UInt8] = []
        FrameHeader.append(.text, isCompressed: true, payloadBytes: payloadBytes, to: &expected)
        #expect(Array(frame[start...]) == expected + payload)
    }
}
