internal import NIOCore
internal import NIOTLS

/// Tells when TLS is agreed on, or why it is not: a write would only learn that the connection is closed.
final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let agreed: EventLoopPromise<Void>

    init(_ agreed: EventLoopPromise<Void>) { self.agreed = agreed }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { self.agreed.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    // The first of these counts.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.agreed.fail(error)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.agreed.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.agreed.fail(ChannelError.eof) }
}

@available(*, unavailable)
extension HandshakeWatch: Sendable {}
