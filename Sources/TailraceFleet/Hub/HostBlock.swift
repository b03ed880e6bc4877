/// What one message of the stream says a host's log holds, without the events.
package struct HostBlock: Sendable, Hashable {
    /// Of the host's log, and the first number in it.
    package var epoch: String
    package var epochFirst: UInt64
    /// All numbers up to this one were published before.
    package var previous: UInt64
    /// The numbers that it brings, or of which it says that they can't be had: rising runs that do not touch.
    package var numbers: [ClosedRange<UInt64>]
    package var isGap: Bool
    /// It was asked for: it says nothing of what came before it.
    package var isResend: Bool

    package init(
        epoch: String, epochFirst: UInt64, previous: UInt64, numbers: [ClosedRange<UInt64>], isGap: Bool = false,
        isResend: Bool = false
    ) {
        self.epoch = epoch
        self.epochFirst = epochFirst
        self.previous = previous
        self.numbers = numbers
        self.isGap = isGap
        self.isResend = isResend
    }

    /// How many numbers of the hub's log it takes.
    package var count: UInt64 {
        self.isGap ? 1 : self.numbers.reduce(0) { $0 &+ ($1.upperBound &- $1.lowerBound &+ 1) }
    }
}
