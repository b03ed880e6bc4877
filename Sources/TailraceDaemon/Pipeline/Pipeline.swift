internal import Logging
internal import Synchronization
internal import TailraceEvent
internal import TailraceHub
internal import TailraceLog
internal import TailraceRouter

/// From the inputs to the log to the hub, on one thread: all that waits is routed and committed in one transaction with
/// its checkpoints, then told to the hub. While a commit runs the next one gathers, so bursts share transactions by
/// themselves.
final class Pipeline: Sendable {
    /// One transaction's worth; more would delay the first event in it.
    private static let maxEventsPerCommit = 8192
    private static let retryMilliseconds = 250
    /// A transaction costs about 0.3 ms of processor time however small it is. While small ones follow each other,
    /// events gather at least this long, and up to the readers' rhythm; what comes after a quiet moment is committed at
    /// once.
    private static let shortestGathering = Duration.milliseconds(2)
    private static let smallCommitEvents = 512
    private static let tidyMilliseconds = 1000

    struct Trouble: Sendable {
        var message: String
        var since: Timestamp
    }

    let queue: IntakeQueue
    private let log: EventLog
    private let hub: Hub
    private let logger: Logger
    private let trouble = Mutex<Trouble?>(nil)
    private let commits = Atomic<Int>(0)
    private let abandoned = Atomic<Bool>(false)

    init(queue: IntakeQueue, log: EventLog, hub: Hub, logger: Logger) {
        self.queue = queue
        self.log = log
        self.hub = hub
        self.logger = logger
    }

    /// Why nothing is being committed at the moment; nil when all is well.
    var currentTrouble: Trouble? { self.trouble.withLock { $0 } }
    var commitCount: Int { self.commits.load(ordering: .relaxed) }

    /// Stops waiting for a log that can't be written: what is not in it will be read from its source again.
    func abandon() { self.abandoned.store(true, ordering: .releasing) }

    func run(_ router: consuming Router, _ redactor: Redactor) {
        var router = router
        var lastTidy = Timestamp.now()
        var lastSmallCommit: ContinuousClock.Instant?
        while !self.queue.isFinished {
            if let last = lastSmallCommit { self.gather(since: last) }
            let patience = router.millisecondsUntilDue(at: .now()) ?? Self.tidyMilliseconds
            let deliveries = self.queue.take(
                maxEvents: Self.maxEventsPerCommit, milliseconds: min(max(1, patience), Self.tidyMilliseconds))
            var batch = Self.merge(deliveries.filter { $0.own == nil })
            // Before anything can match or keep it.
            redactor.redact(&batch)
            let routed = router.route(&batch, firstSeq: self.log.head + 1, at: .now())
            let own = OwnEvents.append(from: deliveries, to: &batch, after: self.log.head, redactor)
            if !deliveries.isEmpty || !batch.isEmpty {
                guard self.commit(batch, deliveries, routed, own) else { return }
                lastSmallCommit = batch.count < Self.smallCommitEvents ? .now : nil
            }
            let now = Timestamp.now()
            if (now.nanoseconds - lastTidy.nanoseconds).magnitude >= 1_000_000_000 {
                lastTidy = now
                self.tidy()
            }
        }
        let last = router.finish(at: .now())
        if !last.batch.isEmpty { _ = self.commit(last.batch, [], last.routed, OwnEvents.Appended()) }
    }

    private func gather(since last: ContinuousClock.Instant) {
        let left = last + max(Self.shortestGathering, self.queue.rhythm) - .now
        self.queue.gather(for: left, upTo: Self.smallCommitEvents)
    }

    private static func merge(_ deliveries: [IntakeQueue.Delivery]) -> EventBatch {
        if deliveries.count == 1 { return deliveries[0].batch }
        var batch = EventBatch()
        for delivery in deliveries { batch.append(delivery.batch) }
        return batch
    }

    /// Tries until it is in the log: inputs wait meanwhile. False if the relay stops before that.
    private func commit(
        _ batch: EventBatch, _ deliveries: [IntakeQueue.Delivery], _ routed: Routed, _ own: OwnEvents.Appended
    ) -> Bool {
        let checkpoints = Self.newest(deliveries.flatMap(\.checkpoints) + own.checkpoints) + routed.checkpoints
        while true {
            do {
                let blocks = try self.log.append(batch, checkpoints: checkpoints)
                self.commits.add(1, ordering: .relaxed)
                self.recovered()
                if !blocks.isEmpty { self.hub.publish(blocks) }
                self.queue.committed(
                    deliveries, CommitOutcome(events: batch.count, routed: routed, head: self.log.head))
                own.committed()
                self.copyWriteAheadLog()
                return true
            } catch {
                self.failed(error)
                if self.abandoned.load(ordering: .acquiring) { return false }
                ThreadGate().wait(since: 0, milliseconds: Self.retryMilliseconds)
            }
        }
    }

    /// Of several checkpoints of one key only the last counts.
    private static func newest(_ checkpoints: [Checkpoint]) -> [Checkpoint] {
        struct Key: Hashable { var input: String, key: String }
        guard checkpoints.count > 1 else { return checkpoints }
        var places: [Key: Int] = [:]
        var newest: [Checkpoint] = []
        for checkpoint in checkpoints {
            let key = Key(input: checkpoint.input, key: checkpoint.key)
            if let place = places[key] {
                newest[place] = checkpoint
            } else {
                places[key] = newest.count
                newest.append(checkpoint)
            }
        }
        return newest
    }

    private func copyWriteAheadLog() {
        do { try self.log.copyWriteAheadLogIfGrown() } catch { self.failed(error) }
    }

    private func tidy() {
        do { try self.log.tidy() } catch { self.failed(error) }
    }

    private func failed(_ error: LogError) {
        let isNew = self.trouble.withLock { trouble in
            defer { trouble = Trouble(message: error.description, since: trouble?.since ?? .now()) }
            return trouble == nil
        }
        if isNew { self.logger.error("The log can't be written; inputs wait", metadata: ["reason": "\(error)"]) }
    }

    private func recovered() {
        let was = self.trouble.withLock { trouble in
            defer { trouble = nil }
            return trouble
        }
        if let was {
            self.logger.notice("The log is written again", metadata: ["since": "\(was.since.rfc3339)"])
        }
    }
}
