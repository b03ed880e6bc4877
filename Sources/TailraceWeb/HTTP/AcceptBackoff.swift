internal import Glibc
internal import NIOCore

/// Pauses accepting for a moment where the process or the machine has no descriptor or memory for one more connection.
///
/// Without the pause the event loop would spin: the connection stays in the kernel's queue and is reported again at
/// once.
final class AcceptBackoff: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private var isPaused = false
    private var heldRead = false

    func read(context: ChannelHandlerContext) {
        if self.isPaused {
            self.heldRead = true
        } else {
            context.read()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let code = (error as? IOError)?.errnoCode, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else {
            context.fireErrorCaught(error)
            return
        }
        guard !self.isPaused else { return }
        self.isPaused = true
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(500)) {
            self.isPaused = false
            guard self.heldRead else { return }
            self.heldRead = false
            context.read()
        }
    }
}

@available(*, unavailable)
extension AcceptBackoff: Sendable {}
