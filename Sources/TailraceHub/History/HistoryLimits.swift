package import Synchronization

/// How much one question to the past may cost, and how many may be open.
package struct HistoryLimits: Sendable, Hashable {
    /// Time spent searching for one answer, waiting for the reader not counted; the rest is asked for with `next`.
    package var maxTime: Duration
    /// Events read for one answer.
    package var maxSearched: Int
    /// Largest `limit`.
    package var maxResults: Int
    /// Questions open at one time; more are refused with 503.
    package var maxOpen: Int
    /// Of one reader; more are refused with 429.
    package var maxOpenEach: Int

    package init(
        maxTime: Duration = .seconds(10), maxSearched: Int = 50_000_000, maxResults: Int = 100_000, maxOpen: Int = 32,
        maxOpenEach: Int = 16
    ) {
        self.maxTime = maxTime
        self.maxSearched = maxSearched
        self.maxResults = maxResults
        self.maxOpen = maxOpen
        self.maxOpenEach = maxOpenEach
    }
}

/// What history has done since the start, for `/metrics`; counted per question or step.
package final class HistoryStatistics: Sendable {
    package let open = Atomic<Int>(0)
    package let asked = Atomic<Int>(0)
    /// At `maxOpen`.
    package let refused = Atomic<Int>(0)
    /// Ended by `maxTime` or `maxSearched`.
    package let cut = Atomic<Int>(0)
    /// The client left before the end.
    package let cancelled = Atomic<Int>(0)
    package let eventsSearched = Atomic<Int>(0)
    package let eventsPassedBy = Atomic<Int>(0)
    package let eventsMatched = Atomic<Int>(0)
    package let steps = Atomic<Int>(0)

    package init() {}
}
