package import Logging
internal import Synchronization
internal import TailraceEvent
package import TailraceLog

/// Publishes the host's log to the fleet's stream: each event once, in the order of its numbers, however often the way
/// there breaks.
///
/// The log is the queue. Of it only a window is under way; a place that is stored in the log moves over what the stream
/// has acknowledged. One thread calls `advance`, which may block as long as a call to the server may.
package final class FleetAgent: Sendable {
    struct State: ~Copyable {
        var settings: AgentSettings
        var place: AgentPlace
        var reader: ChunkReader
        var window: FlightWindow
        /// The last number that was handed over.
        var cursor: UInt64
        var pace: CatchUpPace
        var backoff = Backoff()
        var session: AgentSession?
        var compressor: BlockCompressor
        /// No attempt, and nothing again of what failed, before this.
        var notBefore: ContinuousClock.Instant?
        var kept = ContinuousClock.now
        var heard = ContinuousClock.now
        /// When the oldest event that is not in the stream was read, and which one that is.
        var waiting: (number: UInt64, received: Int64)?
    }

    /// Messages handed over before acknowledgements are looked at again.
    private static let maxMessagesPerStep = 64
    private static let keepMilliseconds = 1000
    /// With nothing under way the server is asked whether it is there in this rhythm.
    private static let heartbeat = Duration.seconds(10)
    private static let idleMilliseconds = 1000

    let log: EventLog
    let logger: Logger
    let status: Mutex<AgentStatus>
    let resends = ResendQueue()
    private let state: Mutex<State>
    private let replacement = Mutex<AgentSettings?>(nil)
    private let wake: @Sendable () -> Void

    func wakeUp() { self.wake() }

    /// - Parameter wake: called from any thread when `advance` has something to do.
    package init(
        _ settings: AgentSettings, log: EventLog, logger: Logger, wake: @escaping @Sendable () -> Void
    ) throws(LogError) {
        guard let compressor = BlockCompressor() else {
            throw LogError(.unusable, "the compressor could not be made: out of memory", hint: "free some memory")
        }
        let place = try AgentPlace(settings, log: log)
        if let notice = place.notice { logger.warning("\(notice)") }
        self.log = log
        self.logger = logger
        self.wake = wake
        self.status = Mutex(AgentStatus(settings))
        self.state = Mutex(
            State(
                settings: settings, place: place,
                reader: ChunkReader(
                    log: log, host: settings.host, subjects: settings.subjects, origin: place.origin),
                window: FlightWindow(through: place.through), cursor: place.through,
                pace: CatchUpPace(rate: settings.catchUpRate), compressor: compressor))
    }

    package var currentStatus: AgentStatus {
        var status = self.status.withLock { $0 }
        let head = self.log.head
        status.lagEvents = head - min(head, status.through)
        return status
    }

    /// Other servers, secrets or limits from now on: what is under way is published again over the new connection.
    package func replace(_ settings: AgentSettings) {
        self.replacement.withLock { $0 = settings }
        self.wake()
    }

    /// Does what there is to do, and returns how many milliseconds may pass until the next call if nobody wakes.
    package func advance() -> Int {
        self.state.withLock { state in
            if let settings = self.replacement.withLock({ $0.take() }) { self.apply(settings, &state) }
            let milliseconds = self.step(&state)
            self.tell(&state)
            return milliseconds
        }
    }

    /// All that the log has is in the stream.
    package var isCaughtUp: Bool { self.state.withLock { $0.place.through >= self.log.head && $0.window.isEmpty } }

    /// Stores the place and ends the connection.
    package func close() {
        self.state.withLock { state in
            self.keepPlace(&state)
            state.session?.connection.close()
            state.session = nil
        }
    }

    private func apply(_ settings: AgentSettings, _ state: inout State) {
        let isSameLink = settings.link == state.settings.link && settings.window == state.settings.window
        state.settings = settings
        state.pace.rate = settings.catchUpRate
        self.status.withLock { $0.window = settings.window }
        guard !isSameLink else { return }
        self.logger.notice("The connection to the fleet is made anew with other settings")
        self.end(&state)
        state.notBefore = nil
        state.backoff.succeeded()
    }

    // MARK: One step

    private func step(_ state: inout State) -> Int {
        let now = ContinuousClock.now
        if let notBefore = state.notBefore, now < notBefore {
            if state.session != nil { self.takeReports(&state) }
            return min(Self.idleMilliseconds, max(1, Int(now.duration(to: notBefore) / .milliseconds(1)) + 1))
        }
        state.notBefore = nil
        do throws(NatsError) {
            let session = try self.session(&state)
            self.takeReports(&state)
            try self.checkAlive(session, state, at: now)
            self.keepPlaceInRhythm(&state, at: now)
            if state.notBefore != nil { return 0 }
            try self.retry(session, &state)
            return try self.publish(session, &state)
        } catch {
            self.lost(error, &state)
            return 0
        }
    }

    private func session(_ state: inout State) throws(NatsError) -> AgentSession {
        if let session = state.session {
            if let lost = session.connection.lost { throw lost }
            guard session.connection.isOpen else { throw NatsError(.disconnected, "the connection was lost") }
            return session
        }
        do throws(NatsError) {
            let session = try AgentSession(state.settings, onEnd: self.wake, logger: self.logger)
            state.session = session
            state.heard = .now
            self.connected(session)
            return session
        } catch {
            self.status.withLock { $0.attemptsFailed += 1 }
            throw error
        }
    }

    /// The library's own word for a lost connection may never come: silence counts, too.
    private func checkAlive(
        _ session: AgentSession, _ state: borrowing State, at now: ContinuousClock.Instant
    ) throws(NatsError) {
        if let oldest = state.window.oldestPublished {
            guard oldest.duration(to: now) < state.settings.ackTimeout * 3 else {
                throw NatsError(.timeout, "nothing was acknowledged, and nothing refused, for a long time")
            }
        } else if state.heard.duration(to: now) >= Self.heartbeat {
            try session.connection.roundTrip()
        }
    }

    private func takeReports(_ state: inout State) {
        guard let reports = state.session?.publisher.takeReports(), !reports.isEmpty else { return }
        state.heard = .now
        for report in reports {
            switch report.outcome {
            case .success(let ack):
                guard state.window.acknowledge(report.id) else { continue }
                state.backoff.succeeded()
                self.status.withLock { status in
                    status.acknowledged += 1
                    if ack.isDuplicate { status.duplicates += 1 }
                }
            case .failure(let error): self.failed(report.id, error, &state)
            }
        }
        if state.window.acknowledgedThrough > state.place.through {
            state.place.through = state.window.acknowledgedThrough
        }
    }

    private func failed(_ id: String, _ error: NatsError, _ state: inout State) {
        state.window.fail(id)
        self.status.withLock { $0.failures += 1 }
        guard state.notBefore == nil else { return }
        // A late acknowledgement is no reason to wait; a stream that refuses is asked again later. A subject that is
        // not permitted is never acknowledged, and told apart from that.
        let refusal = state.session?.connection.takeRefusal()
        guard error.kind != .timeout || refusal?.kind == .notPermitted else { return }
        let pause = state.backoff.next()
        state.notBefore = .now + .milliseconds(pause)
        self.change(to: .disconnected, "\(refusal ?? error)")
        self.logger.warning(
            "The stream does not take events; they stay in the log",
            metadata: ["reason": "\(refusal ?? error)", "again_in_ms": "\(pause)"])
        if let session = state.session { try? session.findStream(state.settings, self.logger) }
    }

    /// What failed goes first, so that the order is kept as far as it can be.
    private func retry(_ session: AgentSession, _ state: inout State) throws(NatsError) {
        while let entry = state.window.retry(at: .now) {
            self.status.withLock { $0.republished += 1 }
            try self.hand(entry, session, &state)
        }
    }

    private func publish(_ session: AgentSession, _ state: inout State) throws(NatsError) -> Int {
        var handed = 0
        while handed < Self.maxMessagesPerStep, self.hasRoom(state) {
            var (isDone, count) = (true, 0)
            count = try self.resendNext(session, &state)
            if count > 0 { isDone = false }
            handed += count
            let behind = self.log.head - min(self.log.head, state.cursor)
            guard behind == 0 || state.pace.allowance(head: self.log.head, behind: behind, at: .now) > 0 else {
                return isDone ? min(Self.idleMilliseconds, state.pace.millisecondsUntilCredit) : 0
            }
            count = behind == 0 ? 0 : try self.publishNext(session, &state)
            if count > 0 { isDone = false }
            handed += count
            // Whoever appends wakes.
            if isDone { return Self.idleMilliseconds }
        }
        // With a full window an acknowledgement wakes.
        return self.hasRoom(state) ? 0 : Self.idleMilliseconds
    }

    private func hasRoom(_ state: borrowing State) -> Bool {
        state.window.count < state.settings.window && state.window.bytes < AgentSettings.maxWindowBytes
    }

    private func publishNext(_ session: AgentSession, _ state: inout State) throws(NatsError) -> Int {
        guard let chunk = try self.read({ () throws(LogError) in try state.reader.chunk(after: state.cursor) }) else {
            return 0
        }
        state.cursor = chunk.through
        state.pace.spend(chunk.events)
        return try self.hand(chunk, movesPlace: true, session, &state)
    }

    private func resendNext(_ session: AgentSession, _ state: inout State) throws(NatsError) -> Int {
        guard let request = self.resends.first else { return 0 }
        let (low, high) = (request.numbers.lowerBound, request.numbers.upperBound)
        guard let known = state.reader.numbers(of: request.epoch), known.overlaps(request.numbers) else {
            let gap = state.reader.gap(epoch: request.epoch, request.numbers, reason: "unknown-epoch")
            self.resends.done(request, through: high)
            return try self.hand(gap, movesPlace: false, session, &state)
        }
        if low < known.lowerBound || low > known.upperBound {
            let end = low < known.lowerBound ? known.lowerBound - 1 : high
            let reason = low < known.lowerBound ? "unknown-epoch" : "power-loss"
            self.resends.done(request, through: end)
            let gap = state.reader.gap(epoch: request.epoch, low...end, reason: reason)
            return try self.hand(gap, movesPlace: false, session, &state)
        }
        let end = min(high, known.upperBound)
        let chunk = try self.read { () throws(LogError) in
            try state.reader.chunk(after: low - 1, through: end, isResend: true)
        }
        guard let chunk else {
            self.resends.done(request, through: high)
            return 0
        }
        // What lies behind the epoch's end is looked at in the next turn.
        self.resends.done(request, through: chunk.through)
        state.pace.spend(chunk.events)
        self.status.withLock { $0.resentEvents += UInt64(chunk.events) }
        return try self.hand(chunk, movesPlace: false, session, &state)
    }

    private func read(_ body: () throws(LogError) -> ChunkReader.Chunk?) throws(NatsError) -> ChunkReader.Chunk? {
        do throws(LogError) { return try body() } catch {
            throw NatsError(.other, "the log can't be read: \(error)")
        }
    }

    // MARK: The place

    private func keepPlaceInRhythm(_ state: inout State, at now: ContinuousClock.Instant) {
        guard state.kept.duration(to: now) >= .milliseconds(Self.keepMilliseconds) else { return }
        state.kept = now
        self.keepPlace(&state)
    }

    private func keepPlace(_ state: inout State) {
        do throws(LogError) { try state.place.keep(in: self.log) } catch {
            self.logger.error("How far the log is published can't be stored", metadata: ["reason": "\(error)"])
        }
    }

    // MARK: State changes

    private func end(_ state: inout State) {
        self.takeReports(&state)
        state.session?.connection.close()
        state.session = nil
        state.window.failAll()
    }

    private func lost(_ error: NatsError, _ state: inout State) {
        let wasConnected = state.session != nil
        self.end(&state)
        let pause = state.backoff.next()
        state.notBefore = .now + .milliseconds(pause)
        let isNew = self.change(to: error.kind == .authentication ? .refused : .disconnected, "\(error)")
        guard isNew || wasConnected else { return }
        let metadata: Logger.Metadata = ["reason": "\(error)", "again_in_ms": "\(pause)"]
        if error.kind == .authentication {
            self.logger.error(
                "The fleet's server does not let this host in; events stay in the log", metadata: metadata)
        } else {
            self.logger.warning("There is no connection to the fleet; events stay in the log", metadata: metadata)
        }
    }

    private func connected(_ session: AgentSession) {
        let server = session.connection.server
        self.status.withLock { status in
            status.connects += 1
            status.server = server
        }
        self.change(to: .connected, nil)
        self.logger.notice("Connected to the fleet", metadata: ["server": "\(server)"])
    }

    @discardableResult
    private func change(to new: AgentStatus.State, _ reason: String?) -> Bool {
        self.status.withLock { status in
            let isNew = status.state != new
            if isNew { status.since = .now() }
            status.state = new
            status.reason = reason
            return isNew
        }
    }

    /// What the step came to, for whoever asks.
    private func tell(_ state: inout State) {
        let (head, through) = (self.log.head, state.place.through)
        if head > through, state.waiting?.number != through + 1 {
            let read = try? self.log.read(after: through, through: through + 1, maxEvents: 1)
            if case .slices(let slices)? = read, let slice = slices.first {
                state.waiting = (through + 1, slice.block.batch.records[slice.range.lowerBound].received)
            }
        }
        let waiting = head > through ? state.waiting : nil
        let isTaken = state.session != nil && state.notBefore == nil
        let underWay = state.window.count
        self.status.withLock { status in
            // The stream takes events again.
            if isTaken, status.state == .disconnected { status.state = .connected }
            if status.state == .connected { status.reason = nil }
            status.through = through
            status.lagSeconds = waiting.map { Double(max(0, Timestamp.now().nanoseconds - $0.received)) / 1e9 } ?? 0
            status.underWay = underWay
        }
    }
}
