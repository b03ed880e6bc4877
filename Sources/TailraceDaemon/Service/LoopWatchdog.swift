internal import NIOCore
internal import Synchronization

/// Feeds the watchdog from the event loops themselves: one ping for each round in which every loop has run a task.
///
/// A thread of its own would go on pinging while loops hang. Here a loop that hangs leaves its round unfinished, no
/// ping follows, and systemd ends the relay with a stack of its threads in the journal and starts it again.
final class LoopWatchdog: Sendable {
    /// Rounds in the time that the watchdog allows: one may come late without harm.
    private static let roundsPerInterval = 4
    private static let maxLoops = 64

    private let everyLoop: UInt64
    private let beaten = Atomic<UInt64>(0)
    private let isOver = Atomic<Bool>(false)
    private let ping: @Sendable () -> Void

    private init(count: Int, ping: @escaping @Sendable () -> Void) {
        self.everyLoop = count == Self.maxLoops ? .max : (1 << UInt64(count)) - 1
        self.ping = ping
    }

    /// Runs until `stop` or the end of the loops; the first ping follows within a round.
    static func start(
        _ loops: [any EventLoop], interval: Duration, ping: @escaping @Sendable () -> Void
    ) -> LoopWatchdog {
        let watched = loops.prefix(Self.maxLoops)
        let watchdog = LoopWatchdog(count: watched.count, ping: ping)
        let round = TimeAmount(interval / Self.roundsPerInterval)
        for (index, loop) in watched.enumerated() {
            loop.scheduleRepeatedTask(initialDelay: .zero, delay: round) { task in
                if watchdog.isOver.load(ordering: .acquiring) { return task.cancel() }
                watchdog.beat(1 << UInt64(index))
            }
        }
        return watchdog
    }

    func stop() { self.isOver.store(true, ordering: .releasing) }

    private func beat(_ loop: UInt64) {
        let beaten = self.beaten.bitwiseOr(loop, ordering: .acquiringAndReleasing).newValue
        guard beaten == self.everyLoop else { return }
        // Of loops that finish a round together only one begins the next.
        if self.beaten.compareExchange(expected: beaten, desired: 0, ordering: .acquiringAndReleasing).exchanged {
            self.ping()
        }
    }
}
