internal import Logging
internal import Synchronization
internal import TailraceCodec
internal import TailraceEvent
internal import TailraceFleet
internal import TailraceInput
internal import TailraceLog
internal import TailraceOptions

/// What makes a relay a hub: its log is a copy of the fleet's stream, and the stream its only input.
final class FleetHub: Sendable {
    static let inputName = "fleet"
    /// For what a stopped hub does not wait.
    private static let roundMilliseconds: Int32 = 200

    let settings: HubSettings
    let status = HubStatus()
    private let asker: HoleAsker
    private let log: EventLog
    /// Found while the log was opened, for the first reading.
    private let start: Mutex<HubStart?>
    /// What a log in memory does not keep.
    private let unstored = Mutex<[String: [UInt8]]>([:])
    private let changed: Mutex<(told: Bool, tell: (@Sendable () -> Void)?)>
    private let logger: Logger

    private init(_ settings: HubSettings, log: EventLog, start: HubStart?, logger: Logger) {
        self.settings = settings
        self.asker = HoleAsker(settings, status: self.status)
        self.log = log
        self.start = Mutex(start)
        self.changed = Mutex((false, nil))
        self.logger = logger
    }

    /// Opens the log with the numbers of the stream. Where no server answers, with those it has: what was read before
    /// is served, and the stream is looked for while that goes on.
    static func open(
        _ settings: HubSettings, logger: Logger, _ notices: inout [String],
        openLog: (EventLog.Numbers) throws(RelayError) -> EventLog
    ) throws(RelayError) -> (FleetHub, EventLog) {
        let log = try openLog(.given)
        do {
            let start = try Self.find(settings, log, log.checkpoints(of: Self.inputName))
            notices += start.link.differences.map { "the stream \(start.link.facts.name) \($0); it is left as it is" }
            guard let begins = start.begins else {
                return (FleetHub(settings, log: log, start: start, logger: logger), log)
            }
            notices += log.notices
            try log.close()
            let anew = try openLog(.givenAnew(begins))
            return (FleetHub(settings, log: anew, start: start, logger: logger), anew)
        } catch let error as NatsError {
            notices.append("the fleet's stream can't be read yet: \(error); the hub serves what it has")
            return (FleetHub(settings, log: log, start: nil, logger: logger), log)
        } catch {
            throw error as? RelayError ?? RelayError(String(describing: error))
        }
    }

    private static func find(
        _ settings: HubSettings, _ log: EventLog, _ checkpoints: [String: [UInt8]]
    ) throws -> HubStart {
        let oldest = Timestamp.now().nanoseconds - settings.since.components.seconds * 1_000_000_000
        return try HubStart.find(
            HubLink(settings), HubStart.Place(epoch: log.epoch, head: log.head, checkpoints: checkpoints),
            oldest: oldest)
    }

    /// Calls back once if the log has to be opened anew, which only a new start of the relay does.
    func whenStreamChanges(_ tell: @escaping @Sendable () -> Void) {
        let isLate = self.changed.withLock { state in
            state.tell = tell
            return state.told
        }
        if isLate { tell() }
    }

    private func streamChanged() {
        let tell = self.changed.withLock { state in
            defer { state.told = true }
            return state.told ? nil : state.tell
        }
        tell?()
    }

    func runner(host: String, queue: IntakeQueue) -> InputRunner {
        let block = InputBlock(
            name: Self.inputName, kind: FleetInput.kind, table: OptionTable(), place: OptionTable().place)
        return InputRunner(
            block, kind: FleetInput.self, status: InputStatus(), host: host, log: self.log, queue: queue,
            logger: self.logger, making: { FleetInput(hub: self, context: $0) })
    }

    /// Reads the stream from where the log ends until the relay stops.
    func read(_ context: InputContext, into sink: any EventSink) throws {
        let first = self.start.withLock { start in
            defer { start = nil }
            return start
        }
        let checkpoints = context.checkpoints.merging(self.unstored.withLock { $0 }) { $1 }
        let start = try first ?? Self.find(self.settings, self.log, checkpoints)
        if let begins = start.begins, begins.epoch != self.log.epoch || begins.after != self.log.head {
            return self.waitForNewStart(context)
        }
        var feed = HubFeed(
            self.settings, start, checkpoints: checkpoints, status: self.status, asker: self.asker)
        let asking = RelayThread("fleet asks") { self.ask(until: context.stop) }
        context.status.update {
            $0.state = .reading
            $0.reason = nil
            $0.positions = ["stream": start.link.facts.name, "server": start.link.jetStream.connection.server]
        }
        let entrance = FleetEntrance(context: context, sink: sink) { checkpoints in
            guard !self.log.isPersistent else { return }
            self.unstored.withLock { $0.merge(checkpoints) { $1 } }
        }
        do { try feed.run(into: entrance) } catch is HubFeed.StreamChanged {
            self.waitForNewStart(context)
        }
        if context.stop.isStopped { _ = asking.join(milliseconds: Int(Self.roundMilliseconds) * 2) }
    }

    private func waitForNewStart(_ context: InputContext) {
        self.logger.notice("The fleet's stream is another one now: the hub begins anew")
        self.streamChanged()
        while !context.stop.wait(milliseconds: 60_000) {}
    }

    private func ask(until stop: StopSignal) {
        var isFailing = false
        while !stop.wait(milliseconds: Self.roundMilliseconds), self.status.snapshot.isConnected {
            do {
                try self.asker.step()
                isFailing = false
            } catch {
                if !isFailing {
                    self.logger.warning("Hosts can't be asked for what is missing", metadata: ["reason": "\(error)"])
                }
                isFailing = true
            }
        }
    }
}

/// The stream as the input that it is for the rest of the relay.
struct FleetInput: Input {
    static let kind = "fleet"
    static let options: [OptionSpec] = []
    static let codecOptions: [OptionSpec] = []

    private let hub: FleetHub?
    private let context: InputContext

    init(options: OptionTable, context: InputContext) throws(OptionProblem) {
        throw options.problem("type", "the fleet is no input of its own", hint: "set [fleet] mode = \"hub\"")
    }

    init(hub: FleetHub, context: InputContext) {
        self.hub = hub
        self.context = context
    }

    func run(into sink: any EventSink) throws { try self.hub?.read(self.context, into: sink) }
}

/// The relay's queue as a feed sees it.
private struct FleetEntrance: HubFeed.Sink {
    let context: InputContext
    let sink: any EventSink
    let submitted: ([String: [UInt8]]) -> Void

    var isStopped: Bool { self.context.stop.isStopped }

    func submit(_ batch: EventBatch, _ checkpoints: [String: [UInt8]]) throws {
        let (events, bytes) = (batch.count, batch.bytes.count)
        let name = self.context.name
        try self.sink.submit(
            batch, checkpoints: checkpoints.map { Checkpoint(input: name, key: $0.key, value: $0.value) })
        self.submitted(checkpoints)
        var counts = LineCounts()
        counts.lines = events
        self.context.status.counted(events: events, bytes: bytes, counts, at: .now())
        self.context.status.update { $0.state = .reading }
    }
}
