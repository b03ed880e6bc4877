internal import NIOPosix
internal import TailraceEvent
internal import TailraceHub
internal import TailraceLog

extension Relay {
    /// The consumers that the log keeps.
    static func consumers(
        _ settings: ConsumerSettings, log: EventLog, _ workers: NIOThreadPool, notices: inout [String]
    ) throws(RelayError) -> Consumers {
        let limits = ConsumerLimits(maxCount: settings.maxCount, maxIdle: settings.maxIdle)
        do {
            let stored = try log.storedConsumers()
            if stored.damaged > 0 {
                notices.append(
                    "\(stored.damaged) consumers in the log cannot be read and begin anew: look at "
                        + "/api/v1/consumers for those that are left")
            }
            let consumers = Consumers(stored.consumers, log: log, workers: workers, limits: limits)
            // Whoever looks right after the start sees them as they are.
            consumers.keepHouse(at: .now())
            return consumers
        } catch { throw RelayError(error.description) }
    }
}
