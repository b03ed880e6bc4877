internal import NIOCore
internal import NIOWebSocket
internal import TailraceDeflate

/// Carries out what `MessageAssembly` decides, and watches over the peer's life.
final class WebSocketHandler: ChannelDuplexHandler, TimedConnection {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Never

    let connection: WebSocketConnection
    var listIndex = -1
    private let services: LoopServices
    private let limits: WebSocketLimits
    private var assembly: MessageAssembly
    /// Nil once it was told that the connection is closed.
    private var endpoint: (any WebSocketEndpoint)?
    private var context: ChannelHandlerContext?
    private var liveness: PeerLiveness
    private var pongs = PongThrottle()
    /// Whether pongs were written that no flush has sent yet.
    private var needsFlush = false
    private var heldRead = false
    private let grant: AccessGrant?
    private var share: StreamShare?

    init(
        _ channel: any Channel, _ services: LoopServices, _ terms: WebSocketHandshake.Terms,
        _ endpoint: any WebSocketEndpoint, _ limits: WebSocketLimits, grant: AccessGrant?, share: StreamShare?
    ) {
        self.grant = grant
        self.share = share
        self.services = services
        self.limits = limits
        self.endpoint = endpoint
        self.connection = WebSocketConnection(
            channel: channel, agreement: terms.agreement, subprotocol: terms.subprotocol)
        self.assembly = MessageAssembly(limits: limits, allowsCompression: terms.agreement != nil)
        self.liveness = PeerLiveness(now: services.now)
    }

    /// Opens the endpoint; the 101 is already written.
    func start() {
        self.services.counters.webSocketsOpened.increment()
        if self.connection.agreement != nil { self.services.counters.webSocketsCompressed.increment() }
        self.endpoint?.opened(self.connection)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.connection.context = context
        self.services.add(self)
        self.services.counters.webSocketsOpen.increment()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.services.remove(self)
        self.services.counters.webSocketsOpen.decrement()
        self.closeEndpoint()
        self.share = nil
        self.connection.context = nil
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.liveness.heard(now: self.services.now)
        let frame = Self.unwrapInboundIn(data)
        switch self.connection.phase {
        case .open: self.act(on: self.assembly.received(frame), context)
        // Data may still be under way; only the peer's close frame matters.
        case .closing where frame.opcode == .connectionClose: self.end(with: nil, context)
        case .closing, .ended: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.catchUpWithPongs(context)
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        self.connection.channelTakesMore = isWritable
        self.endpoint?.writabilityChanged(isWritable: isWritable)
        guard isWritable else { return }
        self.catchUpWithPongs(context)
        if self.heldRead {
            self.heldRead = false
            context.read()
        }
    }

    func read(context: ChannelHandlerContext) {
        if self.limits.waitsForReader, self.connection.isOpen, !context.channel.isWritable {
            self.heldRead = true
        } else {
            context.read()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        _ = self.connection.end(with: nil)
        self.closeEndpoint()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: self.fail(.tooBig, context)
        case is NIOWebSocketError: self.fail(.protocolError, context)
        // The decoder has given up on this stream; what still comes in is thrown away until the peer closes.
        case ByteToMessageDecoderError.dataReceivedInErrorState: break
        default: context.close(promise: nil)
        }
    }

    // MARK: Actions

    private func act(on action: MessageAssembly.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .wait: break
        case .text(let payload): self.endpoint?.received(text: payload)
        case .binary(let payload): self.endpoint?.received(binary: payload)
        case .inflate(let payload, let isText): self.inflate(payload, isText: isText, context)
        case .pong(let payload):
            self.sendPong(self.pongs.received(payload, isWritable: context.channel.isWritable))
        case .close(let echo): self.end(with: echo, context)
        case .fail(let reason): self.fail(reason, context)
        }
    }

    private func inflate(_ payload: ByteBuffer, isText: Bool, _ context: ChannelHandlerContext) {
        do throws(InflateError) {
            let message = try self.services.inflate(payload, limit: self.limits.maxMessageBytes)
            self.act(on: self.assembly.inflated(message, isText: isText), context)
        } catch {
            switch error {
            case .tooLarge: self.fail(.tooBig, context)
            case .corrupt: self.fail(.invalidData, context)
            }
        }
    }

    private func sendPong(_ payload: ByteBuffer?) {
        guard let payload, self.connection.isOpen else { return }
        self.connection.pong(payload)
        self.needsFlush = true
    }

    private func catchUpWithPongs(_ context: ChannelHandlerContext) {
        self.sendPong(self.pongs.caughtUp(isWritable: context.channel.isWritable))
        guard self.needsFlush else { return }
        self.needsFlush = false
        context.flush()
    }

    /// The peer has sent its close frame: answer where we have not, and take the socket down.
    private func end(with echo: ByteBuffer?, _ context: ChannelHandlerContext) {
        self.connection.end(with: echo).assumeIsolated().whenComplete { _ in self.context?.close(promise: nil) }
        self.closeEndpoint()
    }

    /// Says why and closes our half; the other half is drained for a moment so that the reason arrives.
    private func fail(_ reason: CloseReason, _ context: ChannelHandlerContext) {
        if reason.isClientFault, self.connection.isOpen { self.services.counters.webSocketsFailed.increment() }
        self.liveness.startLinger(now: self.services.now)
        self.connection.end(with: WebSocketConnection.payload(of: reason)).assumeIsolated().whenComplete { _ in
            self.context?.close(mode: .output, promise: nil)
        }
        self.closeEndpoint()
    }

    private func closeEndpoint() {
        let endpoint = self.endpoint
        self.endpoint = nil
        endpoint?.closed()
    }

    // MARK: Time

    func tick(now: NIODeadline) {
        switch self.connection.phase {
        case .open where !self.services.site.keeps(self.grant): self.connection.close(.policyViolation)
        case .open: self.watch(now: now)
        case .closing(let until) where now >= until: self.abort()
        case .ended where self.liveness.lingerIsOver(now: now): self.abort()
        case .closing, .ended: break
        }
    }

    private func watch(now: NIODeadline) {
        if self.connection.stalledTime(now: now) >= self.services.options.writeStallTimeout {
            self.services.counters.stalledClosed.increment()
            self.abort()
            return
        }
        switch self.liveness.verdict(now: now) {
        case .alive: break
        case .ping: self.connection.ping()
        case .silent:
            // A reader that is merely slow has our ping behind other bytes; its kernel still answers for it.
            guard self.connection.pendingBytes > 0 else { return self.endHalfOpen() }
            TransportHealth.check(self.connection.channel) { isAnswering in
                if !isAnswering { self.endHalfOpen() }
            }
        }
    }

    private func endHalfOpen() {
        self.services.counters.halfOpenClosed.increment()
        self.abort()
    }

    func shutdownRequested() { self.connection.close(.serviceRestart) }

    func abort() { self.context?.close(promise: nil) }
}

@available(*, unavailable)
extension WebSocketHandler: Sendable {}
