internal import NIOCore

/// Ends a connection on which nothing comes although somebody reads: a relay beats every 10 s, so it is half-open.
///
/// While nobody reads because the output is slow, silence is our own.
final class SilenceWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limit: TimeAmount
    private var waitsSince: NIODeadline?
    private var timer: RepeatedTask?

    init(limit: TimeAmount) { self.limit = limit }

    func handlerAdded(context: ChannelHandlerContext) {
        let watch = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let step = TimeAmount.nanoseconds(self.limit.nanoseconds / 4)
        self.timer = context.eventLoop.scheduleRepeatedTask(initialDelay: step, delay: step) { _ in
            let (handler, context) = watch.value
            handler.look(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.timer = nil
    }

    func read(context: ChannelHandlerContext) {
        if self.waitsSince == nil { self.waitsSince = .now() }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.waitsSince = nil
        context.fireChannelRead(data)
    }

    private func look(_ context: ChannelHandlerContext) {
        guard let since = self.waitsSince, .now() - since > self.limit else { return }
        self.timer?.cancel()
        context.fireErrorCaught(LinkError.silent(seconds: self.limit.nanoseconds / 1_000_000_000))
        context.close(promise: nil)
    }
}
