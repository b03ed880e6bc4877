/// Writing JSON text into bytes (RFC 8259).
package enum JSONText {
    /// Appends the inside of a JSON string: `bytes` must be UTF-8; quotes, backslashes and C0 controls are escaped.
    package static func appendEscaped(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        var start = 0
        while true {
            let stop = bytes.endOfPlainText(from: start)
            text.append(bytes.extracting(start..<stop))
            if stop == bytes.count { return }
            Self.appendEscape(bytes[stop], to: &text)
            start = stop + 1
        }
    }

    /// Appends a quoted JSON string.
    package static func append(_ string: some StringProtocol, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        Self.appendEscaped(Array(string.utf8).span, to: &text)
        text.append(UInt8(ascii: "\""))
    }

    /// Appends a quoted JSON string from UTF-8 bytes.
    package static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        Self.appendEscaped(bytes, to: &text)
        text.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
        case 0x0a: text.append(UInt8(ascii: "n"))
        case 0x0d: text.append(UInt8(ascii: "r"))
        case 0x09: text.append(UInt8(ascii: "t"))
        default:
            text.append("u00")
            text.append(Self.hexDigits[Int(byte >> 4)])
            text.append(Self.hexDigits[Int(byte & 15)])
        }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}

/// Text that JSON strings hold as it is.
extension Span<UInt8> {
    /// The first quote, backslash or control character at or after `start`; looks at eight bytes at a time.
    package func endOfPlainText(from start: Int) -> Int {
        var index = start
        while index + 8 <= self.count {
            // Sound: the load traps outside of the span, and any bytes are a number.
            let word = UInt64(
                littleEndian: unsafe self.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let stops = Self.stops(in: word)
            if stops != 0 { return index + stops.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < self.count {
            let byte = self[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5c { break }
            index += 1
        }
        return index
    }

    /// The high bit of the first byte that ends a run; bits of later bytes may be set without cause.
    ///
    /// Subtracting from all bytes at once sets the high bit of one that is too small; it borrows only from those above.
    private static func stops(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5c)
        let controls = (word &- ones &* 0x20) & ~word
        return (controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & (ones &* 0x80)
    }
}
