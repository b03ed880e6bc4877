internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import TailraceEvent
internal import TailraceLog

/// One reader: a cursor on the log with a lens. It is on its way to the live edge, at the edge in a group, or held.
///
/// It holds no queue. When its transport can't take more, it leaves the group with its cursor and reads on from the log
/// when there is room again. Confined to its transport's event loop.
package final class ReaderSession {
    package let transport: any ReaderTransport
    let hub: Hub
    /// Its place among the group's members on this loop.
    var slot: Int?
    var phase: Phase = .idle
    /// Counts opens, so that the plan of an older one is told apart.
    private var requests = 0
    /// The client's last word on holding since it opened: a lens that is still being found is held when it is there.
    private var isHoldWanted = false
    /// Counts lenses, so that what was asked for an older one is told apart.
    private var generation = 0
    var fetch: Fetch?
    /// Under the name of a consumer.
    private var consumer: ConsumerConnection?
    var ticks = 0
    var panelWatch = PanelWatch()
    /// Opens that a worker is at.
    private var opensAtWork = 0

    package init(hub: Hub, transport: any ReaderTransport) {
        self.hub = hub
        self.transport = transport
        hub.readers(on: transport.eventLoop)?.onLoop.sessions[ObjectIdentifier(self)] = self
        hub.statistics.readersOpen.add(1)
    }

    var reference: ReaderReference { ReaderReference(self) }
    var form: WireForm { self.transport.form }

    func send(_ message: ControlMessage) { self.transport.write(self.form.control(message)) }

    // MARK: What the client asks

    /// Opens a lens, in place of the one before when it is right: a wrong filter leaves everything as it was.
    package func open(_ request: OpenRequest) {
        self.requests += 1
        self.isHoldWanted = false
        self.opensAtWork += 1
        let requestNumber = self.requests
        guard !request.isPlaced else { return self.find(request, requestNumber) }
        let reference = self.reference
        self.hub.consumers.place(request, streams: self.hub.streams, on: self.transport.eventLoop).whenComplete {
            let session = reference.onLoop
            guard requestNumber == session.requests, !session.isEnded else { return }
            switch $0 {
            case .success(let placed): session.find(placed, requestNumber)
            case .failure(let error): session.refuse((error as? ConsumerProblem ?? .stopping).asReaderProblem)
            }
        }
    }

    /// Finds where reading begins.
    private func find(_ request: OpenRequest, _ requestNumber: Int) {
        let hub = self.hub
        let reference = self.reference
        hub.workers.runIfActive(eventLoop: self.transport.eventLoop) {
            Result { () throws(ReaderProblem) in try OpenPlan.make(request, log: hub.log, streams: hub.streams) }
        }.whenSuccess { result in
            let session = reference.onLoop
            session.opensAtWork -= 1
            defer { session.pumpWatches() }
            guard requestNumber == session.requests, !session.isEnded else { return }
            switch result {
            case .failure(let problem): session.refuse(problem)
            case .success(let plan): session.begin(plan)
            }
        }
    }

    /// A lens is being found.
    var isOpening: Bool { self.opensAtWork > 0 }

    /// Stops events from coming; counts still do. A backlog that was opened comes to its end first.
    package func hold() {
        self.isHoldWanted = true
        switch self.phase {
        case .live(var membership):
            membership.matchedWhenHeld = membership.members.matched
            self.phase = .held(membership)
            self.tellHub(membership.handle.id) { $0.memberChanged($1, form: $2, getsEvents: false) }
        case .catchingUp(var catchUp):
            catchUp.isHeld = true
            self.phase = .catchingUp(catchUp)
        case .joining(var catchUp):
            catchUp.isHeld = true
            self.phase = .joining(catchUp)
        case .idle, .attaching, .held, .ended: break
        }
    }

    /// Goes on live behind a gap that names what was skipped, or with `play` from where it was held.
    package func release(play: Bool) {
        self.isHoldWanted = false
        switch self.phase {
        case .held(var membership):
            if play { return self.leave(membership, wasHeld: true, isSlow: false) }
            self.tellOfPause(membership)
            membership.cursor = max(membership.cursor, membership.members.last)
            membership.isInStep = false
            self.phase = .live(membership)
            self.tellHub(membership.handle.id) { $0.memberChanged($1, form: $2, getsEvents: true) }
            self.send(.live(self.hub.log.position(of: membership.cursor)))
        case .catchingUp(var catchUp):
            catchUp.isHeld = false
            self.phase = .catchingUp(catchUp)
        case .joining(var catchUp):
            catchUp.isHeld = false
            self.phase = .joining(catchUp)
        case .idle, .attaching, .live, .ended: break
        }
    }

    private func tellOfPause(_ membership: Membership) {
        let count = membership.members.matched - membership.matchedWhenHeld
        guard count > 0 else { return }
        self.sendGap(from: membership.cursor + 1, through: membership.members.last, count: count, reason: "paused")
    }

    /// Changes how many events per second come; nil lifts the limit.
    package func setRate(_ eventsPerSecond: Int?) {
        guard var plan = self.leaveForGood() else { return }
        plan.lens.maxRate = eventsPerSecond
        self.attach(plan)
    }

    package func fetch(from: UInt64, through: UInt64) {
        guard let lens = self.lens else {
            return self.send(.error(ReaderProblem(.request, "fetch needs an open lens: send open first")))
        }
        guard from > 0, from <= through else {
            return self.send(.error(ReaderProblem(.request, "fetch takes from and to, the first and last seq")))
        }
        self.fetch = Fetch(lens: lens, from: from, through: min(through, self.hub.log.head))
        self.pumpFetch()
    }

    /// The connection is gone.
    package func closed() {
        _ = self.leaveForGood()
        guard !self.isEnded else { return }
        self.leavePanels()
        self.use(nil)
        self.phase = .ended
        self.fetch = nil
        self.hub.readers(on: self.transport.eventLoop)?.onLoop.sessions[ObjectIdentifier(self)] = nil
        self.hub.statistics.readersOpen.add(-1)
    }

    /// There is room again: a reader that is behind goes on.
    package func writabilityChanged() {
        guard self.transport.isWritable else { return }
        self.pumpFetch()
        self.pump()
        self.resumePanels()
    }

    var isEnded: Bool { if case .ended = self.phase { true } else { false } }

    var lens: Lens? {
        switch self.phase {
        case .attaching(let plan): plan.lens
        case .catchingUp(let catchUp), .joining(let catchUp): catchUp.handle.lens
        case .live(let membership), .held(let membership): membership.handle.lens
        case .idle, .ended: nil
        }
    }

    // MARK: On the way to the edge

    private func begin(_ plan: OpenPlan) {
        // It may have gone since the plan was made.
        if let problem = plan.lens.problem(in: self.hub.streams) { return self.refuse(problem) }
        _ = self.leaveForGood()
        self.use(plan.consumer?.name)
        self.send(.opened(plan, position: self.hub.log.position(of: plan.after)))
        self.attach(plan)
    }

    /// A reader of a stream that is no more is told and opens nothing; it stays connected.
    func streamsChanged(to streams: StreamTable) {
        guard let problem = self.lens?.problem(in: streams) else { return }
        _ = self.leaveForGood()
        self.fetch = nil
        self.use(nil)
        self.refuse(problem)
    }

    private func use(_ name: ConsumerName?) {
        if let consumer = self.consumer { self.hub.consumers.disconnect(consumer) }
        self.consumer = name.flatMap { self.hub.consumers.connect($0) }
    }

    private func attach(_ plan: OpenPlan) {
        self.phase = .attaching(plan)
        let generation = self.generation
        let reference = self.reference
        self.hub.perform { hub in
            let handle = hub.attach(plan.lens)
            reference.perform { $0.attached(handle, plan, generation: generation) }
        }
    }

    private func attached(_ handle: GroupHandle, _ plan: OpenPlan, generation: Int) {
        guard generation == self.generation, case .attaching = self.phase else {
            return self.hub.perform { $0.detach(handle.id) }
        }
        self.phase = .catchingUp(
            CatchUp(handle: handle, cursor: plan.after, notBefore: plan.notBefore, isHeld: self.isHoldWanted))
        self.pump()
    }

    /// Reads the next step if there is room, or asks to be let in at the edge.
    func pump() {
        guard case .catchingUp(var catchUp) = self.phase, !catchUp.isReading, self.transport.isWritable else { return }
        let edge = catchUp.handle.edge.load(ordering: .acquiring)
        guard catchUp.cursor < edge else { return self.askToJoin(catchUp) }
        catchUp.isReading = true
        self.phase = .catchingUp(catchUp)
        let backfill = Backfill(
            log: self.hub.log, lens: catchUp.handle.lens, streams: self.hub.streams, form: self.form,
            notBefore: catchUp.notBefore)
        let generation = self.generation
        let reference = self.reference
        let (cursor, seen, matched) = (catchUp.cursor, catchUp.seen, catchUp.matched)
        self.hub.workers.runIfActive(eventLoop: self.transport.eventLoop) {
            backfill.read(after: cursor, through: edge, seen: seen, matched: matched)
        }.whenSuccess { reference.onLoop.didRead($0, generation: generation) }
    }

    private func didRead(_ outcome: Backfill.Outcome, generation: Int) {
        guard generation == self.generation, case .catchingUp(var catchUp) = self.phase else { return }
        catchUp.isReading = false
        catchUp.cursor = outcome.cursor
        catchUp.seen = outcome.seen
        catchUp.matched = outcome.matched
        self.phase = .catchingUp(catchUp)
        if let bytes = outcome.bytes {
            self.transport.write(bytes)
            self.hub.statistics.backfillFrames.add(1)
            self.hub.statistics.backfillEvents.add(outcome.events)
        }
        if let missing = outcome.missing {
            let reason = catchUp.isSlow ? "slow" : "evicted"
            self.sendGap(
                from: missing.from, through: missing.through, count: missing.through - missing.from + 1, reason: reason)
        }
        if let failure = outcome.failure {
            self.send(.error(ReaderProblem(.log, "the log cannot be read: \(failure)")))
            return
        }
        self.pump()
    }

    private func askToJoin(_ catchUp: CatchUp) {
        self.phase = .joining(catchUp)
        let reference = self.reference
        let (id, cursor, seen, matched) = (catchUp.handle.id, catchUp.cursor, catchUp.seen, catchUp.matched)
        let ticket = self.generation
        self.hub.perform { $0.join(id, reference, ticket: ticket, after: cursor, seen: seen, matched: matched) }
    }

    /// The edge moved on too far meanwhile.
    func continueCatchUp(ticket: Int) {
        guard ticket == self.generation, case .joining(let catchUp) = self.phase else { return }
        self.phase = .catchingUp(catchUp)
        self.pump()
    }

    /// The hub let it in: `frames` bring it to `edge`, where the group is.
    func joined(
        _ id: Int, _ members: GroupMembers, ticket: Int, at edge: UInt64, with frames: [ByteBuffer], events: Int
    ) {
        guard ticket == self.generation, case .joining(let catchUp) = self.phase else {
            let loop = self.transport.eventLoop
            return self.tellHub(id) { $0.memberLeft($1, form: $2, loop: loop, wasHeld: false) }
        }
        for frame in frames { self.transport.write(frame) }
        self.hub.statistics.backfillFrames.add(frames.count)
        self.hub.statistics.backfillEvents.add(events)
        let membership = Membership(handle: catchUp.handle, members: members, cursor: edge)
        members.join(self, at: edge)
        self.phase = .live(membership)
        self.hub.statistics.readersLive.add(1)
        if !catchUp.isSlow { self.send(.live(self.hub.log.position(of: edge))) }
        if catchUp.isHeld { self.hold() }
    }

    // MARK: At the edge

    /// Takes a group's frame; false if nothing was written.
    func take(_ frame: Frame) -> Bool {
        guard case .live(var membership) = self.phase, frame.last > membership.cursor else { return false }
        guard self.transport.isWritable, !frame.isOnlyCounted else {
            self.hub.statistics.fellBehind.add(1)
            self.leave(membership, wasHeld: false, isSlow: true)
            return false
        }
        if let lead = frame.lead { self.send(lead) }
        if frame.count > 0 {
            guard let bytes = frame.bytes(for: self.form, inStep: &membership.isInStep) else {
                self.leave(membership, wasHeld: false, isSlow: false)
                return false
            }
            self.transport.write(bytes)
            if let marks = frame.marks(for: self.form) { self.transport.write(marks) }
        }
        membership.cursor = frame.last
        self.phase = .live(membership)
        return frame.count > 0
    }

    // MARK: Leaving

    /// Out of the group and on from the cursor, from the log.
    private func leave(_ membership: Membership, wasHeld: Bool, isSlow: Bool) {
        self.leaveMembers(membership, wasHeld: wasHeld)
        self.phase = .catchingUp(CatchUp(handle: membership.handle, cursor: membership.cursor, isSlow: isSlow))
        self.pump()
    }

    private func leaveMembers(_ membership: Membership, wasHeld: Bool) {
        membership.members.leave(self)
        self.hub.readers(on: self.transport.eventLoop)?.onLoop.removeIfEmpty(membership.handle.id)
        self.hub.statistics.readersLive.add(-1)
        let loop = self.transport.eventLoop
        self.tellHub(membership.handle.id) { $0.memberLeft($1, form: $2, loop: loop, wasHeld: wasHeld) }
    }

    /// Gives up the lens; returns what would open it again where it is.
    private func leaveForGood() -> OpenPlan? {
        let left: (handle: GroupHandle, plan: OpenPlan)
        switch self.phase {
        case .idle, .ended: return nil
        case .attaching(let plan):
            // The answer that is under way gives the group back.
            self.phase = .idle
            self.generation += 1
            return plan
        case .catchingUp(let catchUp), .joining(let catchUp):
            let plan = OpenPlan(lens: catchUp.handle.lens, after: catchUp.cursor, notBefore: catchUp.notBefore)
            left = (catchUp.handle, plan)
        case .live(let membership):
            left = (membership.handle, OpenPlan(lens: membership.handle.lens, after: membership.cursor))
            self.leaveMembers(membership, wasHeld: false)
        case .held(let membership):
            left = (membership.handle, OpenPlan(lens: membership.handle.lens, after: membership.cursor))
            self.leaveMembers(membership, wasHeld: true)
        }
        self.phase = .idle
        self.generation += 1
        self.hub.perform { $0.detach(left.handle.id) }
        return left.plan
    }

    private func tellHub(_ id: Int, _ body: @escaping @Sendable (isolated Hub, Int, WireForm) -> Void) {
        let form = self.form
        self.hub.perform { body($0, id, form) }
    }
}
