package import NIOCore

/// A bucket that bounds how often something may be asked for: `burst` at once, then `perSecond`.
package struct RequestBudget: Sendable {
    private let burst: Double
    private let perSecond: Double
    private var tokens: Double
    private var filledAt: NIODeadline

    package init(burst: Int, perSecond: Double, now: NIODeadline = .now()) {
        self.burst = Double(burst)
        self.perSecond = perSecond
        self.tokens = Double(burst)
        self.filledAt = now
    }

    /// Takes one if there is one.
    package mutating func take(now: NIODeadline = .now()) -> Bool {
        let seconds = Double((now - self.filledAt).nanoseconds) / 1e9
        self.tokens = min(self.burst, self.tokens + max(0, seconds) * self.perSecond)
        self.filledAt = now
        guard self.tokens >= 1 else { return false }
        self.tokens -= 1
        return true
    }
}
