internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket
internal import TailraceDeflate

extension HTTPConnection {
    /// Turns the connection into a WebSocket, or answers with the status that says why not.
    func upgrade(
        _ request: HTTPRequest, _ head: HTTPRequestHead, _ exchange: HTTPExchange, _ handler: UpgradeHandler
    ) {
        if let problem = WebSocketHandshake.refusal(of: head) {
            self.respond(problem.response, exchange)
            return
        }
        guard !self.services.isShuttingDown else {
            self.respond(WebSocketHandshake.shuttingDown.response, exchange)
            return
        }
        if let problem = self.takeShare() { return self.respond(problem.response, exchange) }
        switch handler(request) {
        case .refuse(let response):
            self.share = nil
            self.respond(response, exchange)
        case .accept(let endpoint, let limits):
            let terms = WebSocketHandshake.terms(
                for: head.headers, compresses: self.services.options.compressesWebSockets)
            self.switchProtocols(head, terms, endpoint, limits)
        }
    }

    private func switchProtocols(
        _ head: HTTPRequestHead, _ terms: WebSocketHandshake.Terms, _ endpoint: any WebSocketEndpoint,
        _ limits: WebSocketLimits
    ) {
        guard let context = self.context else { return }
        // NIO's upgrader computes the accept key; its own pipeline work is left aside because a refusal there ends the
        // connection without an answer.
        let headers = terms.headers
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(headers) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
            .assumeIsolated().whenComplete { result in
                switch result {
                case .success(let headers):
                    let response = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
                    context.write(Self.wrapOutboundOut(.head(response)), promise: nil)
                    context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
                    let handler = WebSocketHandler(
                        context.channel, self.services, terms, endpoint, limits, grant: self.grant, share: self.share)
                    self.share = nil
                    self.install(handler, context, limits)
                case .failure(let error):
                    self.share = nil
                    self.respond(Problem(.badRequest, "the handshake is wrong: \(error)").response, .last)
                }
            }
    }

    /// Replaces the HTTP handlers by the WebSocket ones.
    ///
    /// The HTTP decoder leaves last and asynchronously, since it is what calls us; it then hands on the bytes that the
    /// client sent right behind its request, and the next handler is the frame decoder.
    private func install(_ handler: WebSocketHandler, _ context: ChannelHandlerContext, _ limits: WebSocketLimits) {
        self.phase = .upgraded
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandlers(
                ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limits.maxFrameBytes)), handler)
            pipeline.removeHandler(context: try pipeline.context(handlerType: HTTPResponseEncoder.self), promise: nil)
            pipeline.removeHandler(context: context, promise: nil)
            pipeline.removeHandler(
                context: try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self), promise: nil)
        } catch {
            // The channel was closed meanwhile.
            context.close(promise: nil)
            return
        }
        handler.start()
    }
}
