import TailraceTesting
import TailraceWeb
import Testing

struct UTF8ValidatorTests {
    private static func isValid(_ bytes: [UInt8], cutAt cut: Int) -> Bool {
        var validator = UTF8Validator()
        return bytes[..<cut].withUnsafeBytes { validator.feed($0) }
            && bytes[cut...].withUnsafeBytes { validator.feed($0) }
            && validator.isComplete
    }

    @Test func `every sequence of up to three bytes is judged as the standard library does`() {
        let edges: [UInt8] = [
            0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
            0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
        ]
        for first in edges {
            for second in edges {
                for third in edges {
                    for fourth in [0x41, 0x80, 0xbf, 0xc2] as [UInt8] {
                        let bytes = [first, second, third, fourth]
                        let expected = String(validating: bytes, as: UTF8.self) != nil
                        #expect(Self.isValid(bytes, cutAt: 2) == expected, "\(bytes)")
                    }
                }
            }
        }
    }

    @Test(arguments: [UInt64(1), 2])
    func `damaged text is judged as the standard library does, wherever it is cut`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            var bytes = random.text(words: 8) + Array("κόσμε😀".utf8)
            if Bool.random(using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            #expect(Self.isValid(bytes, cutAt: Int.random(in: 0...bytes.count, using: &random)) == expected)
        }
    }

    @Test func `a bad byte fails at once`() {
        var validator = UTF8Validator()
        let start: [UInt8] = [0xe2, 0x82]
        #expect(start.withUnsafeBytes { validator.feed($0) })
        #expect(!validator.isComplete)
        #expect(![UInt8(0x41)].withUnsafeBytes { validator.feed($0) })
    }
}
