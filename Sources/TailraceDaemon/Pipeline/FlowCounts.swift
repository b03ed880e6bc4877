internal import TailraceEvent
internal import TailraceInput
internal import TailraceRouter

/// How many events entered and left each stage since the start; whoever holds one sees all of it at one moment.
struct FlowCounts: Sendable {
    /// By the input's name.
    var accepted: [String: UInt64] = [:]
    /// Accepted and not yet handed to the router.
    var waiting: UInt64 = 0
    /// Handed to the router.
    var entered: UInt64 = 0
    /// Entered and not yet committed.
    var inHand: UInt64 = 0
    /// Taken out by the router, by reason.
    var dropped: [String: UInt64] = [:]
    /// Added by the router: what streams tell their readers.
    var added: UInt64 = 0
    var committed: UInt64 = 0
    /// Number of the newest event in the log before the first commit, and after the last.
    var firstHead: UInt64
    var head: UInt64
    /// Handed to the hub.
    var published: UInt64 = 0

    init(head: UInt64) {
        self.firstHead = head
        self.head = head
    }

    mutating func accept(_ events: Int, from input: String) {
        self.accepted[input, default: 0] += UInt64(events)
        self.waiting += UInt64(events)
    }

    mutating func enter(_ events: Int) {
        self.waiting -= UInt64(events)
        self.entered += UInt64(events)
        self.inHand += UInt64(events)
    }

    /// `events` entered before; this became of them.
    mutating func commit(_ events: Int, _ outcome: CommitOutcome) {
        self.inHand -= UInt64(events)
        self.committed += UInt64(outcome.events)
        self.published += UInt64(outcome.events)
        self.head = outcome.head
        // On a hub the number of a dropped event goes to the log without it: it is one that is committed.
        let dropped = outcome.routed.change.dropped - outcome.routed.change.droppedNumbersKept
        if dropped > 0 { self.dropped["rule", default: 0] += dropped }
        self.added += outcome.routed.change.accounts
    }
}

/// What one transaction did.
struct CommitOutcome: Sendable {
    /// Events that are in the log now.
    var events: Int
    /// What the router did with them before.
    var routed: Routed
    /// The newest event in the log.
    var head: UInt64
}

extension IntakeQueue {
    /// The queue as one input sees it.
    struct Entrance: EventSink {
        let queue: IntakeQueue
        let input: String
        let status: InputStatus

        var rhythm: Duration { self.queue.rhythm }

        /// While there is no room, the input is behind: it can read nothing.
        func submit(_ batch: EventBatch, checkpoints: [Checkpoint]) throws(SinkClosed) {
            var isBlocked = false
            try self.queue.submit(batch, checkpoints: checkpoints, from: self.input) {
                guard !isBlocked else { return }
                isBlocked = true
                self.status.update { $0.blockedSince = .now }
            }
            if isBlocked { self.status.update { $0.blockedSince = nil } }
        }
    }
}
