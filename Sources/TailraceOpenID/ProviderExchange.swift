internal import NIOCore
internal import NIOHTTP1

/// Sends one request when the connection is there, and gathers the answer up to its limits.
final class ProviderExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    struct Failure: Error {
        var reason: String
    }

    private let head: HTTPRequestHead
    private let body: ByteBuffer?
    private let answer: EventLoopPromise<ProviderLink.Answer>
    private var status = 0
    private var received: [UInt8] = []
    private var isDone = false
    private var deadline: Scheduled<Void>?

    init(_ head: HTTPRequestHead, _ body: ByteBuffer?, _ answer: EventLoopPromise<ProviderLink.Answer>) {
        self.head = head
        self.body = body
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        self.deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(ProviderLink.answerSeconds)) {
            self.end(.failure(Failure(reason: "no answer within \(ProviderLink.answerSeconds) s")), context)
        }
        context.write(Self.wrapOutboundOut(.head(self.head)), promise: nil)
        if let body { context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): self.status = Int(head.status.code)
        case .body(let bytes):
            guard self.received.count + bytes.readableBytes <= ProviderLink.maxBodyBytes else {
                let reason = "its answer has more than \(ProviderLink.maxBodyBytes) bytes"
                return self.end(.failure(Failure(reason: reason)), context)
            }
            self.received.append(contentsOf: bytes.readableBytesView)
        case .end: self.end(.success(ProviderLink.Answer(status: self.status, body: self.received)), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { self.end(.failure(error), context) }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(.failure(Failure(reason: "the connection ended before the answer did")), context)
        context.fireChannelInactive()
    }

    /// The first of the ends counts.
    private func end(_ result: Result<ProviderLink.Answer, any Error>, _ context: ChannelHandlerContext) {
        guard !self.isDone else { return }
        self.isDone = true
        self.deadline?.cancel()
        self.answer.completeWith(result)
        context.close(promise: nil)
    }
}

@available(*, unavailable)
extension ProviderExchange: Sendable {}
