package import NIOCore
internal import TailraceDeflate

/// Sends every message back, for conformance suites: the same stack as `/ws`, with compression as agreed.
package final class EchoEndpoint: WebSocketEndpoint {
    private var connection: WebSocketConnection?
    private var compressor: EchoCompressor?

    package init() {}

    package func opened(_ connection: WebSocketConnection) {
        self.connection = connection
        self.compressor = connection.agreement.map { EchoCompressor($0) }
    }

    package func received(text: ByteBuffer) { self.echo(.text, text) }

    package func received(binary: ByteBuffer) { self.echo(.binary, binary) }

    package func writabilityChanged(isWritable: Bool) {}

    package func closed() {
        self.connection = nil
        self.compressor = nil
    }

    private func echo(_ opcode: FrameHeader.Opcode, _ message: ByteBuffer) {
        guard let connection else { return }
        if let compressor {
            connection.send(preframed: compressor.frame(opcode, message))
        } else if opcode == .text {
            connection.send(text: message)
        } else {
            connection.send(binary: message)
        }
        connection.flush()
    }
}

/// A deflate stream of one echo connection; `/ws` shares streams among many instead.
private final class EchoCompressor {
    private var deflater: Deflater
    private let resetsEachMessage: Bool

    init(_ agreement: DeflateAgreement) {
        self.deflater = Deflater(level: 1, windowBits: agreement.serverMaxWindowBits, memoryLevel: 8)
        self.resetsEachMessage = agreement.serverNoContextTakeover
    }

    func frame(_ opcode: FrameHeader.Opcode, _ message: ByteBuffer) -> ByteBuffer {
        if self.resetsEachMessage { self.deflater.reset() }
        var frame = [UInt8](repeating: 0, count: FrameHeader.maxBytes)
        self.deflater.compress(message.readableBytesUInt8Span, into: &frame)
        let start = FrameHeader.put(opcode, isCompressed: true, before: FrameHeader.maxBytes, in: &frame)
        return ByteBuffer(bytes: frame[start...])
    }
}
