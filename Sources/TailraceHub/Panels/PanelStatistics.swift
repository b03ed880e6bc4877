package import Synchronization

/// What the panels have done since the start.
package final class PanelStatistics: Sendable {
    /// Messages made: one per panel and tick, however many look at it.
    package let computed = Atomic<Int>(0)
    package let written = Atomic<Int>(0)
    /// Messages that a viewer did not get since it was not writable; it gets a later one.
    package let skipped = Atomic<Int>(0)
    /// Events read for all panels together.
    package let events = Atomic<Int>(0)
    /// Time on workers.
    package let nanoseconds = Atomic<Int>(0)
    /// Readers that look at any panel.
    package let viewers = Atomic<Int>(0)
    /// Different panels that viewers asked for, those that were left a moment ago included.
    package let watched = Atomic<Int>(0)
    /// Requests to watch that were refused.
    package let refused = Atomic<Int>(0)
}
