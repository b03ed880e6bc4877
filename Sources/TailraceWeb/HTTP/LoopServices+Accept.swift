internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

extension LoopServices {
    /// `TCP_NOTSENT_LOWAT`, linux/tcp.h; Glibc's headers for Swift leave it out.
    private static let tcpNotSentLowAt = NIOBSDSocket.Option(rawValue: 25)

    /// Sets up a connection that was just accepted, or turns it away where there are too many.
    func accept(_ channel: any Channel) throws {
        self.counters.connectionsAccepted.increment()
        self.counters.connectionsOpen.increment()
        let counters = self.counters
        channel.closeFuture.whenComplete { _ in counters.connectionsOpen.decrement() }
        let isLocalSocket = channel.localAddress?.protocol == .unix
        if let tls = self.site.tls, !isLocalSocket {
            try channel.pipeline.syncOperations.addHandlers(
                PlainTextAnswer(), NIOSSLServerHandler(context: tls.context))
        }
        guard self.counters.connectionsOpen.read() <= self.options.maxConnections else {
            self.counters.connectionsRefused.increment()
            try channel.pipeline.syncOperations.addHandler(ConnectionRefusal(services: self))
            return
        }
        if !isLocalSocket {
            // Small messages leave at once; they are already collected to batches where that pays.
            try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
            // Without it a thousand stalled readers fill the kernel's memory for TCP, and all others stand still.
            let limit = SocketOptionValue(self.options.maxUnsentBytes)
            try channel.syncOptions?.setOption(.tcpOption(Self.tcpNotSentLowAt), value: limit)
        }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = self.options.maxHeadBytes
        limits.maxHeaderListSize = self.options.maxHeadBytes
        limits.maxHeaderFieldCount = self.options.maxHeaderFields
        var encoding = HTTPResponseEncoder.Configuration()
        // Framing depends on the request (HEAD), which the encoder does not know.
        encoding.automaticallySetFramingHeaders = false
        try channel.pipeline.syncOperations.addHandlers(
            HTTPResponseEncoder(configuration: encoding),
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)),
            HTTPConnection(services: self, isLocalSocket: isLocalSocket))
    }
}

/// Tells a connection too many when to come back, without reading its request.
final class ConnectionRefusal: ChannelInboundHandler, TimedConnection {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var listIndex = -1
    private let services: LoopServices
    private var context: ChannelHandlerContext?
    private let deadline: NIODeadline

    init(services: LoopServices) {
        self.services = services
        self.deadline = services.now + .seconds(2)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.services.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.services.remove(self)
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.context?.close(mode: .output, promise: nil) }
        context.writeAndFlush(Self.wrapOutboundOut(Self.answer), promise: written)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func tick(now: NIODeadline) { if now >= self.deadline { self.abort() } }
    func shutdownRequested() { self.abort() }
    func abort() { self.context?.close(promise: nil) }

    private static let answer: ByteBuffer = {
        let response = Problem(.serviceUnavailable, "the relay has as many connections as it takes; try again soon")
            .response
        var bytes = ByteBuffer(string: "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n")
        bytes.writeString("Content-Type: application/problem+json\r\n")
        bytes.writeString("Content-Length: \(response.body.readableBytes)\r\n\r\n")
        bytes.writeImmutableBuffer(response.body)
        return bytes
    }()
}

@available(*, unavailable)
extension ConnectionRefusal: Sendable {}
