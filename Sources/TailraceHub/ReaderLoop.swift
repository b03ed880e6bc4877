internal import NIOCore

/// One of the web server's event loops, as the hub reaches it.
struct ReaderLoop: Sendable {
    let loop: any EventLoop
    private let readers: NIOLoopBoundBox<LoopReaders>

    init(_ loop: any EventLoop) {
        self.loop = loop
        self.readers = .makeBoxSendingValue(LoopReaders(), eventLoop: loop)
    }

    /// The readers themselves; only on the loop.
    var onLoop: LoopReaders { self.readers.value }

    func deliver(_ frame: Frame, to group: Int, _ statistics: HubStatistics) {
        self.loop.execute { self.onLoop.deliver(frame, to: group, statistics: statistics) }
    }

    func join(
        _ group: Int, _ reader: ReaderReference, ticket: Int, at edge: UInt64, with frames: [ByteBuffer], events: Int
    ) {
        self.loop.execute {
            let readers = self.onLoop
            let members = readers.groups[group] ?? GroupMembers(last: edge)
            readers.groups[group] = members
            reader.onLoop.joined(group, members, ticket: ticket, at: edge, with: frames, events: events)
            readers.removeIfEmpty(group)
        }
    }

    func tell(_ message: ControlMessage, in group: Int) {
        self.loop.execute { self.onLoop.groups[group]?.tell(message) }
    }

    func tick() {
        self.loop.execute {
            for session in self.onLoop.sessions.values { session.tick() }
        }
    }

    func streamsChanged(to streams: StreamTable) {
        self.loop.execute {
            for session in self.onLoop.sessions.values { session.streamsChanged(to: streams) }
        }
    }

    func tilesChanged() {
        self.loop.execute {
            for session in self.onLoop.sessions.values { session.tilesChanged() }
        }
    }

    func end(reason: String) -> EventLoopFuture<Void> {
        self.loop.submit {
            for session in self.onLoop.sessions.values { session.end(reason: reason) }
        }
    }
}

/// A reader as other threads hold it.
struct ReaderReference: Sendable {
    let loop: any EventLoop
    let form: WireForm
    private let session: NIOLoopBound<ReaderSession>

    init(_ session: ReaderSession) {
        self.loop = session.transport.eventLoop
        self.form = session.transport.form
        self.session = NIOLoopBound(session, eventLoop: session.transport.eventLoop)
    }

    var onLoop: ReaderSession { self.session.value }

    func perform(_ body: @escaping @Sendable (ReaderSession) -> Void) {
        self.loop.execute { body(self.onLoop) }
    }
}
