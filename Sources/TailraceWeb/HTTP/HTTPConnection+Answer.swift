internal import NIOCore
internal import NIOHTTP1

/// Writing whole responses.
extension HTTPConnection {
    func answer(_ answer: HTTPAnswer, _ exchange: HTTPExchange) {
        switch answer {
        case .response(let response): self.respond(response, exchange)
        case .stream(let response, let body): self.stream(response, body, exchange)
        case .deferred(let begin):
            self.waitForAnswer()
            begin { answer in
                guard case .waiting = self.phase else { return }
                self.phase = .reading
                self.answer(answer, exchange)
                self.pump()
            }
        case .later(let future):
            self.waitForAnswer()
            future.hop(to: self.services.eventLoop).assumeIsolated().whenComplete { result in
                guard case .waiting = self.phase else { return }
                self.phase = .reading
                switch result {
                case .success(let response): self.respond(response, exchange)
                case .failure(let error):
                    self.respond(
                        Problem(.internalServerError, "the relay could not answer: \(error)").response, exchange)
                }
                self.pump()
            }
        }
    }

    private func waitForAnswer() {
        self.phase = .waiting
        self.deadline = self.services.now + self.services.options.answerDeadline
    }

    /// Answers what can't be answered otherwise and closes.
    func refuse(_ problem: Problem) {
        self.queue.removeAll()
        self.respond(problem.response, .last)
    }

    func respond(_ response: HTTPResponse, _ exchange: HTTPExchange) {
        guard let context = self.context else { return }
        guard response.headers.areSound else {
            self.respond(Self.unsoundHeaders.response, .last)
            return
        }
        self.count(response.status)
        let keepsAlive = exchange.keepsAlive && !self.services.isShuttingDown
        let head = exchange.head(of: response, keepsAlive: keepsAlive, date: self.services.date)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if !exchange.isHead, response.status.mayHaveResponseBody, response.body.readableBytes > 0 {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        }
        self.finish(keepsAlive: keepsAlive, context)
    }

    private func finish(keepsAlive: Bool, _ context: ChannelHandlerContext) {
        guard keepsAlive else {
            self.linger(context)
            return
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        self.phase = .reading
        self.deadline = self.services.now + self.services.options.idleTimeout
    }

    /// Closes our half and waits for the peer's, so that a reset for unread input does not overtake the answer.
    func linger(_ context: ChannelHandlerContext) {
        self.phase = .lingering
        self.deadline = self.services.now + Self.lingerTime
        self.queue.removeAll()
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.deadline = self.services.now + Self.lingerTime
            self.context?.close(mode: .output, promise: nil)
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: written)
    }

    private func count(_ status: HTTPResponseStatus) {
        switch status.code {
        case 400..<500: self.services.counters.requestsRefused.increment()
        case 500...: self.services.counters.requestsFailed.increment()
        default: break
        }
    }

    static var unsoundHeaders: Problem {
        Problem(.internalServerError, "the relay made a response header that cannot be sent; please report it")
    }

    /// After our last byte the peer has this long to close.
    private static let lingerTime = TimeAmount.seconds(2)
}
