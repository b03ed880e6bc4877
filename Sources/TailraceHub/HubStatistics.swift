package import Synchronization

/// What the hub has done since the start, for `/metrics`. Counted per batch or frame, never per event.
package final class HubStatistics: Sendable {
    /// Committed events that the hub has looked at.
    package let eventsTaken = Atomic<Int>(0)
    package let framesMade = Atomic<Int>(0)
    package let framesWritten = Atomic<Int>(0)
    package let compressions = Atomic<Int>(0)
    package let sharedResets = Atomic<Int>(0)
    package let bytesBeforeCompression = Atomic<Int>(0)
    package let bytesAfterCompression = Atomic<Int>(0)
    package let eventsMatched = Atomic<Int>(0)
    package let eventsDelivered = Atomic<Int>(0)
    package let backfillFrames = Atomic<Int>(0)
    package let backfillEvents = Atomic<Int>(0)
    package let fellBehind = Atomic<Int>(0)
    /// Gap messages, by reason.
    private let gaps = Mutex<[String: Int]>([:])
    /// From the commit of the oldest event in a frame to its being written to the readers of one event loop.
    package let delivery = LatencyHistogram()
    package let readersOpen = Atomic<Int>(0)
    package let readersLive = Atomic<Int>(0)
    package let groups = Atomic<Int>(0)
    package let matchNanoseconds = Atomic<Int>(0)
    /// Lenses of readers at the edge, in the set and over its limit.
    package let lensesTogether = Atomic<Int>(0)
    package let lensesAlone = Atomic<Int>(0)
    package let clauses = Atomic<Int>(0)
    package let scanPatterns = Atomic<Int>(0)
    package let scanBytes = Atomic<Int>(0)
    package let scanPatternsLeftOut = Atomic<Int>(0)
    package let scansCompiled = Atomic<Int>(0)
    package let scanCompileMicroseconds = Atomic<Int>(0)

    package init() {}

    package var gapsSent: [String: Int] { self.gaps.withLock { $0 } }

    func countGap(_ reason: String) { self.gaps.withLock { $0[reason, default: 0] += 1 } }
}

extension Atomic where Value == Int {
    package func add(_ count: Int) { self.add(count, ordering: .relaxed) }
    package var value: Int { self.load(ordering: .relaxed) }
}
