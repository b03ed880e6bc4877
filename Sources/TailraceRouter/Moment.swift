internal import Glibc
package import TailraceEvent

/// When something happens, by both clocks: limits count by the one that nobody sets, events carry the other's time.
package struct Moment: Sendable {
    /// Nanoseconds, never going back.
    package var monotonic: Int64
    package var wall: Timestamp

    package init(monotonic: Int64, wall: Timestamp) {
        self.monotonic = monotonic
        self.wall = wall
    }

    package static func now() -> Moment {
        var clock = timespec()
        clock_gettime(CLOCK_MONOTONIC, &clock)
        return Moment(
            monotonic: Int64(clock.tv_sec) * 1_000_000_000 + Int64(clock.tv_nsec), wall: .now())
    }
}
