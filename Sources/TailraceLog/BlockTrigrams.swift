internal import Glibc

/// Which three-byte sequences a block holds, as a bitmap with one bit for each hash of one: a text whose sequences are
/// not all there is not in the block.
///
/// ASCII capitals count as small letters. The map has one bit for eight bytes of the block, about 4 bytes per event,
/// which keeps about a third of the bits set.
package struct BlockTrigrams: Sendable, Hashable {
    /// Texts can't be told by their bytes: JSON escapes spell letters, or letters outside ASCII fold to `k` and `s`.
    private let isBlind: Bool
    private let bits: [UInt8]
    private let shift: UInt32

    private static let minLog2Bits: UInt32 = 10
    private static let maxLog2Bits: UInt32 = 18
    private static let checksumBytes = 4

    package init(of bytes: [UInt8]) {
        var log2 = Self.minLog2Bits
        while log2 < Self.maxLog2Bits, bytes.count >> 3 > 1 << log2 { log2 += 1 }
        let shift = 32 - log2
        var hasLookalikes = false
        var bits = [UInt8](repeating: 0, count: 1 << (log2 - 3))
        bits.withUnsafeMutableBufferPointer { bits in
            bytes.withUnsafeBufferPointer { bytes in
                var trigram: UInt32 = 0
                for byte in bytes {
                    trigram = (trigram << 8 | UInt32(Self.folded(byte))) & 0xFF_FFFF
                    // U+017F and U+212A, which fold to s and k.
                    if byte >= 0x80, trigram & 0xFFFF == 0xC5BF || trigram == 0xE2_84AA { hasLookalikes = true }
                    let bit = Self.bit(of: trigram, shift: shift)
                    bits[bit >> 3] |= 1 << UInt8(bit & 7)
                }
            }
        }
        self.bits = bits
        self.shift = shift
        self.isBlind = hasLookalikes || Self.hasLetterEscapes(bytes)
    }

    /// Every trigram of the text is in the block, or nothing can be said.
    package func mayHold(_ trigrams: [UInt32]) -> Bool {
        if self.isBlind { return true }
        for trigram in trigrams {
            let bit = Self.bit(of: trigram, shift: self.shift)
            if self.bits[bit >> 3] & 1 << UInt8(bit & 7) == 0 { return false }
        }
        return true
    }

    private static func bit(of trigram: UInt32, shift: UInt32) -> Int {
        Int((trigram &* 0x9E37_79B1) >> shift)
    }

    private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// `\u0041` or `\/`: what JSON may write for a character that needs no escape.
    private static func hasLetterEscapes(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard var place = bytes.baseAddress else { return false }
            let end = place + bytes.count
            while let found = memchr(place, 0x5c, end - place) {
                place = UnsafeRawPointer(found) + 1
                guard place < end else { return false }
                let next = place.load(as: UInt8.self)
                if next == UInt8(ascii: "u") || next == UInt8(ascii: "/") { return true }
                place += 1
                if place >= end { return false }
            }
            return false
        }
    }
}

/// The stored form: `bits… │ u8 blind │ u32 CRC`; the number of bits follows from the length.
extension BlockTrigrams {
    var stored: [UInt8] {
        var stored = self.isBlind ? [1] : self.bits + [0]
        let checksum = BlockChecksum.of(stored)
        for shift in [0, 8, 16, 24] { stored.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
        return stored
    }

    /// Nil if it is not what was written, or says nothing.
    init?(stored: UnsafeRawBufferPointer) {
        let count = stored.count - Self.checksumBytes - 1
        guard count > 0, count.nonzeroBitCount == 1, count >= 1 << (Self.minLog2Bits - 3),
            count <= 1 << (Self.maxLog2Bits - 3), stored[count] == 0
        else { return nil }
        let checksum = stored.suffix(Self.checksumBytes).reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        guard BlockChecksum.of(Array(stored.dropLast(Self.checksumBytes))) == checksum else { return nil }
        self.isBlind = false
        self.bits = Array(stored.prefix(count))
        self.shift = 32 - (UInt32(count.trailingZeroBitCount) + 3)
    }
}
