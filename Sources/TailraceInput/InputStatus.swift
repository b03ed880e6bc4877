package import TailraceCodec
package import TailraceEvent
import Synchronization

/// How an input stands, for `/api/v1/inputs`, `/metrics` and the page. Written per batch, never per event.
package final class InputStatus: Sendable {
    package enum State: String, Sendable { case starting, reading, waiting, degraded, failed, stopped }

    package struct Snapshot: Sendable {
        package var state: State = .starting
        /// Why it is in this state, for people; nil when all is well.
        package var reason: String?
        package var lastError: String?
        package var lastErrorAt: Timestamp?
        package var events: UInt64 = 0
        package var bytes: UInt64 = 0
        /// Bytes known to be in the source and not read yet; nil where the source does not tell.
        package var lagBytes: UInt64?
        /// Events the source itself lost, as named in gap events.
        package var lost: UInt64 = 0
        /// Lines cut at the limit.
        package var truncated: UInt64 = 0
        /// Events of several lines that met a limit of `multiline` before their lines ended.
        package var cutGroups: UInt64 = 0
        package var lastEventAt: Timestamp?
        /// Where it reads: files with offsets, a cursor, a socket path.
        package var positions: [String: String] = [:]
    }

    private let state = Mutex(Snapshot())

    package init() {}

    package var snapshot: Snapshot { self.state.withLock { $0 } }

    package func update(_ change: (inout Snapshot) -> Void) {
        self.state.withLock { change(&$0) }
    }

    package func counted(events: Int, bytes: Int, at time: Timestamp) {
        self.state.withLock {
            $0.events += UInt64(events)
            $0.bytes += UInt64(bytes)
            if events > 0 { $0.lastEventAt = time }
        }
    }

    /// Adds what happened to lines.
    package func counted(_ counts: LineCounts) {
        guard !counts.isZero else { return }
        self.state.withLock {
            $0.truncated += UInt64(counts.truncated)
            $0.cutGroups += UInt64(counts.cut)
        }
    }

    package func failed(_ message: String) {
        self.state.withLock {
            $0.lastError = message
            $0.lastErrorAt = .now()
        }
    }
}
