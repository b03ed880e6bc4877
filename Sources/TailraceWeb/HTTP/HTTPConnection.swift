internal import NIOCore
internal import NIOHTTP1

/// One HTTP/1 connection: requests in order, one answer at a time.
///
/// While an answer is out, or the client does not read, nothing more is read from the socket; what had already been
/// decoded waits in `queue`, which holds at most the requests of one read.
final class HTTPConnection: ChannelDuplexHandler, RemovableChannelHandler, TimedConnection {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPServerResponsePart

    enum Phase {
        case reading
        /// A handler answers later.
        case waiting
        case streaming(StreamConnection, any StreamBody)
        /// The last answer is out; input is thrown away until the peer closes.
        case lingering
        /// Another handler has the channel.
        case upgraded
    }

    /// What came in, in order: what follows a malformed request is never looked at.
    enum Input {
        case part(HTTPServerRequestPart)
        case malformed(any Error)
    }

    let services: LoopServices
    let isLocalSocket: Bool
    var listIndex = -1
    var phase = Phase.reading
    var assembly = RequestAssembly()
    var queue = CircularBuffer<Input>(initialCapacity: 0)
    var deadline: NIODeadline
    /// By what the request that is being answered was let in.
    var grant: AccessGrant?
    var share: StreamShare?
    /// The request that is being answered needs no login.
    var isForEverybody = false
    private var heldRead = false
    /// Set between handlerAdded and handlerRemoved.
    var context: ChannelHandlerContext?

    init(services: LoopServices, isLocalSocket: Bool) {
        self.services = services
        self.isLocalSocket = isLocalSocket
        self.deadline = .now() + services.options.requestDeadline
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.services.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.services.remove(self)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.phase {
        case .reading, .waiting:
            self.queue.append(.part(Self.unwrapInboundIn(data)))
            self.pump()
        case .streaming, .lingering, .upgraded:
            break  // The answer said `Connection: close`, so nothing after it is a request (RFC 9112 §9.6).
        }
    }

    func read(context: ChannelHandlerContext) {
        guard self.mayRead else {
            self.heldRead = true
            return
        }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .streaming(_, let body) = self.phase {
            body.writabilityChanged(isWritable: context.channel.isWritable)
        }
        self.pump()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.queue.removeAll()
        self.leaveStream()
        self.phase = .lingering
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch self.phase {
        case .reading where error is HTTPParserError, .waiting where error is HTTPParserError:
            self.queue.append(.malformed(error))
            self.pump()
        case .reading, .waiting, .streaming: context.close(promise: nil)
        case .lingering, .upgraded: break
        }
    }

    // MARK: Requests

    private var mayRead: Bool {
        switch self.phase {
        case .reading: self.queue.isEmpty && (self.context?.channel.isWritable ?? false)
        case .waiting: false
        // Reading goes on to notice that the peer leaves.
        case .streaming, .lingering, .upgraded: true
        }
    }

    /// Works through the queue as long as answers can be written.
    func pump() {
        while case .reading = self.phase, let context = self.context, context.channel.isWritable,
            let input = self.queue.popFirst()
        {
            switch input {
            case .malformed(let error): self.refuse(MalformedRequest.problem(error))
            case .part(let part):
                let now = self.services.now
                if !self.assembly.isMidRequest { self.deadline = now + self.services.options.requestDeadline }
                self.act(
                    on: self.assembly.received(
                        part, options: self.services.options, hosts: self.services.site.hosts,
                        isLocalSocket: self.isLocalSocket), context)
            }
        }
        if self.heldRead, self.mayRead {
            self.heldRead = false
            self.context?.read()
        }
    }

    private func act(on action: RequestAssembly.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .wait: break
        case .sendContinue:
            context.writeAndFlush(
                Self.wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        case .refuse(let problem): self.refuse(problem)
        case .dispatch(let assembled): self.dispatch(assembled, context)
        }
    }

    private func dispatch(_ assembled: RequestAssembly.Assembled, _ context: ChannelHandlerContext) {
        self.services.counters.requests.increment()
        var request = HTTPRequest(
            method: assembled.head.method, path: assembled.target.path, query: assembled.target.query,
            headers: assembled.head.headers, body: assembled.body,
            peer: self.isLocalSocket ? nil : context.channel.remoteAddress, eventLoop: context.eventLoop)
        let exchange = HTTPExchange(assembled.head, hosts: self.services.site.hosts)
        var routes = self.services.site.routes
        if let gate = self.services.site.gate {
            switch gate.admit(request, isUpgrade: assembled.head.headers.contains(name: "Upgrade")) {
            case .refuse(let response): return self.respond(response, exchange)
            case .routes(let own, let grant):
                routes = own
                self.grant = grant
                self.isForEverybody = grant == nil
                request.principal = grant?.principal
            }
        }
        switch routes.match(request) {
        case .handler(let handler): self.answer(handler(request), exchange)
        case .webSocket(let handler): self.upgrade(request, assembled.head, exchange, handler)
        case .fallback(let response): self.respond(response, exchange)
        case .problem(let problem): self.respond(problem.response, exchange)
        }
    }
}

@available(*, unavailable)
extension HTTPConnection: Sendable {}
