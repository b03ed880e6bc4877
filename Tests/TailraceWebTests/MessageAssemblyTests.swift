import NIOCore
import NIOWebSocket
import TailraceTesting
import TailraceWeb
import Testing

struct MessageAssemblyTests {
    private static let limits = WebSocketLimits(
        maxMessageBytes: 100, maxFrameBytes: 200, maxFragments: 4, waitsForReader: false)

    private static func frame(
        _ opcode: WebSocketOpcode, _ text: [UInt8] = [], fin: Bool = true, rsv1: Bool = false, rsv2: Bool = false,
        rsv3: Bool = false, isMasked: Bool = true
    ) -> WebSocketFrame {
        let mask: WebSocketMaskingKey? = isMasked ? [0x11, 0x22, 0x33, 0x44] : nil
        var data = ByteBuffer(bytes: text)
        if let mask { data.webSocketMask(mask) }
        return WebSocketFrame(fin: fin, rsv1: rsv1, rsv2: rsv2, rsv3: rsv3, opcode: opcode, maskKey: mask, data: data)
    }

    private static func last(_ frames: [WebSocketFrame], compression: Bool = false) -> MessageAssembly.Action {
        var assembly = MessageAssembly(limits: Self.limits, allowsCompression: compression)
        return frames.map { assembly.received($0) }.last ?? .wait
    }

    private static func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `a message in one frame`() {
        #expect(Self.last([Self.frame(.text, Self.utf8("κόσμε"))]) == .text(ByteBuffer(string: "κόσμε")))
        #expect(Self.last([Self.frame(.binary, [0xff])]) == .binary(ByteBuffer(bytes: [0xff])))
        #expect(Self.last([Self.frame(.text)]) == .text(ByteBuffer()))
    }

    @Test func `fragments, with a ping among them`() {
        var assembly = MessageAssembly(limits: Self.limits, allowsCompression: false)
        // The character is cut in two.
        #expect(assembly.received(Self.frame(.text, [0x61, 0xc3], fin: false)) == .wait)
        #expect(assembly.received(Self.frame(.ping, [1, 2])) == .pong(ByteBuffer(bytes: [1, 2])))
        #expect(assembly.received(Self.frame(.continuation, [], fin: false)) == .wait)
        #expect(assembly.received(Self.frame(.continuation, [0xa9])) == .text(ByteBuffer(string: "aé")))
        #expect(assembly.received(Self.frame(.pong, [9])) == .wait)
        #expect(assembly.received(Self.frame(.text, [0x62])) == .text(ByteBuffer(string: "b")))
    }

    @Test func `frames that RFC 6455 forbids`() {
        let forbidden: [[WebSocketFrame]] = [
            [Self.frame(.text, isMasked: false)],
            [Self.frame(.ping, isMasked: false)],
            [Self.frame(.text, rsv1: true)],
            [Self.frame(.text, rsv2: true)],
            [Self.frame(.text, rsv3: true)],
            [Self.frame(.continuation)],
            [Self.frame(.text, fin: false), Self.frame(.text)],
            [Self.frame(.text, fin: false), Self.frame(.binary)],
            [Self.frame(.ping, fin: false)],
            [Self.frame(.ping, [UInt8](repeating: 0, count: 126))],
            [Self.frame(.connectionClose, [0x03])],
        ]
        for frames in forbidden { #expect(Self.last(frames) == .fail(.protocolError)) }
        for code in [3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf] as [UInt8] {
            let opcode = WebSocketOpcode(encodedWebSocketOpcode: code)
            #expect(opcode.map { Self.last([Self.frame($0)]) } == .fail(.protocolError))
        }
    }

    @Test func `RSV1 marks compressed messages, in their first frame only`() {
        let whole = Self.last([Self.frame(.text, [1, 2], rsv1: true)], compression: true)
        #expect(whole == .inflate(ByteBuffer(bytes: [1, 2]), isText: true))
        let parts = [Self.frame(.binary, [0xff], fin: false, rsv1: true), Self.frame(.continuation, [0xfe])]
        #expect(Self.last(parts, compression: true) == .inflate(ByteBuffer(bytes: [0xff, 0xfe]), isText: false))
        let twice = [Self.frame(.text, fin: false, rsv1: true), Self.frame(.continuation, rsv1: true)]
        #expect(Self.last(twice, compression: true) == .fail(.protocolError))
        #expect(Self.last([Self.frame(.ping, rsv1: true)], compression: true) == .fail(.protocolError))
        #expect(Self.last([Self.frame(.text, rsv2: true)], compression: true) == .fail(.protocolError))
    }

    @Test func `text fails at the first byte that can't be UTF-8`() {
        #expect(Self.last([Self.frame(.text, [0x61, 0xed, 0xa0], fin: false)]) == .fail(.invalidData))
        #expect(Self.last([Self.frame(.text, [0xf0, 0x9f])]) == .fail(.invalidData))
        let parts = [Self.frame(.text, [0xf0, 0x9f], fin: false), Self.frame(.continuation, [0x98])]
        #expect(Self.last(parts) == .fail(.invalidData))
        let assembly = MessageAssembly(limits: Self.limits, allowsCompression: true)
        #expect(assembly.inflated(ByteBuffer(bytes: [0xff]), isText: true) == .fail(.invalidData))
        #expect(assembly.inflated(ByteBuffer(bytes: [0xff]), isText: false) == .binary(ByteBuffer(bytes: [0xff])))
    }

    @Test func `messages end at their limits`() {
        let (full, more) = ([UInt8](repeating: 0x61, count: 100), [UInt8](repeating: 0x61, count: 101))
        #expect(Self.last([Self.frame(.text, full)]) == .text(ByteBuffer(bytes: full)))
        #expect(Self.last([Self.frame(.text, more)]) == .fail(.tooBig))
        let parts = [Self.frame(.text, full, fin: false), Self.frame(.continuation, [0x61])]
        #expect(Self.last(parts) == .fail(.tooBig))
        let empty = Self.frame(.continuation, fin: false)
        #expect(
            Self.last([Self.frame(.text, fin: false), empty, empty, Self.frame(.continuation)]) == .text(ByteBuffer()))
        #expect(Self.last([Self.frame(.text, fin: false), empty, empty, empty, empty]) == .fail(.tooBig))
    }

    @Test func `a close is answered with its code`() {
        #expect(Self.last([Self.frame(.connectionClose)]) == .close(ByteBuffer()))
        for code in [1000, 1001, 1003, 1007, 1014, 3000, 4999] as [UInt16] {
            let bytes = [UInt8(code >> 8), UInt8(code & 0xff)]
            let frame = Self.frame(.connectionClose, bytes + Self.utf8("bye"))
            #expect(Self.last([frame]) == .close(ByteBuffer(bytes: bytes)))
        }
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] as [UInt16] {
            let frame = Self.frame(.connectionClose, [UInt8(code >> 8), UInt8(code & 0xff)])
            #expect(Self.last([frame]) == .fail(.protocolError))
        }
        #expect(Self.last([Self.frame(.connectionClose, [0x03, 0xe8, 0xff])]) == .fail(.invalidData))
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `random fragments come out as they went in`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limits = WebSocketLimits(
            maxMessageBytes: 5000, maxFrameBytes: 5000, maxFragments: 64, waitsForReader: false)
        var assembly = MessageAssembly(limits: limits, allowsCompression: false)
        for _ in 0..<200 {
            let text = random.text(words: Int.random(in: 0..<60, using: &random))
            var cuts = (0..<Int.random(in: 0..<20, using: &random)).map { _ in
                Int.random(in: 0...text.count, using: &random)
            }
            cuts = [0] + cuts.sorted() + [text.count]
            for index in 1..<cuts.count {
                let isLast = index == cuts.count - 1
                let opcode: WebSocketOpcode = index == 1 ? .text : .continuation
                let action = assembly.received(
                    Self.frame(opcode, Array(text[cuts[index - 1]..<cuts[index]]), fin: isLast))
                #expect(action == (isLast ? .text(ByteBuffer(bytes: text)) : .wait))
            }
        }
    }
}
