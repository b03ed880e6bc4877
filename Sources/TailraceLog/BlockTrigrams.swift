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
        self.shift = 32 - log2
        var marks = TrigramMarks(count: 1 << log2, shift: self.shift)
        marks.take(bytes.span)
        self.bits = marks.packed
        self.isBlind = marks.hasNonASCII && Self.hasLookalikes(bytes) || Self.hasLetterEscapes(bytes)
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

    static func bit(of trigram: UInt32, shift: UInt32) -> Int { Int((trigram &* 0x9E37_79B1) &>> shift) }

    /// U+017F and U+212A, which fold to s and k.
    private static func hasLookalikes(_ bytes: [UInt8]) -> Bool {
        Self.holds(0xC5, in: bytes) { next, _ in next == 0xBF }
            || Self.holds(0xE2, in: bytes) { next, third in next == 0x84 && third == 0xAA }
    }

    /// `\u0041` or `\/`: what JSON may write for a character that needs no escape.
    private static func hasLetterEscapes(_ bytes: [UInt8]) -> Bool {
        Self.holds(UInt8(ascii: "\\"), in: bytes) { next, _ in next == UInt8(ascii: "u") || next == UInt8(ascii: "/") }
    }

    /// Whether behind some place of a byte stand two that are looked for; the first of them begins no other place.
    private static func holds(_ byte: UInt8, in bytes: [UInt8], before isSought: (UInt8, UInt8) -> Bool) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            var index = 0
            while index < bytes.count, let found = memchr(base + index, Int32(byte), bytes.count - index) {
                index = UnsafeRawPointer(found) - base
                guard index + 1 < bytes.count else { return false }
                if isSought(bytes[index + 1], index + 2 < bytes.count ? bytes[index + 2] : 0) { return true }
                index += 2
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
