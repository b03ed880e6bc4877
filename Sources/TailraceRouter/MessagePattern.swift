import TailraceEvent

/// What messages of one kind have in common, as a number: the text without what counts, times and identifies.
///
/// A run of ASCII letters and digits is left out if it holds a digit, or if it is hexadecimal and long or joined by `-`
/// or `:` to one that was left out: numbers, times, addresses, hashes and UUIDs. All else counts as it stands.
/// ```
/// GET /cart/81 took 12ms from 2001:db8::ff id 6d2f1ab0-aaaa-4bcd-9e1f-00c04fd430c8
/// GET /cart/□ took □ from □:□::□ id □-□-□-□-□
/// ```
enum MessagePattern {
    /// Kinds of messages differ at their beginning; bounds the cost of a long one.
    static let maxBytes = 1024
    /// No word of this length is made of a to f alone.
    private static let minLetters = 8

    static func hash(_ message: Span<UInt8>) -> UInt64 {
        let end = min(message.count, Self.maxBytes)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a: a byte at a time, and no state beside the number
        var index = 0
        var isJoined = false
        while index < end {
            let start = index
            var kinds: UInt8 = 0
            while index < end {
                let kind = Self.kinds[Int(message[index])]
                if kind == 0 { break }
                kinds |= kind
                index += 1
            }
            if index == start {
                let byte = message[index]
                Self.mix(byte, into: &hash)
                isJoined = isJoined && (byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":"))
                index += 1
                continue
            }
            let isHexadecimal = kinds & Self.letter == 0
            isJoined =
                kinds & Self.digit != 0 || isHexadecimal && (isJoined || index - start >= Self.minLetters)
            if isJoined {
                Self.mix(0, into: &hash)
            } else {
                for position in start..<index { Self.mix(message[position], into: &hash) }
            }
        }
        return hash
    }

    private static func mix(_ byte: UInt8, into hash: inout UInt64) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    private static let digit: UInt8 = 1
    private static let hexadecimalLetter: UInt8 = 2
    private static let letter: UInt8 = 4
    /// By byte; 0 ends a run.
    private static let kinds: [UInt8] = (0..<256).map { byte in
        switch UInt8(byte) {
        case 0x30...0x39: Self.digit
        case 0x41...0x46, 0x61...0x66: Self.hexadecimalLetter
        case 0x47...0x5A, 0x67...0x7A: Self.letter
        default: 0
        }
    }
}
