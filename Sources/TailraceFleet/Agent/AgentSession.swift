internal import Logging
internal import TailraceEvent

/// An agent's connection while it lasts, on which it only publishes.
struct AgentSession: Sendable {
    let connection: NatsConnection
    let publisher: JetStreamPublisher
    /// Of a chunk all blocks are published, so there can be more under way than the window says.
    private static let windowSlack = FleetLimits.maxEvents
    /// What headers may take of a message.
    private static let headerBytes = 2048

    init(
        _ settings: AgentSettings, onEnd: @escaping @Sendable () -> Void, logger: Logger
    ) throws(NatsError) {
        self.connection = try NatsConnection(settings.link, onEnd: onEnd)
        self.publisher = try JetStreamPublisher(
            self.connection, stream: settings.plan.name, window: settings.window + Self.windowSlack,
            ackTimeout: settings.ackTimeout, onReport: onEnd)
        try self.findStream(settings, logger)
        // That it may not be looked at is told already.
        _ = self.connection.takeRefusal()
    }

    var maxPayload: Int { self.connection.maxPayload - Self.headerBytes }

    /// Makes the stream where there is none and it is allowed; tells what is not as configured. Where asking is not
    /// allowed the acknowledgements will tell.
    func findStream(_ settings: AgentSettings, _ logger: Logger) throws(NatsError) {
        let stream = try JetStream(self.connection)
        do throws(NatsError) {
            if let facts = try stream.stream(settings.plan.name) {
                let differences = facts.differences(from: settings.plan)
                guard !differences.isEmpty else { return }
                logger.warning(
                    "The stream is not as configured, and stays as it is",
                    metadata: ["stream": "\(facts.name)", "differences": "\(differences.joined(separator: "; "))"])
            } else {
                _ = try stream.makeStream(settings.plan)
                logger.notice("The stream of the fleet was made", metadata: ["stream": "\(settings.plan.name)"])
            }
        } catch {
            switch error.kind {
            case .timeout, .notPermitted, .exists:
                logger.warning(
                    "The stream can't be looked at; what is published may be refused",
                    metadata: ["stream": "\(settings.plan.name)", "reason": "\(error)"])
            default: throw error
            }
        }
    }
}
