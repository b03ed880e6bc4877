/// So many events per period, and as many at once.
package struct RateLimit: Sendable, Hashable {
    package var count: Int
    package var periodNanoseconds: Int64

    /// With these the credit of a bucket, count × period, stays below half of what 64 bits hold.
    package static let maxCount = 1_000_000
    package static let maxPeriodNanoseconds: Int64 = 3_600_000_000_000

    package init(count: Int, periodNanoseconds: Int64) {
        precondition(
            (1...Self.maxCount).contains(count) && (1...Self.maxPeriodNanoseconds).contains(periodNanoseconds),
            "a rate beyond what a bucket can count")
        self.count = count
        self.periodNanoseconds = periodNanoseconds
    }
}

/// A token bucket that holds one period's worth and starts full; exact, since it counts in whole numbers.
///
/// An event costs the period's nanoseconds, and each nanosecond that passes brings in `count`.
struct TokenBucket {
    let limit: RateLimit
    private var credit: Int64
    private var last: Int64?

    init(_ limit: RateLimit) {
        self.limit = limit
        self.credit = limit.periodNanoseconds * Int64(limit.count)
    }

    /// True if there is room for one more event at this time of a clock that never goes back.
    mutating func take(at now: Int64) -> Bool {
        let period = self.limit.periodNanoseconds
        if let last = self.last, now > last {
            let elapsed = min(now - last, period)
            self.credit = min(period * Int64(self.limit.count), self.credit + elapsed * Int64(self.limit.count))
        }
        self.last = max(now, self.last ?? now)
        guard self.credit >= period else { return false }
        self.credit -= period
        return true
    }
}
