extension UnsafeBufferPointer<UInt8> {
    /// True if either byte occurs.
    func contains(_ first: UInt8, or second: UInt8) -> Bool {
        let raw = UnsafeRawBufferPointer(self)
        let (left, right) = (SIMD16(repeating: first), SIMD16(repeating: second))
        var index = 0
        while index + 16 <= raw.count {
            let block = raw.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
            let lanes = unsafeBitCast((block .== left) .| (block .== right), to: SIMD2<UInt64>.self)
            if lanes[0] | lanes[1] != 0 { return true }
            index += 16
        }
        while index < raw.count {
            if raw[index] == first || raw[index] == second { return true }
            index += 1
        }
        return false
    }
}

/// Looks for bytes, or for ASCII in either case, by their two rarest ones, sixteen places at a time.
struct ByteSearch: Sendable {
    private let needle: [UInt8]
    /// 0x20 beside each byte that stands for two letters, 0 beside the others.
    private let masks: [UInt8]
    private let rarest: Int
    private let secondRarest: Int

    init(_ text: [UInt8], ignoresCase: Bool) {
        self.masks = text.map { ignoresCase && ($0 | 0x20) &- 0x61 < 26 ? 0x20 : 0 }
        self.needle = zip(text, self.masks).map { $0 | $1 }
        let ranked = text.indices.sorted { Self.frequency(text[$0] | 0x20) < Self.frequency(text[$1] | 0x20) }
        self.rarest = ranked.first ?? 0
        self.secondRarest = ranked.dropFirst().first ?? self.rarest
    }

    /// The first place at or behind `start`. Gives up, with a negative `effort`, when it has compared that much in
    /// vain.
    func firstRange(in text: UnsafeBufferPointer<UInt8>, from start: Int, effort: inout Int) -> Range<Int>? {
        guard !self.needle.isEmpty, text.count - start >= self.needle.count else { return nil }
        let raw = UnsafeRawBufferPointer(text)
        let lastStart = text.count - self.needle.count
        let (first, second) = (self.rarest, self.secondRarest)
        let firstMask = SIMD16(repeating: self.masks[first])
        let firstByte = SIMD16(repeating: self.needle[first])
        let secondMask = SIMD16(repeating: self.masks[second])
        let secondByte = SIMD16(repeating: self.needle[second])
        var position = start
        while position + 15 <= lastStart {
            let left = raw.loadUnaligned(fromByteOffset: position + first, as: SIMD16<UInt8>.self)
            let right = raw.loadUnaligned(fromByteOffset: position + second, as: SIMD16<UInt8>.self)
            let hits = ((left | firstMask) .== firstByte) .& ((right | secondMask) .== secondByte)
            let lanes = unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            if lanes[0] | lanes[1] != 0 {
                if let found = self.verify(lanes, in: text, at: position, effort: &effort) { return found }
                if effort < 0 { return nil }
            }
            // The last block overlaps the one before it, so that only short texts are left for the loop below.
            let step = min(16, lastStart - position - 15)
            if step == 0 { return nil }
            position += step
        }
        while position <= lastStart, effort >= 0 {
            if self.stands(in: text, at: position, effort: &effort) { return position..<position + self.needle.count }
            position += 1
        }
        return nil
    }

    private func verify(
        _ lanes: SIMD2<UInt64>, in text: UnsafeBufferPointer<UInt8>, at base: Int, effort: inout Int
    ) -> Range<Int>? {
        for half in 0..<2 {
            var bits = lanes[half]
            while bits != 0 {
                let lane = bits.trailingZeroBitCount / 8
                let start = base + half * 8 + lane
                if self.stands(in: text, at: start, effort: &effort) { return start..<start + self.needle.count }
                bits &= ~(0xFF << UInt64(lane * 8))
            }
        }
        return nil
    }

    private func stands(in text: UnsafeBufferPointer<UInt8>, at start: Int, effort: inout Int) -> Bool {
        for index in self.needle.indices where text[start + index] | self.masks[index] != self.needle[index] {
            effort -= index
            return false
        }
        return true
    }

    /// How common a byte is in logs, roughly: separators and digits above all, then English letters.
    private static func frequency(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: " "): 100
        case UInt8(ascii: "0")...UInt8(ascii: "9"): 60
        case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="): 50
        default: Self.letters.firstIndex(of: byte).map { 40 - $0 } ?? 5
        }
    }

    private static let letters = Array("etaoinsrhldcumfpgwybvkxjqz".utf8)
}
