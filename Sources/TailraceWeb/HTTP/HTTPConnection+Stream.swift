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
        if let problem = self.takeShare() {
            body.closed()
            return self.respond(problem.response, exchange)
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

    /// Why whoever asks may have no further stream; nil if he has one now.
    func takeShare() -> Problem? {
        let site = self.services.site
        do throws(StreamShare.Refusal) {
            self.share = try StreamShare(
                of: self.grant, at: site.gate, from: self.context?.channel.remoteAddress?.ipAddress, site.addresses)
            return nil
        } catch {
            if error == .address { self.services.counters.streamsRefused.increment() }
            return error.problem
        }
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
