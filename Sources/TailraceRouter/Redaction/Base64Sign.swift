/// Tells whether bytes may hold text in base64: four groups of digits in a row that stand for printable ASCII.
///
/// Written out, since an automaton for it is slower than all the others together.
enum Base64Sign {
    private static let digit: UInt8 = 1
    /// What the first three digits of a group can be if its three bytes are between 0x20 and 0x7F.
    private static let first: UInt8 = 2
    private static let second: UInt8 = 4
    private static let third: UInt8 = 8

    private static let kinds: [UInt8] = Base64Text.values.map { value in
        guard value < 64 else { return 0 }
        return Self.digit | (8...31 ~= value ? Self.first : 0) | (2...7 ~= value & 15 ? Self.second : 0)
            | (value & 3 < 2 ? Self.third : 0)
    }

    /// Looks from the end of what could be a run of digits backwards: most words are too short at one glance.
    static func occurs(in range: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        Self.kinds.withUnsafeBufferPointer { kinds in
            var start = range.lowerBound
            while start + TextView.minTextDigits <= range.upperBound {
                var place = start + TextView.minTextDigits - 1
                while place >= start, kinds[Int(bytes[place])] != 0 { place -= 1 }
                if place >= start {
                    start = place + 1
                    continue
                }
                var end = start + TextView.minTextDigits
                while end < range.upperBound, kinds[Int(bytes[end])] != 0 { end += 1 }
                if Self.isText(start..<end, of: bytes, kinds) { return true }
                start = end
            }
            return false
        }
    }

    /// In one of the four ways to part a run of digits into groups.
    private static func isText(
        _ run: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>, _ kinds: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        for offset in 0..<4 {
            var digits = 0
            var place = run.lowerBound + offset
            while place + 4 <= run.upperBound {
                let isText =
                    kinds[Int(bytes[place])] & Self.first != 0 && kinds[Int(bytes[place + 1])] & Self.second != 0
                    && kinds[Int(bytes[place + 2])] & Self.third != 0
                digits = isText ? digits + 4 : 0
                if digits >= TextView.minTextDigits { return true }
                place += 4
            }
        }
        return false
    }
}
