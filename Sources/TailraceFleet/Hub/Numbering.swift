/// Gives the messages of a stream their numbers in the hub's log, the same on every hub.
///
/// A number is the sum of the counts of all messages before, in the stream's order, duplicates included. So that a hub
/// need not begin at the stream's beginning, and one that missed messages comes back to the numbers of the others, sums
/// are kept for all hubs as anchors.
package struct Numbering: Sendable, Hashable {
    /// An anchor every so many messages of the stream.
    package static let anchorInterval: UInt64 = 1000
    /// A message that says more, or nothing that makes sense, takes one number.
    package static let maxCount = 512

    /// The number that the last event of all messages up to `place` has.
    package struct Anchor: Sendable, Hashable {
        package var place: UInt64
        package var number: UInt64

        package init(place: UInt64, number: UInt64) {
            self.place = place
            self.number = number
        }
    }

    /// The last message that has its numbers.
    package private(set) var place: UInt64
    /// The last number given.
    package private(set) var number: UInt64
    /// Messages that were not there to be counted.
    package private(set) var missed: UInt64 = 0

    package init(_ anchor: Anchor) {
        self.place = anchor.place
        self.number = anchor.number
    }

    package var anchor: Anchor { Anchor(place: self.place, number: self.number) }

    /// The anchor to be compared before the message with this place gets its numbers; nil if there is none.
    package func anchorDue(before place: UInt64) -> Anchor? {
        guard place > 0 else { return nil }
        let last = (place - 1) / Self.anchorInterval * Self.anchorInterval
        guard last > 0, last >= self.place, place > self.place else { return nil }
        return Anchor(place: last, number: self.number)
    }

    /// Goes on at the number that all hubs agreed on; how many numbers are skipped.
    package mutating func agree(_ number: UInt64) -> UInt64 {
        guard number > self.number else { return 0 }
        defer { self.number = number }
        return number - self.number
    }

    /// Numbers the events of the next message; false for one that was numbered before.
    package mutating func take(place: UInt64, count: Int) -> Bool {
        guard place > self.place else { return false }
        self.missed += place - self.place - 1
        self.place = place
        self.number += UInt64(count)
        return true
    }
}
