internal import NIOCore
internal import Synchronization

/// How often news are worth telling at the moment: no reader gets frames more often than this, so that collecting
/// events, and committing them, for as long costs nobody time and saves the work of small batches.
package final class Rhythm: Sendable {
    /// Without readers: what is committed a little later is only read later from the log.
    package static let idle = Duration.milliseconds(20)
    /// Whatever the readers: a source is read and committed at least this often.
    package static let longest = Duration.milliseconds(25)

    private let interval = Atomic<Int64>(Rhythm.nanoseconds(Rhythm.idle))

    package init() {}

    package var current: Duration { .nanoseconds(self.interval.load(ordering: .relaxed)) }

    /// A reader with frames this far apart has come.
    func quicken(to delay: TimeAmount) {
        if delay.nanoseconds + delay.nanoseconds / 8 < self.interval.load(ordering: .relaxed) { self.set([delay]) }
    }

    /// The distances of all groups' frames.
    func set(_ delays: some Sequence<TimeAmount>) {
        // A little more than the frames' own distance: each commit then finds the next frame due.
        let wanted = delays.map(\.nanoseconds).min().map { $0 + $0 / 8 } ?? Self.nanoseconds(Self.idle)
        self.interval.store(min(wanted, Self.nanoseconds(Self.longest)), ordering: .relaxed)
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 { TimeAmount(duration).nanoseconds }
}

/// How far apart frames are: writing one to a member costs about 8 µs, and a group's writes shall take at most a
/// thirty-second part of a core.
enum Pace {
    private static let nanosecondsPerMember: Int64 = 8_000 * 32
    /// Events that come within this time of each other share a frame even for a single reader.
    private static let floor = TimeAmount.milliseconds(1)

    static func delay(members: Int, limit: Duration) -> TimeAmount {
        let cost = TimeAmount.nanoseconds(Int64(members) * Self.nanosecondsPerMember)
        return min(max(cost, Self.floor), TimeAmount(limit))
    }
}
