package import Synchronization

/// What has been done with consumers since the start, for `/metrics`.
package final class ConsumerStatistics: Sendable {
    package let created = Atomic<Int>(0)
    /// New ones that found no room.
    package let refused = Atomic<Int>(0)
    package let commits = Atomic<Int>(0)
    /// Commits that moved a consumer back.
    package let rewinds = Atomic<Int>(0)
    package let commitsRefused = Atomic<Int>(0)
    package let deleted = Atomic<Int>(0)
    package let expired = Atomic<Int>(0)

    package init() {}
}
