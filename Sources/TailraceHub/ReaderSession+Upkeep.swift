internal import NIOCore
internal import TailraceEvent
internal import TailraceLog

/// What a reader is told beside its events.
extension ReaderSession {
    /// A message to all members that is not an event.
    func tell(_ bytes: ByteBuffer) {
        guard self.transport.isWritable else { return }
        self.transport.write(bytes)
    }

    /// Once a second: goes on where a read failed, and shows that the connection lives.
    func tick() {
        self.pump()
        self.ticks += 1
        guard self.ticks % Self.ticksPerBeat == 0, self.transport.isWritable else { return }
        self.send(.beat(self.position))
    }

    /// Where this reader would resume: what it has been sent, not what the log has.
    private var position: Position {
        switch self.phase {
        case .idle, .ended: self.hub.log.position(of: self.hub.log.head)
        case .attaching(let plan): self.hub.log.position(of: plan.after)
        case .catchingUp(let catchUp), .joining(let catchUp): self.hub.log.position(of: catchUp.cursor)
        case .live(let membership), .held(let membership): self.hub.log.position(of: membership.cursor)
        }
    }

    private static let ticksPerBeat = 10

    func end(reason: String) {
        switch self.form {
        case .lines, .serverSentEvents: self.send(.end(reason, position: self.position))
        case .webSocket, .messages: break
        }
        self.transport.end()
    }

    func sendGap(from: UInt64, through: UInt64, count: UInt64, reason: String) {
        self.send(.gap(from: from, through: through, count: count, reason: reason))
        self.hub.statistics.countGap(reason)
    }
}
