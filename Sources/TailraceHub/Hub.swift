package import Logging
package import NIOCore
package import NIOPosix
internal import Synchronization
internal import TailraceEvent
package import TailraceLog

/// Takes committed events to the readers: every reader is a cursor on the log, readers at the live edge with the same
/// lens form a group and share one frame.
///
/// Runs on an event loop of its own; calls come once per batch, join or second, never per event. Readers' connections
/// live on the web server's event loops.
package actor Hub {
    package struct Settings: Sendable {
        /// A reader with more unwritten bytes than this leaves its group and reads from the log at its own pace.
        package var maxPendingBytes = 32 << 10
        /// A reader joins its group when it is at most this many events away from the edge, in memory.
        package var maxJoinEvents = 4096
        /// Different lenses at the edge that are matched together; more are matched one by one. Bounds what compiling
        /// them takes.
        package var maxLensesTogether = 4096
        /// Panels that nobody looks at any more are computed so long. Nanoseconds.
        package var panelLinger = PanelLimits.linger

        package init() {}
    }

    package nonisolated let log: EventLog
    package nonisolated let settings: Settings
    package nonisolated let statistics = HubStatistics()
    /// What inputs and log go by.
    nonisolated let rhythm: Rhythm
    /// Reads from disk and matching for readers that are not at the edge.
    package nonisolated let workers: NIOThreadPool
    /// Their time for searches, shared out among those who search.
    package nonisolated let turns: SearchTurns
    /// Facts for `hello` and `stats` that come from outside the hub.
    package nonisolated let facts: HubFacts
    nonisolated let executorLoop: any EventLoop
    nonisolated let logger: Logger
    private nonisolated let streamTable: Mutex<StreamTable>
    nonisolated let loops: [ReaderLoop]
    package nonisolated let panels: PanelBoard
    package nonisolated let consumers: Consumers
    private var groups: [Int: Group] = [:]
    private var groupsByLens: [Lens: Int] = [:]
    private var nextGroup = 1
    private var timers: [RepeatedTask] = []
    private var seenLevels = [UInt64](repeating: 0, count: Level.allCases.count + 1)
    private var rates: [Int: RateMeter] = [:]
    /// The last event that was taken to the readers.
    private var taken: UInt64 = 0
    /// The groups that have members.
    var live: LiveLenses

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.executorLoop.executor.asUnownedSerialExecutor()
    }

    package init(
        log: EventLog, streams: StreamTable, executorLoop: any EventLoop, readerLoops: [any EventLoop],
        workers: NIOThreadPool, turns: SearchTurns, facts: HubFacts, rhythm: Rhythm, settings: Settings,
        panels: [PanelDefinition], consumers: Consumers, logger: Logger
    ) {
        self.log = log
        self.streamTable = Mutex(streams)
        self.live = LiveLenses(streams: streams, maxTogether: settings.maxLensesTogether)
        self.executorLoop = executorLoop
        self.loops = readerLoops.map(ReaderLoop.init)
        self.workers = workers
        self.turns = turns
        self.facts = facts
        self.rhythm = rhythm
        self.settings = settings
        self.consumers = consumers
        self.logger = logger
        self.panels = PanelBoard(
            panels, log: log, streams: streams, loop: executorLoop, readerLoops: self.loops, workers: workers,
            linger: settings.panelLinger, logger: logger)
    }

    /// Starts the once-a-second messages.
    package nonisolated func start() {
        self.perform { hub in
            hub.timers.append(
                hub.executorLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
                    hub.assumeIsolated { $0.tick() }
                })
        }
    }

    /// Runs on the hub's executor after everything that was handed over before.
    nonisolated func perform(_ body: @escaping @Sendable (isolated Hub) -> Void) {
        self.executorLoop.execute { self.assumeIsolated(body) }
    }

    // MARK: What was committed

    /// New events, already in the log. Called by the thread that appends.
    package nonisolated func publish(_ blocks: [StoredBlock]) {
        let now = NIODeadline.now()
        self.perform { $0.take(blocks, committed: now) }
    }

    private func take(_ blocks: [StoredBlock], committed: NIODeadline) {
        for block in blocks {
            for record in block.batch.records where !record.isAside { self.seenLevels[Int(record.level)] += 1 }
            var isAnyPending = false
            self.live.match(block) { group, events in
                if !group.hasPending { group.waitsSince = committed }
                group.take(events, of: block.batch) {
                    self.flush(group, through: $0)
                    group.waitsSince = committed
                }
                if group.hasPending { isAnyPending = true }
            }
            self.taken = block.lastSeq
            if isAnyPending {
                for group in self.live.groups where group.hasPending { self.scheduleFlush(of: group) }
            }
            self.statistics.eventsTaken.add(block.batch.count)
        }
        self.statistics.matchNanoseconds.store(Int(self.live.nanoseconds), ordering: .relaxed)
    }

    /// The first event after a quiet moment leaves at once; in a burst frames are spaced so that writing them takes a
    /// bounded share of the processor, and never longer than the stream's `max_delay`.
    private func scheduleFlush(of group: Group) {
        guard group.flushTimer == nil else { return }
        let now = NIODeadline.now()
        guard group.nextFlush > now else { return self.flush(group, through: group.considered) }
        let id = group.handle.id
        group.flushTimer = self.executorLoop.scheduleTask(deadline: group.nextFlush) {
            self.assumeIsolated { hub in
                guard let group = hub.groups[id] else { return }
                group.flushTimer = nil
                hub.flush(group, through: group.considered)
            }
        }
    }

    private func flush(_ group: Group, through last: UInt64) {
        group.flushTimer?.cancel()
        group.flushTimer = nil
        let position = self.log.position(of: last)
        guard let frame = group.makeFrame(through: last, position: position, statistics: self.statistics) else {
            return
        }
        group.nextFlush = .now() + group.pace
        for index in group.loops.keys { self.loops[index].deliver(frame, to: group.handle.id, self.statistics) }
    }

    // MARK: Another configuration

    /// The streams that readers can open.
    package nonisolated var streams: StreamTable { self.streamTable.withLock { $0 } }

    /// Offers other streams from now on. Readers stay where they are; those whose stream is no more are told.
    package nonisolated func replace(streams: StreamTable) {
        let before = self.streamTable.withLock { table in
            defer { table = streams }
            return table
        }
        self.panels.replace(streams: streams)
        self.perform { hub in
            for group in hub.groups.values {
                group.limits = streams.entries[group.handle.lens.stream]?.batch ?? .standard
            }
            if before.numbers != streams.numbers { hub.matchAnew(streams) }
        }
        for loop in self.loops { loop.streamsChanged(to: streams) }
    }

    /// Shows other tiles. Those that are equal to one before keep what they have computed, and readers.
    package nonisolated func replace(tiles: [PanelDefinition]) {
        guard self.panels.replace(tiles: tiles) else { return }
        for loop in self.loops { loop.tilesChanged() }
    }

    /// Filters can ask about streams, so that what was made of them holds for the streams of that time only.
    private func matchAnew(_ streams: StreamTable) {
        let groups = self.live.groups
        for group in groups { group.live = nil }
        self.live = self.live.renewed(for: streams, maxTogether: self.settings.maxLensesTogether)
        for group in groups { self.follow(group, true) }
    }

    // MARK: Readers

    /// Finds or makes the group of a lens for a reader that is on its way to the edge.
    func attach(_ lens: Lens) -> GroupHandle {
        if let id = self.groupsByLens[lens], let group = self.groups[id] {
            group.attached += 1
            return group.handle
        }
        let limits = self.streams.entries[lens.stream]?.batch ?? .standard
        let handle = GroupHandle(id: self.nextGroup, lens: lens, edge: self.log.head)
        self.nextGroup += 1
        let group = Group(handle: handle, limits: limits, epoch: self.log.epoch)
        group.attached = 1
        self.groups[handle.id] = group
        self.groupsByLens[lens] = handle.id
        self.statistics.groups.store(self.groups.count, ordering: .relaxed)
        return handle
    }

    func detach(_ id: Int) {
        guard let group = self.groups[id] else { return }
        group.attached -= 1
        guard group.attached == 0 else { return }
        group.flushTimer?.cancel()
        self.follow(group, false)
        self.groups[id] = nil
        self.rates[id] = nil
        self.groupsByLens[group.handle.lens] = nil
        self.statistics.groups.store(self.groups.count, ordering: .relaxed)
    }

    /// Lets a reader in whose cursor is at or near the group's edge; what is between goes to it alone, first.
    func join(
        _ id: Int, _ reader: ReaderReference, ticket: Int, after cursor: UInt64, seen: Int, matched: Int
    ) {
        guard let group = self.groups[id], let loop = self.loops.firstIndex(where: { $0.loop === reader.loop }) else {
            return
        }
        if group.hasPending { self.flush(group, through: group.considered) }
        // Without members it stood still.
        if !group.hasMembers { group.skip(through: self.taken) }
        let edge = group.edge
        let distance = edge - min(edge, cursor)
        guard distance <= UInt64(self.settings.maxJoinEvents),
            let between = self.between(cursor, edge, group.handle.lens, reader.form, seen: seen, matched: matched)
        else { return reader.perform { $0.continueCatchUp(ticket: ticket) } }
        group.forms.add(reader.form, 1)
        self.rhythm.quicken(to: group.pace)
        group.loops[loop, default: 0] += 1
        group.memberWaitsForReset()
        self.follow(group, true)
        self.loops[loop].join(id, reader, ticket: ticket, at: edge, with: between.frames, events: between.events)
    }

    /// The messages that bring a reader to the edge, from memory; nil if not all of it is there.
    private func between(
        _ cursor: UInt64, _ edge: UInt64, _ lens: Lens, _ form: WireForm, seen: Int, matched: Int
    ) -> (frames: [ByteBuffer], events: Int)? {
        var frames: [ByteBuffer] = []
        var events = 0
        var reached = cursor
        var carried = (seen: seen, matched: matched)
        while reached < edge {
            let slices = self.log.readMemory(after: reached, through: edge, maxEvents: self.settings.maxJoinEvents)
            guard let slices, !slices.isEmpty else { return nil }
            var step = BackfillStep(lens: lens, streams: self.streams, seen: carried.seen, matched: carried.matched)
            let first = reached + 1
            for slice in slices where !step.isFull { reached = step.take(slice, notBefore: nil) }
            events += step.count
            let position = self.log.position(of: reached)
            let frame = step.frame(first: first, last: reached, position: position, form: form)
            carried = frame == nil ? (step.seen, step.matched) : (0, 0)
            if let frame { frames.append(frame) }
        }
        return (frames, events)
    }

    /// A member stopped or went on taking events; it stays attached.
    func memberChanged(_ id: Int, form: WireForm, getsEvents: Bool) {
        guard let group = self.groups[id] else { return }
        if group.hasPending { self.flush(group, through: group.considered) }
        group.forms.add(form, getsEvents ? 1 : -1)
        group.held += getsEvents ? -1 : 1
        guard getsEvents else { return }
        self.rhythm.quicken(to: group.pace)
        group.memberWaitsForReset()
    }

    func memberLeft(_ id: Int, form: WireForm, loop: any EventLoop, wasHeld: Bool) {
        guard let group = self.groups[id] else { return }
        if wasHeld { group.held -= 1 } else { group.forms.add(form, -1) }
        self.follow(group, group.hasMembers)
        guard let index = self.loops.firstIndex(where: { $0.loop === loop }) else { return }
        let count = (group.loops[index] ?? 0) - 1
        group.loops[index] = count > 0 ? count : nil
    }

    // MARK: Once a second

    private func tick() {
        let sources = self.facts.sources()
        let configuration = self.facts.configuration()
        let oldest = self.log.oldestTime
        for group in self.live.groups {
            let id = group.handle.id
            group.spent(self.live.nanoseconds(of: group))
            let rate = self.rates[id, default: RateMeter()].rates(group.totals)
            let message = StatsMessage.make(
                log: self.log, oldestTime: oldest, totals: group.totals, rate: rate, seenLevels: self.seenLevels,
                sources: sources, configuration: configuration)
            for index in group.loops.keys { self.loops[index].tell(message, in: id) }
        }
        self.rhythm.set(self.groups.values.lazy.filter { $0.forms.total > 0 }.map(\.pace))
        for loop in self.loops { loop.tick() }
        self.consumers.tick()
    }

    /// Tells every reader that the relay stops and closes it.
    package nonisolated func stop(reason: String) -> EventLoopFuture<Void> {
        self.panels.stop()
        let done = self.executorLoop.makePromise(of: Void.self)
        self.perform { hub in
            for timer in hub.timers { timer.cancel() }
            for group in hub.groups.values where group.hasPending { hub.flush(group, through: group.considered) }
            EventLoopFuture.andAllComplete(
                hub.loops.map { $0.end(reason: reason) }, on: hub.executorLoop
            ).cascade(to: done)
        }
        return done.futureResult
    }

    /// Where a connection's loop registers its readers.
    nonisolated func readers(on loop: any EventLoop) -> ReaderLoop? {
        self.loops.first { $0.loop === loop }
    }
}
