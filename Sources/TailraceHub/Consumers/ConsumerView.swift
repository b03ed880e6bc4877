package import TailraceEvent
internal import TailraceLog

/// How a consumer stands at a moment, for people and monitoring.
package struct ConsumerView: Sendable {
    package var name: String
    package var position: Position
    package var created: Timestamp
    package var committed: Timestamp?
    package var seen: Timestamp
    package var connections: Int
    /// Events of the log behind its position that are still there.
    package var lagEvents: UInt64
    /// Since the oldest of them came; nil where that is not known at the moment.
    package var lagSeconds: Double?
    /// Events that retention took before they were committed, since the start of the relay.
    package var evictedEvents: UInt64
    let missing: Resumption.Missing?

    init(_ record: ConsumerRecord, log: EventLog, now: Timestamp) {
        let stored = record.stored
        let head = log.head
        // A stored position is never of the future; one in a log that was tampered with has nothing behind it.
        let resumption = try? log.resume(from: stored.position)
        let after = resumption?.after ?? head
        self.name = stored.name
        self.position = stored.position
        self.created = stored.created
        self.committed = stored.committed
        self.connections = record.connections
        self.seen = record.used(at: now)
        self.evictedEvents = record.evicted
        self.missing = resumption?.missing
        self.lagEvents = head - min(head, after)
        if self.lagEvents == 0 {
            self.lagSeconds = 0
        } else if let arrival = record.arrival(after: after, log: log) {
            self.lagSeconds = Double(max(0, now.nanoseconds - arrival)) / 1e9
        }
    }

    package func write(into object: inout JSONObject) {
        object.member("name", self.name)
        object.member("position", self.position.description)
        object.member("lag_events", self.lagEvents)
        if let seconds = self.lagSeconds { object.member("lag_seconds", seconds) } else { object.null("lag_seconds") }
        object.member("connected", self.connections)
        object.member("created", self.created.rfc3339)
        object.member("last_seen", self.seen.rfc3339)
        if let time = self.committed { object.member("last_commit", time.rfc3339) } else { object.null("last_commit") }
        if let missing = self.missing {
            object.member("missing") { missing.write(into: &$0) }
        } else {
            object.null("missing")
        }
        object.member("evicted_events", self.evictedEvents)
    }
}

extension ConsumerRecord {
    /// When the event behind `seq` came, as far as memory knows: never blocks.
    func arrival(after seq: UInt64, log: EventLog) -> Int64? {
        if let known = self.oldestArrival, known.seq == seq + 1 { return known.received }
        guard let slice = log.readMemory(after: seq, through: seq + 1, maxEvents: 1)?.first else { return nil }
        return slice.block.batch.records[slice.range.lowerBound].received
    }
}

extension Resumption.Missing {
    /// As `opened.missing` tells it.
    func write(into object: inout JSONObject) {
        object.member("from", self.from)
        object.member("to", self.through)
        if let count = self.count { object.member("count", count) } else { object.null("count") }
        object.member("reason", self.reason.rawValue)
    }
}
