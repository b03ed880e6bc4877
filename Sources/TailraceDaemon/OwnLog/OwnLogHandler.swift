internal import Logging
internal import TailraceEvent

/// Hands what is logged to the output, with the metadata of the logger and of the call together.
struct OwnLogHandler: LogHandler {
    let output: OwnLogOutput
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = event.metadata.map { self.metadata.merging($0) { _, new in new } } ?? self.metadata
        self.output.write(
            OwnLogRecord(
                time: .now(), level: event.level, message: event.message.description, metadata: metadata,
                file: event.file, line: event.line))
    }
}
