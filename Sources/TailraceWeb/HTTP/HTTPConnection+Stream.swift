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
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        self.services.counters.streamsOpen.increment()
        let connection = StreamConnection(channel: context.channel, owner: self)
        self.phase = .streaming(connection, body)
        connection.write(response.body)
        context.flush()
        body.opened(connection)
        if self.services.isShuttingDown { body.shutdownRequested() }
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
        connection.detach()
        body.closed()
    }
}
