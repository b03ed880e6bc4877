/// A hub's question to a host: these numbers did not come, publish them again.
///
/// Its text is `<epoch> <from> <through>`; the answer's first word is `ok` when the host has taken it up, `busy` when
/// it will not now, `refused` with a reason when it can't. What is found or lost comes by the stream, for all hubs.
package struct ResendRequest: Sendable, Hashable {
    package var epoch: String
    package var numbers: ClosedRange<UInt64>

    /// One question asks for no more than this; more is asked for in parts.
    package static let maxNumbers: UInt64 = 100_000

    package init(epoch: String, numbers: ClosedRange<UInt64>) {
        self.epoch = epoch
        self.numbers = numbers
    }

    package var payload: [UInt8] { Array("\(self.epoch) \(self.numbers.lowerBound) \(self.numbers.upperBound)".utf8) }

    package init?(_ payload: [UInt8]) {
        guard payload.count <= 128 else { return nil }
        let words = payload.split(separator: 0x20, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard words.count == 3, (1...32).contains(words[0].utf8.count), let from = UInt64(words[1]),
            let through = UInt64(words[2]), from > 0, from <= through, through - from < Self.maxNumbers
        else { return nil }
        self.init(epoch: words[0], numbers: from...through)
    }
}
