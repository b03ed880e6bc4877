internal import TailraceEvent
internal import TailraceLog

/// A consumer as the running relay knows it: what is stored, and what only this run has seen.
struct ConsumerRecord: Sendable {
    /// Tells a consumer from an earlier one of the same name.
    let id: Int
    private(set) var stored: StoredConsumer
    /// Readers that are connected under its name.
    var connections = 0
    /// When somebody last read or committed under its name.
    var seen: Timestamp
    /// As much of that as is stored.
    var storedSeen: Timestamp
    /// Events that retention took before they were committed, since the start of the relay.
    private(set) var evicted: UInt64 = 0
    /// Retention is counted up to here.
    private var countedThrough: UInt64
    /// When the oldest uncommitted event came; nil in it where the log can't say.
    var oldestArrival: (seq: UInt64, received: Int64?)?

    init(id: Int, stored: StoredConsumer, log: EventLog) {
        self.id = id
        self.stored = stored
        self.seen = stored.seen
        self.storedSeen = stored.seen
        self.countedThrough = log.oldest - 1
    }

    /// Nobody but a connected reader uses it at every moment.
    func used(at now: Timestamp) -> Timestamp { self.connections > 0 ? now : self.seen }

    mutating func move(to stored: StoredConsumer, log: EventLog) {
        self.countEvicted(log)
        self.stored = stored
        self.seen = max(self.seen, stored.seen)
        self.storedSeen = stored.seen
        // What a rewind finds gone was not taken from it.
        self.countedThrough = max(self.countedThrough, log.oldest - 1)
    }

    mutating func countEvicted(_ log: EventLog) {
        let gone = log.oldest - 1
        let from = max(log.reach(of: self.stored.position) ?? gone, self.countedThrough)
        if gone > from { self.evicted += gone - from }
        self.countedThrough = max(self.countedThrough, gone)
    }
}

/// What becomes of a consumer.
enum ConsumerChange: Sendable {
    /// Makes it where there is none; one that is there stays where it is.
    case create(Position)
    case commit(Position, rewinds: Bool)
    case delete
    /// Forgets it if nobody has used it since.
    case expire(idleSince: Timestamp)

    /// Decides what is to be stored in place of `stored`; nil takes it out.
    func outcome(
        _ name: ConsumerName, stored: StoredConsumer?, record: ConsumerRecord?, count: Int, limits: ConsumerLimits,
        log: EventLog, now: Timestamp
    ) throws(ConsumerProblem) -> StoredConsumer? {
        switch self {
        case .create(let position):
            if let stored { return stored }
            guard count < limits.maxCount else { throw .tooMany(limit: limits.maxCount) }
            return StoredConsumer(name: name.text, position: position, created: now, committed: nil, seen: now)
        case .commit(let position, let rewinds):
            guard var moved = stored else { throw .unknown(name) }
            try Self.check(position, from: moved.position, rewinds: rewinds, log: log)
            moved.position = position
            moved.committed = now
            moved.seen = now
            return moved
        case .delete:
            if stored == nil { throw .unknown(name) }
            return nil
        case .expire(let idleSince):
            guard let stored, let record else { return stored }
            return record.used(at: now) < idleSince ? nil : stored
        }
    }

    private static func check(
        _ position: Position, from committed: Position, rewinds: Bool, log: EventLog
    ) throws(ConsumerProblem) {
        // Refuses what is not there yet.
        do { _ = try OpenPlan.resume(position, log: log) } catch { throw .reader(error) }
        guard let reach = log.reach(of: position) else { throw .otherLog(position, epoch: log.epoch) }
        // Behind a position of another log everything of this one is new.
        let before = log.reach(of: committed) ?? 0
        guard reach >= before || rewinds else { throw .backwards(asked: position, committed: committed) }
    }
}
