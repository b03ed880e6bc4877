/// Proof that a file still holds what was read from it: a hash of the bytes `end - length ..< end`.
///
/// An inode number says where a file is, only content says that it was not truncated and written anew.
struct FileAnchor: Sendable, Hashable {
    /// Offset in the file just behind the hashed bytes.
    var end: UInt64
    var length: Int
    var hash: UInt64

    /// Enough to tell two runs of log lines with times apart, little enough to be read along with every read.
    static let maxBytes = 1024

    static let none = FileAnchor(end: 0, length: 0, hash: 0)

    init(end: UInt64, length: Int, hash: UInt64) {
        self.end = end
        self.length = length
        self.hash = hash
    }

    init(end: UInt64, of bytes: Span<UInt8>) {
        self.init(end: end, length: bytes.count, hash: Self.hash(bytes))
    }

    var start: UInt64 { self.end - min(self.end, UInt64(self.length)) }

    /// A fast hash of eight bytes at a time. Who can craft a collision is the writer of the file, and only hides its
    /// own truncation.
    static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var state = UInt64(bytes.count) &* 0x9e37_79b9_7f4a_7c15
        bytes.withUnsafeBytes { raw in
            var index = 0
            while index + 8 <= raw.count {
                state = Self.mix(
                    state ^ UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
                index += 8
            }
            while index < raw.count {
                state = Self.mix(state ^ UInt64(raw[index]))
                index += 1
            }
        }
        return state
    }

    /// A bijection in which every input bit reaches every output bit (multiply, fold, multiply).
    private static func mix(_ value: UInt64) -> UInt64 {
        let first = (value ^ (value >> 32)) &* 0xd6e8_feb8_6659_fd93
        return (first ^ (first >> 29)) &* 0x9fb2_1c65_1e98_df25
    }
}
