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
        /// What became of all lines.
        package var lines = LineTotals()
        /// Compressed files of which a limit left a part unread.
        package var inflateLimits: UInt64 = 0
        package var lastEventAt: Timestamp?
        /// Since when the source has had more than was read, or the log has not taken what was; nil while it does not.
        package var behindSince: ContinuousClock.Instant?
        package var blockedSince: ContinuousClock.Instant?
        /// Where it reads: files with offsets, a cursor, a socket path.
        package var positions: [String: String] = [:]
    }

    private let state = Mutex(Snapshot())

    package init() {}

    package var snapshot: Snapshot { self.state.withLock { $0 } }

    package func update(_ change: (inout Snapshot) -> Void) {
        self.state.withLock { change(&$0) }
    }

    /// Adds what was handed over, and what became of the lines that led to it: both at one moment, so that whoever
    /// looks finds that they add up.
    package func counted(events: Int, bytes: Int, _ counts: LineCounts, at time: Timestamp) {
        self.state.withLock {
            $0.events += UInt64(events)
            $0.bytes += UInt64(bytes)
            if events > 0 { $0.lastEventAt = time }
            $0.truncated += UInt64(counts.truncated)
            $0.cutGroups += UInt64(counts.cut)
            $0.lines.add(counts)
        }
    }

    /// An input begins anew: events that waited for further lines are gone, and read again where the source can be.
    package func begins() {
        self.state.withLock { $0.lines.abandon() }
    }

    package func failed(_ message: String) {
        self.state.withLock {
            $0.lastError = message
            $0.lastErrorAt = .now()
        }
    }
}

/// What became of all lines of an input since the start: `lines + told = events + joined + waiting + dropped`.
package struct LineTotals: Sendable, Equatable {
    package private(set) var lines: UInt64 = 0
    package private(set) var told: UInt64 = 0
    package private(set) var joined: UInt64 = 0
    package private(set) var waiting: UInt64 = 0
    package private(set) var dropped: [LineLoss: UInt64] = [:]

    mutating func add(_ counts: LineCounts) {
        self.lines += UInt64(counts.lines)
        self.told += UInt64(counts.told)
        self.joined += UInt64(counts.joined)
        self.waiting = UInt64(max(0, Int64(self.waiting) + Int64(counts.waiting)))
        for (reason, count) in counts.dropped { self.dropped[reason, default: 0] += UInt64(count) }
    }

    mutating func abandon() {
        if self.waiting > 0 { self.dropped[.restart, default: 0] += self.waiting }
        self.waiting = 0
    }

    /// What must be the same.
    package func adds(upTo events: UInt64) -> Bool {
        self.lines + self.told == events + self.joined + self.waiting + self.dropped.values.reduce(0, +)
    }
}

extension InputStatus.Snapshot {
    /// For how long it has been behind its source.
    package func lagSeconds(at now: ContinuousClock.Instant = .now) -> Double {
        let since = [self.behindSince, self.blockedSince].compactMap(\.self).min()
        return since.map { max(0, ($0.duration(to: now)) / .seconds(1)) } ?? 0
    }
}
