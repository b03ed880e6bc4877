internal import Logging
internal import TailraceFleet
internal import TailraceLog

extension Relay {
    /// The log and, on a hub, what feeds it.
    static func openLog(
        of configuration: Configuration, logger: Logger, _ notices: inout [String]
    ) throws(RelayError) -> (FleetHub?, EventLog) {
        guard let settings = configuration.hubSettings else { return (nil, try Self.openLog(configuration.log)) }
        return try FleetHub.open(settings, logger: logger, &notices) { (numbers) throws(RelayError) in
            try Self.openLog(configuration.log, numbers: numbers)
        }
    }

    static func openLog(
        _ settings: LogSettings, numbers: EventLog.Numbers = .own
    ) throws(RelayError) -> EventLog {
        let sync: EventLog.Settings.Sync =
            switch settings.sync {
            case .group(let interval): .group(interval)
            case .always: .always
            case .never: .never
            }
        let path: String? = if case .folder(let path) = settings.storage { path } else { nil }
        do {
            return try EventLog(
                settings: .init(
                    path: path, maxBytes: settings.maxSize, maxAge: settings.maxAge, sync: sync,
                    memoryBytes: Int(settings.memory), numbers: numbers))
        } catch { throw RelayError(error.description) }
    }

    /// Calls back once if what the relay serves has become something else, which only a new start takes up.
    package func whenStreamChanges(_ tell: @escaping @Sendable () -> Void) { self.hubOfFleet?.whenStreamChanges(tell) }

    /// What is in force.
    package var configuration: Configuration { self.parts.value.configuration }
}
