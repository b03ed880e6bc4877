/// What bounds panels in memory and on the wire.
package enum PanelLimits {
    /// Each has a bit in what a viewer missed, and a state in memory.
    package static let maxPanels = 32
    package static let maxTitleLength = 100
    /// More lines than this can't be told apart; the rest are one line, "other".
    package static let series: ClosedRange<Int> = 1...12
    package static let entries: ClosedRange<Int> = 1...100
    package static let events: ClosedRange<Int> = 1...100
    package static let window: ClosedRange<Duration> = .seconds(10)...(.seconds(86_400))
    package static let every: ClosedRange<Duration> = .seconds(1)...(.seconds(3600))
    /// Fields that `by` tries one after the other.
    package static let maxByFields = 4

    /// Points of a time series: as many as a tile has room for.
    static let maxPoints = 300
    /// Buckets of the other kinds, which only carry the window along.
    static let maxBuckets = 60
    /// Names that a bucket counts exactly.
    static let keysPerPoint = 64
    static let keysPerBucket = 500
    /// The same where each has a sketch of up to 8 KiB.
    static let sketchesPerPoint = 16
    static let sketchesPerBucket = 48
    /// Events of the log that are read again at the start for the longest window.
    static let maxRecomputed: UInt64 = 2_000_000
    /// A step ends after so many events, so that a worker is free for readers now and then.
    static let eventsPerStep = 20_000
    /// An event of a `log` panel is cut beyond this, and its message to the second number.
    static let maxEventBytes = 8 << 10
    static let cutMessageBytes = 1 << 10
    /// Times further ahead of the clock than this are a clock's error.
    static let clockSlack: Int64 = 10_000_000_000
}
