internal import Logging
package import NIOCore
internal import NIOPosix
internal import Synchronization
internal import TailraceEvent
internal import TailraceLog

/// The tiles of the dashboard and the panels that viewers ask for: computed once for all viewers, on a worker, from the
/// log, while somebody looks at them.
///
/// Once a second, when a second of the clock is over, the panels read what came since; those that are due are encoded
/// once, and the same bytes go to every viewer.
package final class PanelBoard: Sendable {
    private enum Work: Int, AtomicRepresentable {
        case none
        /// A worker is at it.
        case busy
        /// The same, and somebody wants another look when it is done.
        case wanted
    }

    /// The tiles of the configuration, in its order.
    private let tileSlots: Mutex<[PanelSlot]>
    package let statistics = PanelStatistics()
    private let log: EventLog
    private let logger: Logger
    private let loop: any EventLoop
    private let readerLoops: [ReaderLoop]
    private let workers: NIOThreadPool
    /// Locked by one worker at a time, never by an event loop.
    private let computation: Mutex<(panels: PanelComputation, generation: UInt64)>
    /// What viewers watch; locked for moments.
    private let registry: Mutex<PanelRegistry>
    private let askers = PanelAskers()
    private let work = Atomic<Work>(.none)
    private let isStopped = Atomic<Bool>(false)
    private let isFailing = Atomic<Bool>(false)

    init(
        _ definitions: [PanelDefinition], log: EventLog, streams: StreamTable, loop: any EventLoop,
        readerLoops: [ReaderLoop], workers: NIOThreadPool, linger: Int64, logger: Logger
    ) {
        self.tileSlots = Mutex(definitions.map { PanelSlot($0) })
        self.registry = Mutex(PanelRegistry(linger: linger))
        self.log = log
        self.logger = logger
        self.loop = loop
        self.readerLoops = readerLoops
        self.workers = workers
        self.computation = Mutex(
            (PanelComputation([], log: log, streams: streams, now: Timestamp.now().nanoseconds), 0))
    }

    /// Returns when nothing reads the log any more, and nothing will; waits for a step at most.
    func stop() {
        self.isStopped.store(true, ordering: .sequentiallyConsistent)
        self.computation.withLock { _ in }
        self.askers.answer()
    }

    // MARK: Another configuration

    var tiles: [PanelSlot] { self.tileSlots.withLock { $0 } }

    /// False if they are the same. Those that were there before go on with what they have computed.
    func replace(tiles definitions: [PanelDefinition]) -> Bool {
        let isNew = self.tileSlots.withLock { slots in
            guard slots.map(\.definition) != definitions else { return false }
            let old = Dictionary(slots.map { ($0.definition, $0) }) { first, _ in first }
            slots = definitions.map { old[$0] ?? PanelSlot($0) }
            return true
        }
        guard isNew else { return false }
        let isWanted = self.registry.withLock { $0.tilesChanged() }
        if isWanted { self.wake() }
        return true
    }

    func replace(streams: StreamTable) {
        // Waits for a step at most, and only where something reads the log for panels right now.
        self.computation.withLock { $0.panels.streams = streams }
    }

    // MARK: Who looks at the tiles

    func showTiles() {
        self.registry.withLock { $0.showTiles() }
        if !self.tiles.isEmpty { self.wake() }
    }

    func leaveTiles() { self.registry.withLock { $0.leaveTiles(now: Timestamp.now().nanoseconds) } }

    /// Done when every tile has told of all that the log has, or when that takes too long.
    package func glance(on loop: any EventLoop) -> EventLoopFuture<Void> {
        guard !self.tiles.isEmpty else { return loop.makeSucceededVoidFuture() }
        let areReady = self.registry.withLock { registry in
            registry.glanceAtTiles(now: Timestamp.now().nanoseconds)
            return registry.areTilesReady
        }
        if areReady { return loop.makeSucceededVoidFuture() }
        let answer = self.askers.wait(on: loop)
        self.wake()
        // Nobody answers any more.
        if self.isStopped.load(ordering: .sequentiallyConsistent) { self.askers.answer() }
        return answer
    }

    // MARK: What viewers watch

    /// Begins to compute what nobody watches yet; all of the definitions or none.
    func watch(_ definitions: [PanelDefinition]) throws(ReaderProblem) -> [PanelSlot] {
        guard !definitions.isEmpty else { return [] }
        let (slots, isNew) = try self.registry.withLock { (registry) throws(ReaderProblem) in
            let before = registry.generation
            let slots = try registry.watch(definitions, now: Timestamp.now().nanoseconds)
            self.statistics.watched.store(registry.count, ordering: .relaxed)
            return (slots, registry.generation != before)
        }
        if isNew { self.wake() }
        return slots
    }

    func leave(_ slots: [PanelSlot]) {
        guard !slots.isEmpty else { return }
        self.registry.withLock { $0.leave(slots, now: Timestamp.now().nanoseconds) }
    }

    /// Lets the computation know which panels there are.
    private func sync(_ computation: inout (panels: PanelComputation, generation: UInt64), now: Int64) {
        let slots = self.registry.withLock { registry -> [PanelSlot]? in
            let wantedTiles = registry.wantsTiles
            registry.dropOld(now: now)
            // Before anybody can look again: what they told is no state of now.
            if wantedTiles, !registry.wantsTiles { for tile in self.tiles { tile.forget() } }
            self.statistics.watched.store(registry.count, ordering: .relaxed)
            guard registry.generation != computation.generation else { return nil }
            computation.generation = registry.generation
            return (registry.wantsTiles ? self.tiles : []) + registry.slots
        }
        guard let slots else { return }
        let wanted = Set(slots.map(ObjectIdentifier.init))
        computation.panels.remove { !wanted.contains(ObjectIdentifier($0)) }
        let known = Set(computation.panels.panels.map { ObjectIdentifier($0.slot) })
        computation.panels.add(slots.filter { !known.contains(ObjectIdentifier($0)) }, now: now)
    }

    // MARK: Once a second

    /// Works now, and from now on once a second.
    private func wake() {
        self.look()
        let isTicking = self.registry.withLock { registry in
            defer { registry.isTicking = true }
            return registry.isTicking
        }
        if !isTicking { self.scheduleTick() }
    }

    /// Just behind a whole second, so that buckets of a second are told when they are full.
    private func scheduleTick() {
        let fraction = Timestamp.now().nanoseconds % 1_000_000_000
        let delay = TimeAmount.nanoseconds(1_000_000_000 - fraction) + Self.lag
        self.loop.scheduleTask(in: delay) {
            guard !self.isStopped.load(ordering: .relaxed) else { return }
            self.look()
            let isNeeded = self.registry.withLock { registry in
                registry.isTicking = registry.wantsTiles || registry.count > 0
                return registry.isTicking
            }
            if isNeeded { self.scheduleTick() }
        }
    }

    /// Commits and clocks need a moment.
    private static let lag = TimeAmount.milliseconds(20)

    private func look() {
        if self.work.exchange(.wanted, ordering: .acquiringAndReleasing) == .none { self.runStep() }
    }

    /// One step on a worker; while the log has more, the next one queues behind what readers want of the workers.
    private func runStep() {
        self.work.store(.busy, ordering: .releasing)
        self.workers.runIfActive(eventLoop: self.loop) { self.step() }.whenComplete { result in
            guard !self.isStopped.load(ordering: .relaxed), case .success(let isBehind) = result else { return }
            if isBehind || !self.isDone() { self.runStep() }
        }
    }

    /// False if somebody wants another look.
    private func isDone() -> Bool {
        self.work.compareExchange(expected: .busy, desired: .none, ordering: .acquiringAndReleasing).exchanged
    }

    /// True if there is more to read.
    private func step() -> Bool {
        let start = NIODeadline.now()
        defer { self.statistics.nanoseconds.add(Int((NIODeadline.now() - start).nanoseconds)) }
        do {
            let outcome = try self.computation.withLock { computation -> StepOutcome in
                guard !self.isStopped.load(ordering: .relaxed) else { return StepOutcome() }
                return try self.step(&computation)
            }
            self.isFailing.store(false, ordering: .relaxed)
            if !outcome.due.isEmpty { self.publish(outcome.due) }
            if outcome.areTilesCurrent { self.tilesAreReady() }
            return outcome.isBehind
        } catch {
            if !self.isFailing.exchange(true, ordering: .relaxed) {
                self.logger.error("The panels can't read the log", metadata: ["reason": "\(error)"])
            }
            return false
        }
    }

    private struct StepOutcome {
        var isBehind = false
        var areTilesCurrent = false
        var due: [(slot: PanelSlot, message: ControlMessage)] = []
    }

    private func step(_ computation: inout (panels: PanelComputation, generation: UInt64)) throws -> StepOutcome {
        let now = Timestamp.now().nanoseconds
        self.sync(&computation, now: now)
        let panels = computation.panels
        self.statistics.events.add(try panels.step(now: now, maxEvents: PanelLimits.eventsPerStep))
        return StepOutcome(
            isBehind: panels.isBehind, areTilesCurrent: panels.areCurrent(self.tiles),
            due: panels.due(now: now).map { ($0.panel.slot, $0.message) })
    }

    // MARK: To the viewers

    private func tilesAreReady() {
        self.registry.withLock { $0.areTilesReady = true }
        self.askers.answer()
    }

    private func publish(_ due: [(slot: PanelSlot, message: ControlMessage)]) {
        self.statistics.computed.add(due.count)
        for (slot, message) in due { slot.tell(message) }
        let slots = due.map(\.slot)
        for loop in self.readerLoops {
            loop.loop.execute { loop.onLoop.panelViewers.deliver(slots, self.statistics) }
        }
    }
}
