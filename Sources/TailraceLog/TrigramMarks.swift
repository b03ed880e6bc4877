/// The hashes of three-byte sequences as they are found: a byte for each possible hash, since storing a byte takes one
/// instruction and setting a bit takes four, each of which would wait for the bit before it.
///
/// Every byte of every event passes here, so the loop has no branch and looks at eight bytes at a time.
struct TrigramMarks {
    private var marks: [UInt8]
    private let shift: UInt32
    /// Some byte that was taken is no ASCII.
    private(set) var hasNonASCII = false

    /// Each of eight bytes by itself.
    private static let eachByte: UInt64 = 0x0101_0101_0101_0101

    /// `shift`: of `BlockTrigrams.bit`, which leaves numbers below `count`, a power of two and at least 8.
    init(count: Int, shift: UInt32) {
        self.marks = [UInt8](repeating: 0, count: count)
        self.shift = shift
    }

    mutating func take(_ bytes: Span<UInt8>) {
        let shift = self.shift
        var all: UInt64 = 0
        var marks = self.marks.mutableSpan
        var index = 0
        while index + 8 <= bytes.count {
            // Sound: the eight bytes are in the span, and any bytes are a number.
            let word = UInt64(
                bigEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            all |= word
            let folded = Self.folded(word)
            for place: UInt64 in [40, 32, 24, 16, 8, 0] {
                let trigram = UInt32(truncatingIfNeeded: folded &>> place) & 0xFF_FFFF
                // Sound: the shift leaves numbers below the count.
                unsafe marks[unchecked: BlockTrigrams.bit(of: trigram, shift: shift)] = 1
            }
            index += 6
        }
        self.takeRest(bytes.extracting(index..<bytes.count), &all)
        if all & (Self.eachByte << 7) != 0 { self.hasNonASCII = true }
    }

    /// Fewer than eight bytes.
    private mutating func takeRest(_ bytes: Span<UInt8>, _ all: inout UInt64) {
        var word: UInt64 = 0
        for index in bytes.indices {
            word = word << 8 | UInt64(bytes[index])
            all |= word
            guard index >= 2 else { continue }
            let trigram = UInt32(truncatingIfNeeded: Self.folded(word)) & 0xFF_FFFF
            self.marks[BlockTrigrams.bit(of: trigram, shift: self.shift)] = 1
        }
    }

    /// With small letters for ASCII capitals: bit 7 of a byte tells of a sum whether the byte is at least `A`, and
    /// whether it is above `Z`.
    private static func folded(_ word: UInt64) -> UInt64 {
        let high = Self.eachByte << 7
        let low = word & ~high
        let fromA = low &+ Self.eachByte &* (0x80 - 0x41)
        let aboveZ = low &+ Self.eachByte &* (0x80 - 0x5B)
        let isCapital = (fromA ^ aboveZ) & ~word & high
        return word | isCapital >> 2
    }

    /// One bit for each mark, the first in the lowest bit of the first byte.
    var packed: [UInt8] {
        let marks = self.marks.span.bytes
        return [UInt8](unsafeUninitializedCapacity: self.marks.count / 8) { packed, count in
            for index in 0..<self.marks.count / 8 {
                // Sound: the count is a multiple of eight. The product gathers the low bits of eight bytes in its
                // highest byte, none of its sums carries.
                let eight = unsafe marks.unsafeLoadUnaligned(fromUncheckedByteOffset: index * 8, as: UInt64.self)
                packed[index] = UInt8(truncatingIfNeeded: (UInt64(littleEndian: eight) &* 0x0102_0408_1020_4080) >> 56)
            }
            count = self.marks.count / 8
        }
    }
}
