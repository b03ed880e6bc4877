internal import NIOCore
internal import TailraceEvent

/// Bounds a group's rate: a bucket that fills with `eventsPerSecond` and holds one second's worth.
///
/// Errors and worse may overdraw it by another second's worth, so that a flood of chatter does not hide them. What is
/// left out is counted and told as one gap before the next message.
struct Sampler {
    struct Gap: Sendable {
        var from: UInt64
        var through: UInt64
        var count: UInt64
    }

    private let rate: Double
    private var tokens: Double
    private var filledAt: NIODeadline = .now()
    private var gap: Gap?

    init(eventsPerSecond: Int) {
        self.rate = Double(max(1, eventsPerSecond))
        self.tokens = self.rate
    }

    mutating func admits(level: UInt8, seq: UInt64) -> Bool {
        let now = NIODeadline.now()
        self.tokens = min(self.rate, self.tokens + self.rate * Double((now - self.filledAt).nanoseconds) / 1e9)
        self.filledAt = now
        let floor = level >= Level.error.rawValue ? -self.rate : 0
        if self.tokens - 1 >= floor {
            self.tokens -= 1
            return true
        }
        self.gap = Gap(from: self.gap?.from ?? seq, through: seq, count: (self.gap?.count ?? 0) + 1)
        return false
    }

    mutating func takeGap() -> Gap? {
        defer { self.gap = nil }
        return self.gap
    }
}
