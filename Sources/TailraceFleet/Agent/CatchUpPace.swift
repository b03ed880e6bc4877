/// How many events may leave now: whatever comes new, and of a backlog so many per second.
///
/// The new ones are always granted, so the backlog gets smaller at that rate however much the host writes meanwhile,
/// and what many hosts publish together after an outage stays bounded.
package struct CatchUpPace: Sendable {
    /// Events per second; 0 for no limit.
    package var rate: Int
    private var credit: Double = 0
    private var head: UInt64?
    private var last: ContinuousClock.Instant?

    package init(rate: Int) { self.rate = rate }

    /// Events that may be published at this moment; `head` is the newest one of the log, `behind` how many are waiting.
    package mutating func allowance(head: UInt64, behind: UInt64, at now: ContinuousClock.Instant) -> Int {
        guard self.rate > 0 else { return .max }
        let rate = Double(self.rate)
        let seconds = self.last.map { ($0.duration(to: now)) / .seconds(1) } ?? 1
        let arrived = self.head.map { head - min(head, $0) } ?? 0
        self.last = now
        self.head = head
        // An idle time is worth one second's rate at most; new events are worth no more than what waits.
        self.credit = min(self.credit + rate * max(0, seconds), max(self.credit, rate)) + Double(arrived)
        self.credit = min(self.credit, rate + Double(behind))
        return Int(max(0, self.credit))
    }

    package mutating func spend(_ events: Int) { if self.rate > 0 { self.credit -= Double(events) } }

    /// When there is credit again, in milliseconds.
    package var millisecondsUntilCredit: Int {
        guard self.rate > 0, self.credit < 1 else { return 0 }
        return max(1, Int((1 - self.credit) / Double(self.rate) * 1000) + 1)
    }
}
