internal import Synchronization
package import TailraceEvent
package import TailraceHub
package import TailraceInput

/// Between the inputs' threads and the log's: bounded in bytes, so that a slow log slows the reading and nothing is
/// dropped.
package final class IntakeQueue: Sendable {
    /// What waits for the log at most; one input's largest batch fits several times.
    package static let maxPendingBytes = 8 << 20

    struct Delivery: Sendable {
        private(set) var batch: EventBatch
        let checkpoints: [Checkpoint]
        /// Set for what the relay itself says: it has its streams already and is not routed.
        let own: OwnEvents?
        let events: Int
        let weight: Int

        init(_ batch: EventBatch, checkpoints: [Checkpoint], own: OwnEvents? = nil) {
            self.batch = batch
            self.checkpoints = checkpoints
            self.own = own
            self.events = batch.count
            self.weight = batch.weight + checkpoints.count * 256
        }

        /// Hands the events over: nobody else holds them, so that who changes them need not copy them first.
        mutating func takeBatch() -> EventBatch {
            var taken = EventBatch()
            swap(&taken, &self.batch)
            return taken
        }
    }

    enum Offer { case accepted, full, closed }

    private struct State {
        var waiting: [Delivery] = []
        var weight = 0
        var acceptedEvents: UInt64 = 0
        /// Deliveries taken and not yet committed.
        var inHand = 0
        var isClosed = false
        var flow: FlowCounts
    }

    private let state: Mutex<State>
    private let hasRoom = ThreadGate()
    private let hasWork = ThreadGate()
    private let readers: Rhythm

    /// `head`: the newest event in the log that the queue leads to.
    package init(head: UInt64, rhythm: Rhythm) {
        self.state = Mutex(State(flow: FlowCounts(head: head)))
        self.readers = rhythm
    }

    var rhythm: Duration { self.readers.current }

    /// Takes a batch of an input when there is room; see `EventSink`. Before each wait for room it calls `waits`.
    package func submit(
        _ batch: EventBatch, checkpoints: [Checkpoint], from input: String, _ waits: () -> Void = {}
    ) throws(SinkClosed) {
        let delivery = Delivery(batch, checkpoints: checkpoints)
        while true {
            let ticket = self.hasRoom.ticket
            let isAccepted = try self.state.withLock { (state) throws(SinkClosed) in
                if state.isClosed { throw SinkClosed() }
                guard state.weight == 0 || state.weight + delivery.weight <= Self.maxPendingBytes else { return false }
                state.waiting.append(delivery)
                state.weight += delivery.weight
                state.flow.accept(delivery.events, from: input)
                return true
            }
            if isAccepted { return self.hasWork.open() }
            waits()
            self.hasRoom.wait(since: ticket, milliseconds: 1000)
        }
    }

    /// Lets more come in for some time, unless so many events wait already that waiting saves nothing.
    func gather(for time: Duration, upTo events: Int) {
        let end = ContinuousClock.now + time
        while true {
            let ticket = self.hasWork.ticket
            let isEnough = self.state.withLock { state in
                state.isClosed || state.waiting.reduce(0) { $0 + $1.events } >= events
            }
            let left = end - .now
            if isEnough || left <= .zero { return }
            self.hasWork.wait(since: ticket, milliseconds: Int(left / .milliseconds(1)) + 1)
        }
    }

    /// Hands over what the relay itself says without ever waiting for the log.
    func offer(_ batch: EventBatch, own: OwnEvents) -> Offer {
        let outcome = self.state.withLock { state -> Offer in
            if state.isClosed { return .closed }
            let delivery = Delivery(batch, checkpoints: [], own: own)
            guard state.weight + delivery.weight <= Self.maxPendingBytes else { return .full }
            state.waiting.append(delivery)
            state.weight += delivery.weight
            state.flow.accept(delivery.events, from: Mark.source)
            return .accepted
        }
        if outcome == .accepted { self.hasWork.open() }
        return outcome
    }

    /// Takes deliveries of at most about `maxEvents` together; empty after `milliseconds` without any.
    func take(maxEvents: Int, milliseconds: Int) -> [Delivery] {
        let ticket = self.hasWork.ticket
        if let taken = self.takeNow(maxEvents: maxEvents) { return taken }
        self.hasWork.wait(since: ticket, milliseconds: milliseconds)
        return self.takeNow(maxEvents: maxEvents) ?? []
    }

    private func takeNow(maxEvents: Int) -> [Delivery]? {
        self.state.withLock { state in
            guard !state.waiting.isEmpty else { return nil }
            var events = 0
            var end = 0
            while end < state.waiting.count, events == 0 || events + state.waiting[end].events <= maxEvents {
                events += state.waiting[end].events
                end += 1
            }
            let taken = Array(state.waiting[..<end])
            state.waiting.removeFirst(end)
            state.inHand = end
            state.flow.enter(events)
            return taken
        }
    }

    /// What was taken is in the log: its room is free.
    func committed(_ deliveries: [Delivery], _ outcome: CommitOutcome) {
        let weight = deliveries.reduce(0) { $0 + $1.weight }
        let events = deliveries.reduce(0) { $0 + $1.events }
        self.state.withLock {
            $0.weight -= weight
            $0.inHand = 0
            $0.flow.commit(events, outcome)
        }
        self.hasRoom.open()
    }

    /// Waits until all that was submitted is in the log, or the queue is closed.
    func waitUntilDrained() {
        while true {
            let ticket = self.hasRoom.ticket
            let isDrained = self.state.withLock { $0.isClosed || ($0.waiting.isEmpty && $0.inHand == 0) }
            if isDrained { return }
            self.hasRoom.wait(since: ticket, milliseconds: 1000)
        }
    }

    /// Accepts nothing more; what was accepted can still be taken.
    func close() {
        self.state.withLock { $0.isClosed = true }
        self.hasRoom.open()
        self.hasWork.open()
    }

    var isFinished: Bool { self.state.withLock { $0.isClosed && $0.waiting.isEmpty } }
    var flow: FlowCounts { self.state.withLock { $0.flow } }
    package var pendingBytes: Int { self.state.withLock { $0.weight } }
}
