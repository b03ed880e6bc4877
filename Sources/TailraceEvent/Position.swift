/// A place in the log, `epoch:seq` in text: the same token on every transport.
///
/// A position names the last event a reader has seen; reading resumes strictly after it. `seq` 0 is "before the first".
package struct Position: Sendable, Hashable, CustomStringConvertible {
    package var epoch: String
    package var seq: UInt64

    package init(epoch: String, seq: UInt64) {
        self.epoch = epoch
        self.seq = seq
    }

    /// Parses `epoch:seq`; the epoch is 1 to 32 characters of `a-z 0-9`.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...32).contains(parts[0].count), (1...20).contains(parts[1].count),
            parts[0].allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7a) }),
            parts[1].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let seq = UInt64(String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        self.init(epoch: String(decoding: parts[0], as: UTF8.self), seq: seq)
    }

    package var description: String { "\(self.epoch):\(self.seq)" }
}
