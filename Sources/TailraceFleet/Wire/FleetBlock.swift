package import TailraceEvent

/// What one message of the stream carries: events of one input of one host, with the numbers they have in that host's
/// log.
///
/// Everything that a host's log holds is published in the order of its numbers, a chunk at a time: the events of a
/// chunk that came from one input are one message. Messages of one chunk interleave in their numbers (1, 3 and 2, 4),
/// so each says exactly which ones it covers; what a message leaves out between them is in another one.
package struct FleetBlock: Sendable {
    /// The epoch of the host's log that the numbers belong to.
    package var epoch: String
    /// The first number of that epoch: nothing before it is missing.
    package var epochFirst: UInt64
    /// All numbers of the epoch up to this one were published before: those that did not come are a hole. Of what lies
    /// behind it a part may still be on its way.
    package var previous: UInt64
    /// The covered numbers, in rising runs that do not touch. Of a gap it is the range that is lost.
    package var numbers: [ClosedRange<UInt64>]
    /// The numbers are lost; the one event tells so.
    package var isGap: Bool
    /// It was asked for, and comes out of order.
    package var isResend: Bool
    /// The host's clock when it was published.
    package var published: Timestamp
    /// One event for each number, or the one that tells of a gap.
    package var batch: EventBatch

    package init(
        epoch: String, epochFirst: UInt64, previous: UInt64, numbers: [ClosedRange<UInt64>], isGap: Bool = false,
        isResend: Bool = false, published: Timestamp, batch: EventBatch
    ) {
        self.epoch = epoch
        self.epochFirst = epochFirst
        self.previous = previous
        self.numbers = numbers
        self.isGap = isGap
        self.isResend = isResend
        self.published = published
        self.batch = batch
    }

    package var first: UInt64 { self.numbers.first?.lowerBound ?? 0 }
    package var last: UInt64 { self.numbers.last?.upperBound ?? 0 }

    /// The id by which the server knows a message again. Of a gap it is the same whoever publishes it; a block that was
    /// asked for has another one than the block itself, or the server would keep it out.
    package func id(host: String, asked: UInt64 = 0) -> String {
        let host = SubjectToken.encode(host)
        if self.isGap { return "gap:\(host):\(self.epoch):\(self.first)-\(self.last)" }
        let id = "\(host):\(self.epoch):\(self.first)-\(self.last)"
        return self.isResend ? "\(id):again-\(asked)" : id
    }

    /// Adds one number to rising runs.
    package static func add(_ number: UInt64, to runs: inout [ClosedRange<UInt64>]) {
        if let last = runs.last, last.upperBound + 1 == number {
            runs[runs.count - 1] = last.lowerBound...number
        } else {
            runs.append(number...number)
        }
    }
}

/// What a message may hold; more is refused on both sides.
package enum FleetLimits {
    package static let maxEvents = 512
    /// Before compression. One event alone may be larger; `maxDecodedBytes` holds for that.
    package static let blockBytes = 512 << 10
    package static let maxDecodedBytes = 8 << 20
}
