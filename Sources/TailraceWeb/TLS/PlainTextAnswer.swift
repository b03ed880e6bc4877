internal import NIOCore
internal import NIOHTTP1

/// First on a connection that should be TLS: tells one who speaks HTTP without it what to do, and then leaves.
final class PlainTextAnswer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// `handshake`, the type of the first record (RFC 8446 §5.1).
    private static let handshake: UInt8 = 22
    private var hasAnswered = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.hasAnswered else { return }
        let bytes = Self.unwrapInboundIn(data)
        guard let first = bytes.readableBytesView.first else { return }
        guard first != Self.handshake else {
            context.fireChannelRead(data)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
            return
        }
        self.hasAnswered = true
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        context.writeAndFlush(Self.wrapOutboundOut(Self.answer), promise: written)
    }

    private static let answer: ByteBuffer = {
        let problem = Problem(.badRequest, "this relay speaks TLS here; write https:// in front of its address")
        let response = problem.response
        var bytes = ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n")
        bytes.writeString("Content-Type: application/problem+json\r\n")
        bytes.writeString("Content-Length: \(response.body.readableBytes)\r\n\r\n")
        bytes.writeImmutableBuffer(response.body)
        return bytes
    }()
}

@available(*, unavailable)
extension PlainTextAnswer: Sendable {}
