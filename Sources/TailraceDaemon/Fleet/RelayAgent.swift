internal import Logging
internal import Synchronization
internal import TailraceFleet
internal import TailraceLog

/// The agent of a relay in a fleet, with the two threads that it needs: one publishes, one hears what hubs ask.
final class RelayAgent: Sendable {
    /// What is in the log when the relay stops is still published, as far as this goes.
    private static let farewell = Duration.milliseconds(1500)
    private static let joinMilliseconds = 2500

    let agent: FleetAgent
    private let desk: ResendDesk
    private let gate: ThreadGate
    private let deskGate = ThreadGate()
    private let stopping = Atomic<Bool>(false)
    private let threads = Mutex<[RelayThread]>([])

    /// Nil in another mode. Nothing is connected before `start`.
    init?(_ settings: FleetSettings, host: String, log: EventLog, logger: Logger) throws(RelayError) {
        guard settings.mode == .agent else { return nil }
        let gate = ThreadGate()
        let settings = AgentSettings(settings, host: host)
        do {
            self.agent = try FleetAgent(settings, log: log, logger: logger) { gate.open() }
        } catch { throw RelayError(error.description) }
        self.desk = ResendDesk(self.agent, settings, logger: logger)
        self.gate = gate
    }

    func start() {
        self.threads.withLock { threads in
            threads = [
                RelayThread("fleet") { self.publish() }, RelayThread("fleet-asked") { self.answer() },
            ]
        }
    }

    /// The log has new events.
    func wake() { self.gate.open() }

    func replace(_ settings: FleetSettings, host: String) {
        let settings = AgentSettings(settings, host: host)
        self.agent.replace(settings)
        self.desk.replace(settings)
    }

    /// Nothing is written to the log any more: publishes what is in it, as far as there is time.
    func stop() {
        self.stopping.store(true, ordering: .releasing)
        self.gate.open()
        self.deskGate.open()
        for thread in self.threads.withLock({ $0 }) { _ = thread.join(milliseconds: Self.joinMilliseconds) }
    }

    private func publish() {
        var deadline: ContinuousClock.Instant?
        while true {
            let ticket = self.gate.ticket
            let isStopping = self.stopping.load(ordering: .acquiring)
            if isStopping, deadline == nil { deadline = .now + Self.farewell }
            let milliseconds = self.agent.advance()
            if let deadline {
                let isOver = ContinuousClock.now >= deadline || self.agent.currentStatus.state != .connected
                if isOver || self.agent.isCaughtUp { break }
            }
            if milliseconds > 0 {
                self.gate.wait(since: ticket, milliseconds: deadline == nil ? milliseconds : min(milliseconds, 50))
            }
        }
        self.agent.close()
    }

    private func answer() {
        while !self.stopping.load(ordering: .acquiring) {
            let ticket = self.deskGate.ticket
            let milliseconds = self.desk.serve()
            if milliseconds > 0, !self.stopping.load(ordering: .acquiring) {
                self.deskGate.wait(since: ticket, milliseconds: milliseconds)
            }
        }
        self.desk.close()
    }
}
