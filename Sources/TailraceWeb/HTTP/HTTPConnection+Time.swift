internal import NIOCore
internal import NIOHTTP1

/// Deadlines and the server's end.
extension HTTPConnection {
    func tick(now: NIODeadline) {
        switch self.phase {
        case .streaming, .waiting:
            // Signed out, or the role has changed: what is under way must not be sent.
            guard self.isForEverybody || self.services.site.keeps(self.grant) else { return self.abort() }
        case .reading, .lingering, .upgraded: break
        }
        switch self.phase {
        case .streaming(let connection, _): self.watch(connection, now: now)
        case .reading where now >= self.deadline: self.readingTimedOut()
        case .waiting where now >= self.deadline:
            self.respond(Problem(.serviceUnavailable, "the relay did not answer in time; try again").response, .last)
        case .lingering where now >= self.deadline: self.abort()
        case .reading, .waiting, .lingering, .upgraded: break
        }
    }

    private func watch(_ connection: StreamConnection, now: NIODeadline) {
        guard connection.stalledTime(now: now) < self.services.options.writeStallTimeout else {
            self.services.counters.stalledClosed.increment()
            self.abort()
            return
        }
        TransportHealth.check(connection.channel) { isAnswering in
            guard !isAnswering else { return }
            self.services.counters.halfOpenClosed.increment()
            self.abort()
        }
    }

    private func readingTimedOut() {
        guard let context = self.context else { return }
        // A slow reader of a large answer is in this phase too; it is cut only when the answer is not taken at all.
        guard context.channel.pendingWriteBytes == 0 else {
            if self.services.now >= self.deadline + self.services.options.writeStallTimeout { self.abort() }
            return
        }
        guard self.assembly.isMidRequest else {
            self.abort()
            return
        }
        self.services.counters.requestsTimedOut.increment()
        let seconds = self.services.options.requestDeadline.nanoseconds / 1_000_000_000
        self.refuse(Problem(.requestTimeout, "the request was not complete after \(seconds) s"))
    }

    func shutdownRequested() {
        switch self.phase {
        case .streaming(_, let body): body.shutdownRequested()
        case .reading where self.isIdle: self.abort()
        case .reading, .waiting, .lingering, .upgraded: break  // The answer in progress will be the last.
        }
    }

    private var isIdle: Bool {
        !self.assembly.isMidRequest && self.queue.isEmpty && self.context?.channel.pendingWriteBytes == 0
    }

    func abort() { self.context?.close(promise: nil) }
}
