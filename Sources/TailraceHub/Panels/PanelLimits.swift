internal import NIOCore

/// What bounds panels in memory and on the wire.
package enum PanelLimits {
    /// Panels of the configuration.
    package static let maxPanels = 32
    /// Panels that one connection watches.
    package static let maxWatchedPerViewer = 24
    /// Different panels that all viewers together watch, and what they may take in memory at worst.
    static let maxWatched = 256
    static let maxWatchedBytes = 512 << 20
    /// Requests of a connection that wait for their answer.
    static let maxWaitingWatches = 8
    /// A panel that nobody watches any more is kept so long: a page that is loaded again finds it. Nanoseconds.
    package static let linger: Int64 = 60_000_000_000
    /// A script that asks for the tiles waits so long for those that nobody has looked at before.
    static let patience = TimeAmount.seconds(2)
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
    package static let maxPoints = 300
    /// Buckets of the other kinds, which only carry the window along.
    static let maxBuckets = 60
    /// Names that a bucket counts exactly.
    static let keysPerPoint = 64
    static let keysPerBucket = 500
    /// The same where each has a sketch of up to 8 KiB.
    static let sketchesPerPoint = 16
    static let sketchesPerBucket = 48
    /// What a name takes in a bucket, and what a sketch adds to it, in bytes, at worst.
    static let bytesPerKey = 192
    static let bytesPerSketch = 8 << 10
    /// Events of the log that are read for a window when it begins.
    static let maxRecomputed: UInt64 = 10_000_000
    /// A step ends after so many events, so that a worker is free for readers now and then.
    static let eventsPerStep = 20_000
    /// An event of a `log` panel is cut beyond this, and its message to the second number.
    static let maxEventBytes = 8 << 10
    static let cutMessageBytes = 1 << 10
    /// Times further ahead of the clock than this are a clock's error.
    static let clockSlack: Int64 = 10_000_000_000
}
