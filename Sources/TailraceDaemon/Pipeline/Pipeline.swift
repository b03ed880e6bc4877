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

    /// What is committed together.
    private struct Transaction {
        var batches: [EventBatch]
        var routed = Routed()
        var own = OwnEvents.Appended()

        var events: Int { self.batches.reduce(0) { $0 + $1.count } }
    }

    struct Trouble: Sendable {
        var message: String
        var since: Timestamp
    }

    let queue: IntakeQueue
    private let log: EventLog
    private let hub: Hub
    private let views: RoleViews
    private let fleet: RelayAgent?
    private let logger: Logger
    /// Numbers come from outside: nothing is added to them, and nothing left out.
    private let keepsNumbers: Bool
    private let trouble = Mutex<Trouble?>(nil)
    private let commits = Atomic<Int>(0)
    private let abandoned = Atomic<Bool>(false)
    private let replacement = Mutex<Replacement?>(nil)

    init(
        queue: IntakeQueue, log: EventLog, hub: Hub, views: RoleViews, fleet: RelayAgent?, keepsNumbers: Bool,
        logger: Logger
    ) {
        self.views = views
        self.fleet = fleet
        self.keepsNumbers = keepsNumbers
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

    /// Other rules for what comes from now on: they are in force for all that is handed over after this returns.
    func replace(_ replacement: Replacement) {
        self.replacement.withLock { waiting in
            var replacement = replacement
            // One that has not been taken up yet has streams of its own to take up.
            if let waiting { replacement.untold.merge(waiting.untold) { _, newer in newer } }
            waiting = replacement
        }
    }

    func run(_ router: consuming Router, _ redactor: Redactor) {
        var router = router
        router.keepsNumbers = self.keepsNumbers
        var redactor = redactor
        var lastTidy = Timestamp.now()
        var lastSmallCommit: ContinuousClock.Instant?
        while !self.queue.isFinished {
            if let last = lastSmallCommit { self.gather(since: last) }
            let patience = router.millisecondsUntilDue(at: .now()) ?? Self.tidyMilliseconds
            var deliveries = self.queue.take(
                maxEvents: Self.maxEventsPerCommit, milliseconds: min(max(1, patience), Self.tidyMilliseconds))
            if let new = self.replacement.withLock({ $0.take() }) {
                router = new.router(adopting: router)
                router.keepsNumbers = self.keepsNumbers
                redactor = Redactor(new.redaction)
            }
            let work = Self.prepare(&deliveries, after: self.log.head, &router, redactor)
            if !deliveries.isEmpty || work.events > 0 {
                guard self.commit(work, deliveries) else { return }
                lastSmallCommit = work.events < Self.smallCommitEvents ? .now : nil
            }
            let now = Timestamp.now()
            if (now.nanoseconds - lastTidy.nanoseconds).magnitude >= 1_000_000_000 {
                lastTidy = now
                self.tidy()
            }
        }
        let last = router.finish(at: .now())
        if !last.batch.isEmpty { _ = self.commit(Transaction(batches: [last.batch], routed: last.routed), []) }
    }

    private func gather(since last: ContinuousClock.Instant) {
        let left = last + max(Self.shortestGathering, self.queue.rhythm) - .now
        self.queue.gather(for: left, upTo: Self.smallCommitEvents)
    }

    /// Redacts and routes what the inputs delivered, and puts the relay's own events behind it.
    private static func prepare(
        _ deliveries: inout [IntakeQueue.Delivery], after head: UInt64, _ router: inout Router, _ redactor: Redactor
    ) -> Transaction {
        let inputs = deliveries.indices.filter { deliveries[$0].own == nil }
        var work = Transaction(batches: EventLog.joined(inputs.map { deliveries[$0].takeBatch() }))
        // Streams may have something to tell though no event comes.
        if work.batches.isEmpty { work.batches = [EventBatch()] }
        let now = Moment.now()
        var next = head + 1
        for index in work.batches.indices {
            // Before anything can match or keep it.
            redactor.redact(&work.batches[index])
            work.routed.add(router.route(&work.batches[index], firstSeq: next, at: now))
            next += UInt64(work.batches[index].count)
        }
        work.own = OwnEvents.append(from: deliveries, to: &work.batches, firstSeq: next, redactor)
        return work
    }

    /// Tries until it is in the log: inputs wait meanwhile. False if the relay stops before that.
    private func commit(_ work: Transaction, _ deliveries: [IntakeQueue.Delivery]) -> Bool {
        let checkpoints = Self.newest(
            deliveries.flatMap(\.checkpoints) + work.own.checkpoints + work.routed.checkpoints)
        while true {
            do {
                let blocks = try self.log.append(work.batches, checkpoints: checkpoints)
                self.commits.add(1, ordering: .relaxed)
                self.recovered()
                if !blocks.isEmpty {
                    self.hub.publish(blocks)
                    self.views.wake()
                    self.fleet?.wake()
                }
                self.queue.committed(
                    deliveries, CommitOutcome(events: work.events, routed: work.routed, head: self.log.head))
                work.own.committed()
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
