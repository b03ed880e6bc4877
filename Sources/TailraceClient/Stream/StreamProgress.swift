package import TailraceEvent

/// Where a reader is in a relay's log: decides what is new, what comes again and where to go on.
package struct StreamProgress: Sendable {
    /// Where the first connection begins.
    package enum Start: Sendable, Hashable {
        case live
        case from(Position)
        case since(Timestamp)
        case last(Int)
        /// Where the relay has it for the consumer; the parameter says where a new one begins.
        case consumer(QueryItem?)
    }

    private let start: Start
    /// Everything up to here has been taken; nil until the relay has said where reading begins.
    package private(set) var position: Position?
    /// True once the backlog that was asked for has been read.
    package private(set) var hasReachedEdge = false
    /// Rises when something came, so that a connection that brings nothing is told from one that does.
    package private(set) var advances = 0

    package init(start: Start) {
        self.start = start
        if case .from(let position) = start { self.position = position }
    }

    /// The parameter that opens the stream, for the first time or again.
    package var parameter: QueryItem? {
        if let position = self.position { return QueryItem("from", position.description) }
        switch self.start {
        case .live: return nil
        case .from(let position): return QueryItem("from", position.description)
        case .since(let time): return QueryItem("since", time.rfc3339)
        case .last(let count): return QueryItem("last", String(count))
        case .consumer(let beginning): return beginning
        }
    }

    package mutating func opened(from position: Position) { self.move(to: position) }

    package mutating func reachedEdge(at position: Position) {
        self.hasReachedEdge = true
        self.move(to: position)
    }

    /// `beat` and `end` name what has been sent.
    package mutating func confirmed(_ position: Position) { self.move(to: position) }

    /// A gap whose events no longer exist; those of a rate limit lie among events that do come.
    package mutating func missed(_ missing: MissingEvents) {
        guard missing.reason != "sampled", let through = missing.through, let epoch = self.position?.epoch else {
            return
        }
        self.move(to: Position(epoch: epoch, seq: through))
    }

    /// True if the event is wanted: it is new, and not older than what was asked for.
    package mutating func takes(seq: UInt64, time: () -> Timestamp?) -> Bool {
        guard let position = self.position, seq > position.seq else { return false }
        self.position?.seq = seq
        self.advances += 1
        // After a reconnect in the backlog the relay no longer knows that older ones are not wanted.
        guard case .since(let oldest) = self.start, !self.hasReachedEdge else { return true }
        return time().map { $0 >= oldest } ?? true
    }

    private mutating func move(to position: Position) {
        if let own = self.position, own.epoch == position.epoch, own.seq >= position.seq { return }
        self.position = position
        self.advances += 1
    }
}
