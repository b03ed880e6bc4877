internal import Logging
internal import TailraceInput
internal import TailraceLog

/// Syncs the log to disk in groups: one `fdatasync` per interval for all commits in it, on a thread that may wait for
/// the disk.
final class LogSync: Sendable {
    private let stopSignal = StopSignal()
    private let thread: RelayThread

    private init(_ log: EventLog, milliseconds: Int32, logger: Logger) {
        let stop = self.stopSignal
        self.thread = RelayThread("sync") {
            var isFailing = false
            while !stop.wait(milliseconds: milliseconds) {
                do {
                    try log.sync()
                    isFailing = false
                } catch {
                    if !isFailing { logger.error("The log can't be synced", metadata: ["reason": "\(error)"]) }
                    isFailing = true
                }
            }
        }
    }

    /// Nil where commits sync themselves or nothing does.
    static func start(_ log: EventLog, _ sync: LogSettings.Sync, logger: Logger) -> LogSync? {
        guard log.isPersistent, case .group(let interval) = sync else { return nil }
        let parts = interval.components
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
        return LogSync(log, milliseconds: Int32(clamping: max(1, milliseconds)), logger: logger)
    }

    func stop() {
        self.stopSignal.stop()
        _ = self.thread.join(milliseconds: 5000)
    }
}
