/// `[history]`: what one search of the past may cost.
package struct HistorySettings: Sendable, Hashable {
    /// Of searching for one answer, waiting for the reader not counted.
    package var maxTime: Duration
    /// Events read for one answer.
    package var maxSearched: Int
    /// Events in one answer.
    package var maxResults: Int
    /// Searches at one time.
    package var maxOpen: Int
    /// Of one reader.
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
