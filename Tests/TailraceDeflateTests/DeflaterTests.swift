import TailraceDeflate
import TailraceTesting
import Testing

struct DeflaterTests {
    private static func compress(_ message: [UInt8], _ deflater: inout Deflater) -> [UInt8] {
        var output: [UInt8] = []
        deflater.compress(message.span, into: &output)
        return output
    }

    private static func messages(seed: UInt64) -> [[UInt8]] {
        var random = SeededGenerator(seed: seed)
        var messages: [[UInt8]] = [[], Array("a".utf8), random.bytes(70_000)]
        for words in [3, 50, 2000, 20_000] { messages.append(random.text(words: words)) }
        return messages.shuffled(using: &random)
    }

    @Test(arguments: 9...15, [1, 6, 9])
    func `messages that refer to earlier ones decode in order`(windowBits: Int, level: Int) throws {
        var deflater = Deflater(level: level, windowBits: windowBits, memoryLevel: 8)
        var window: [UInt8] = []
        for message in Self.messages(seed: UInt64(windowBits)) + Self.messages(seed: 99) {
            let payload = Self.compress(message, &deflater)
            #expect(try ReferenceInflate.message(payload, window: &window) == message)
        }
    }

    @Test(arguments: 9...15)
    func `a message refers back no further than the window`(windowBits: Int) throws {
        var deflater = Deflater(level: 9, windowBits: windowBits, memoryLevel: 8)
        var window: [UInt8] = []
        for message in Self.messages(seed: 5) {
            let payload = Self.compress(message, &deflater)
            // The decoder gets only as much of the past as was agreed.
            var cut = Array(window.suffix(1 << windowBits))
            #expect(try ReferenceInflate.message(payload, window: &cut) == message)
            _ = try ReferenceInflate.message(payload, window: &window)
        }
    }

    @Test func `after a reset a reader without history understands`() throws {
        var deflater = Deflater(level: 6, windowBits: 15, memoryLevel: 8)
        let message = Array(String(repeating: "upstream timed out ", count: 20).utf8)
        let first = Self.compress(message, &deflater)
        let second = Self.compress(message, &deflater)
        #expect(second.count < first.count)
        #expect(throws: (any Error).self) {
            var late: [UInt8] = []
            _ = try ReferenceInflate.message(second, window: &late)
        }
        deflater.reset()
        var late: [UInt8] = []
        #expect(try ReferenceInflate.message(Self.compress(message, &deflater), window: &late) == message)
        #expect(try ReferenceInflate.message(Self.compress(message, &deflater), window: &late) == message)
    }

    @Test func `an empty message is one byte and leaves the stream usable`() throws {
        var deflater = Deflater(level: 1, windowBits: 15, memoryLevel: 8)
        var window: [UInt8] = []
        for message in [[], [], Array("x".utf8), [], Array("xx".utf8)] as [[UInt8]] {
            let payload = Self.compress(message, &deflater)
            if message.isEmpty { #expect(payload == [0x00]) }
            #expect(try ReferenceInflate.message(payload, window: &window) == message)
        }
    }

    @Test func `output is appended behind what is there`() {
        var deflater = Deflater(level: 6, windowBits: 15, memoryLevel: 8)
        var output: [UInt8] = [1, 2, 3]
        deflater.compress(Array("Hello".utf8).span, into: &output)
        // RFC 7692 §7.2.3.1.
        #expect(output == [1, 2, 3, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00])
    }
}
