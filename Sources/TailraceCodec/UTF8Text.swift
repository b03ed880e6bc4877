import TailraceEvent

/// Checking and repairing UTF-8 (Unicode 16.0, table 3-7).
package enum UTF8Text {
    /// Where the first ill-formed sequence begins; nil if there is none.
    package static func firstInvalid(in bytes: Span<UInt8>, from start: Int = 0) -> Int? {
        var index = start
        while true {
            index = Self.endOfASCII(in: bytes, from: index)
            while index < bytes.count, bytes[index] >= 0x80 {
                let sequence = Self.sequence(in: bytes, at: index)
                guard sequence.isValid else { return index }
                index += sequence.length
            }
            if index >= bytes.count { return nil }
        }
    }

    /// Appends `bytes` with every maximal ill-formed subpart replaced by U+FFFD; the first one is at `firstInvalid`.
    package static func appendRepaired(_ bytes: Span<UInt8>, firstInvalid: Int, to text: inout [UInt8]) {
        var start = 0
        var next: Int? = firstInvalid
        while let invalid = next {
            text.append(bytes.extracting(start..<invalid))
            text.append("\u{FFFD}")
            start = invalid + Self.sequence(in: bytes, at: invalid).length
            next = Self.firstInvalid(in: bytes, from: start)
        }
        text.append(bytes.extracting(start..<bytes.count))
    }

    /// The length of `bytes` without a character at its end that is only begun, so that a cut makes no ill-formed text.
    static func lengthWithoutPartialCharacter(_ bytes: Span<UInt8>) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xc0 == 0x80 { continue }
            let isPartial = byte >= 0xc2 && byte <= 0xf4 && Self.expectedLength(byte) > back
            return isPartial ? bytes.count - back : bytes.count
        }
        return bytes.count
    }

    /// Sixteen bytes at a time: nearly all log text is ASCII.
    private static func endOfASCII(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 16 <= bytes.count {
            let high = (bytes.word(at: index) | bytes.word(at: index + 8)) & 0x8080_8080_8080_8080
            if high != 0 { break }
            index += 16
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }

    private static func expectedLength(_ lead: UInt8) -> Int {
        lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    }

    /// The sequence at a byte that is not ASCII: its length, or the length of its maximal ill-formed subpart.
    private static func sequence(in bytes: Span<UInt8>, at index: Int) -> (length: Int, isValid: Bool) {
        let lead = bytes[index]
        guard lead >= 0xc2, lead <= 0xf4 else { return (1, false) }
        let length = Self.expectedLength(lead)
        // Only the second byte's range depends on the first: no overlong forms, no surrogates, nothing over U+10FFFF.
        var allowed: ClosedRange<UInt8> =
            switch lead {
            case 0xe0: 0xa0...0xbf
            case 0xed: 0x80...0x9f
            case 0xf0: 0x90...0xbf
            case 0xf4: 0x80...0x8f
            default: 0x80...0xbf
            }
        for offset in 1..<length {
            guard index + offset < bytes.count, allowed.contains(bytes[index + offset]) else { return (offset, false) }
            allowed = 0x80...0xbf
        }
        return (length, true)
    }
}
