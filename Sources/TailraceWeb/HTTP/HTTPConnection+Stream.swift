internal import NIOCore
internal import NIOHTTP1

/// Writing a response bit by bit.
extension HTTPConnection {
    func stream(_ response: HTTPResponse, _ body: any StreamBody, _ exchange: HTTPExchange) {
        guard let context = self.context else { return }
        guard response.headers.areSound else {
            self.respond(Self.unsoundHeaders.response, .last)
            return
        }
        let head = exchange.streamHead(of: response, date: self.services.date)
        guard !exchange.isHead else {
            context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
            self.linger(context)
            return
        }
        guard self.takeShare() else {
            body.closed()
            return self.respond(Self.tooManyStreams.response, exchange)
        }
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        self.services.counters.streamsOpen.increment()
        let connection = StreamConnection(channel: context.channel, owner: self)
        self.phase = .streaming(connection, body)
        connection.write(response.body)
        context.flush()
        body.opened(connection)
        if self.services.isShuttingDown { body.shutdownRequested() }
    }

    /// False if whoever asks has as many streams as one may have.
    func takeShare() -> Bool {
        guard let gate = self.services.site.gate, let grant = self.grant else { return true }
        self.share = StreamShare(of: grant, at: gate)
        return self.share != nil
    }

    static var tooManyStreams: Problem {
        Problem(
            .tooManyRequests, "you have as many streams open as one may have ([auth] max_streams); close some",
            headers: ["Retry-After": "5"])
    }

    func writeChunk(_ chunk: ByteBuffer) {
        self.context?.write(Self.wrapOutboundOut(.body(.byteBuffer(chunk))), promise: nil)
    }

    func flushChunks() { self.context?.flush() }

    func endStream() {
        guard case .streaming = self.phase, let context = self.context else { return }
        self.leaveStream()
        self.linger(context)
    }

    func leaveStream() {
        guard case .streaming(let connection, let body) = self.phase else { return }
        self.phase = .lingering
        self.services.counters.streamsOpen.decrement()
        self.share = nil
        connection.detach()
        body.closed()
    }
}
