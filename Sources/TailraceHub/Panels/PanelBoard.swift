internal import Logging
internal import NIOCore
internal import NIOPosix
package import Synchronization
internal import TailraceEvent
internal import TailraceLog

/// The dashboard's tiles: computed once for all viewers, on a worker, from the log.
///
/// Once a second, when a second of the clock is over, the panels read what came since; those that are due are encoded
/// once, and the same bytes go to every viewer.
package final class PanelBoard: Sendable {
    package let definitions: [PanelDefinition]
    package let statistics = PanelStatistics()
    private let log: EventLog
    private let logger: Logger
    private let loop: any EventLoop
    private let readerLoops: [ReaderLoop]
    private let workers: NIOThreadPool
    /// Locked by one worker at a time, never by an event loop.
    private let computation: Mutex<PanelComputation>
    private let newest: Mutex<PanelUpdate>
    /// A worker is at it.
    private let isBusy = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)
    private let isFailing = Atomic<Bool>(false)

    init(
        _ definitions: [PanelDefinition], log: EventLog, streams: StreamTable, loop: any EventLoop,
        readerLoops: [ReaderLoop], workers: NIOThreadPool, logger: Logger
    ) {
        precondition(definitions.count <= PanelLimits.maxPanels, "more panels than a viewer has bits for")
        self.definitions = definitions
        self.log = log
        self.logger = logger
        self.loop = loop
        self.readerLoops = readerLoops
        self.workers = workers
        self.computation = Mutex(
            PanelComputation(definitions, log: log, streams: streams, now: Timestamp.now().nanoseconds))
        self.newest = Mutex(PanelUpdate(count: definitions.count))
    }

    /// Without panels nothing ever runs.
    func start() {
        guard !self.definitions.isEmpty else { return }
        self.work()
        self.scheduleTick()
    }

    /// Returns when nothing reads the log any more, and nothing will; waits for a step at most.
    func stop() {
        self.isStopped.store(true, ordering: .relaxed)
        self.computation.withLock { _ in }
    }

    /// What every panel told last.
    var update: PanelUpdate { self.newest.withLock { $0 } }

    // MARK: Once a second

    /// Just behind a whole second, so that buckets of a second are told when they are full.
    private func scheduleTick() {
        let fraction = Timestamp.now().nanoseconds % 1_000_000_000
        let delay = TimeAmount.nanoseconds(1_000_000_000 - fraction) + Self.lag
        self.loop.scheduleTask(in: delay) {
            guard !self.isStopped.load(ordering: .relaxed) else { return }
            self.work()
            self.scheduleTick()
        }
    }

    /// Commits and clocks need a moment.
    private static let lag = TimeAmount.milliseconds(20)

    private func work() {
        guard !self.isBusy.exchange(true, ordering: .acquiringAndReleasing) else { return }
        self.runStep()
    }

    /// One step on a worker; while the log has more, the next one queues behind what readers want of the workers.
    private func runStep() {
        self.workers.runIfActive(eventLoop: self.loop) { self.step() }.whenComplete { result in
            guard case .success(true) = result, !self.isStopped.load(ordering: .relaxed) else {
                return self.isBusy.store(false, ordering: .releasing)
            }
            self.runStep()
        }
    }

    /// True if there is more to read.
    private func step() -> Bool {
        let start = NIODeadline.now()
        defer { self.statistics.nanoseconds.add(Int((NIODeadline.now() - start).nanoseconds)) }
        do {
            let (isBehind, due) = try self.computation.withLock {
                computation -> (Bool, [(panel: Int, message: ControlMessage)]) in
                guard !self.isStopped.load(ordering: .relaxed) else { return (false, []) }
                let now = Timestamp.now().nanoseconds
                self.statistics.events.add(try computation.step(now: now))
                return (computation.isBehind, computation.due(now: now))
            }
            self.isFailing.store(false, ordering: .relaxed)
            if !due.isEmpty { self.publish(due) }
            return isBehind
        } catch {
            if !self.isFailing.exchange(true, ordering: .relaxed) {
                self.logger.error("The panels can't read the log", metadata: ["reason": "\(error)"])
            }
            return false
        }
    }

    // MARK: To the viewers

    private func publish(_ due: [(panel: Int, message: ControlMessage)]) {
        self.statistics.computed.add(due.count)
        let update = self.newest.withLock { update in
            update.number += 1
            update.due = 0
            for (panel, message) in due { update.set(message, of: panel) }
            return update
        }
        guard self.statistics.viewers.value > 0 else { return }
        for loop in self.readerLoops {
            loop.loop.execute { loop.onLoop.panelViewers.deliver(update, self.statistics) }
        }
    }
}

/// The newest messages of all panels.
struct PanelUpdate: Sendable {
    /// Grows with each tick that told something.
    var number: UInt64 = 0
    /// The panels that are new in this update, a bit each.
    var due: UInt32 = 0
    /// All panels that have told something.
    private(set) var present: UInt32 = 0
    /// By the panel's number; nil until it has told something.
    private(set) var messages: [[UInt8]?]
    private var frames: [ByteBuffer]

    init(count: Int) {
        self.messages = Array(repeating: nil, count: count)
        self.frames = Array(repeating: ByteBuffer(), count: count)
    }

    mutating func set(_ message: ControlMessage, of panel: Int) {
        self.messages[panel] = message.json
        self.frames[panel] = ServerFrame.text(message.json)
        self.due |= 1 << UInt32(panel)
        self.present |= 1 << UInt32(panel)
    }

    func frame(of panel: Int) -> ByteBuffer { self.frames[panel] }
}

/// What the panels have done since the start.
package final class PanelStatistics: Sendable {
    /// Messages made: one per panel and tick, however many look at it.
    package let computed = Atomic<Int>(0)
    package let written = Atomic<Int>(0)
    /// Messages that a viewer did not get since it was not writable; it gets a later one.
    package let skipped = Atomic<Int>(0)
    /// Events read for all panels together.
    package let events = Atomic<Int>(0)
    /// Time on workers.
    package let nanoseconds = Atomic<Int>(0)
    package let viewers = Atomic<Int>(0)
}
