package import Logging
package import TailraceEvent

/// One message of the relay about itself.
package struct OwnLogRecord: Sendable {
    package var time: Timestamp
    package var level: Logger.Level
    package var message: String
    /// Sorted by name.
    package var fields: [(name: String, value: String)]
    package var file: String
    package var line: UInt

    package init(
        time: Timestamp, level: Logger.Level, message: String, metadata: Logger.Metadata, file: String, line: UInt
    ) {
        self.time = time
        self.level = level
        self.message = message
        self.fields = metadata.map { ($0.key, $0.value.description) }.sorted { $0.0 < $1.0 }
        self.file = file
        self.line = line
    }

    /// As levels are spelled everywhere else in the relay.
    var levelName: String { self.level == .warning ? "warn" : self.level.rawValue }

    /// syslog(3)
    package var priority: Int {
        switch self.level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
