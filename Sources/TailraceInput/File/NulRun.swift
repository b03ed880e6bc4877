/// Runs of NUL bytes that are no text: what a writer leaves that goes on at its old place after its file was emptied,
/// and what a power failure leaves of blocks that were never written.
enum NulRun {
    /// What runs longer than a page are no text; up to here NUL bytes are content like all others.
    static let textBytes = 4096

    /// The run that `bytes` begin with.
    static func leading(in bytes: Span<UInt8>) -> Int {
        var index = 0
        while index < bytes.count, bytes[index] == 0 { index += 1 }
        return index
    }

    /// Where text ends: before the first run longer than `textBytes`, or before one at the very end that may go on.
    ///
    /// A run of that length covers one of every `textBytes` bytes, so no others are looked at.
    static func textEnd(in bytes: Span<UInt8>) -> Int {
        var probe = Self.textBytes
        while probe < bytes.count {
            if bytes[probe] == 0 {
                let start = Self.start(of: probe, in: bytes)
                let end = probe + Self.leading(in: bytes.extracting(probe..<bytes.count))
                if end - start > Self.textBytes || end == bytes.count { return start }
            }
            probe += Self.textBytes
        }
        guard bytes.count > 0, bytes[bytes.count - 1] == 0 else { return bytes.count }
        return Self.start(of: bytes.count - 1, in: bytes)
    }

    private static func start(of index: Int, in bytes: Span<UInt8>) -> Int {
        var start = index
        while start > 0, bytes[start - 1] == 0 { start -= 1 }
        return start
    }
}
