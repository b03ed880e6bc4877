import TailraceEvent

/// The text of JSON strings and values that `JSONScanner` has accepted.
enum JSONString {
    /// Appends the text of a string's inside with its escapes resolved.
    static func appendUnescaped(_ line: Span<UInt8>, _ range: Range<Int>, to text: inout [UInt8]) {
        var index = range.lowerBound
        while index < range.upperBound {
            let backslash = min(line.index(of: UInt8(ascii: "\\"), from: index) ?? range.upperBound, range.upperBound)
            text.append(line.extracting(index..<backslash))
            guard backslash + 1 < range.upperBound else { return }
            index = Self.appendEscape(line, at: backslash, to: &text)
        }
    }

    /// Appends a value without the white space between its tokens.
    static func appendMinified(_ line: Span<UInt8>, _ range: Range<Int>, to text: inout [UInt8]) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = line[index]
            if byte == UInt8(ascii: "\"") {
                let end = Self.endOfString(line, from: index + 1, limit: range.upperBound)
                text.append(line.extracting(index..<end))
                index = end
            } else {
                if byte > 0x20 { text.append(byte) }
                index += 1
            }
        }
    }

    /// `\u00e9`, or a pair of them for a character beyond U+FFFF; nil for an unpaired surrogate or a wrong digit.
    static func unicodeEscape(_ line: Span<UInt8>, at index: Int) -> (scalar: UInt32, end: Int)? {
        guard let first = Self.hexDigits(line, at: index + 2) else { return nil }
        guard (0xd800...0xdfff).contains(first) else { return (first, index + 6) }
        guard first < 0xdc00, line.has(UInt8(ascii: "\\"), at: index + 6), line.has(UInt8(ascii: "u"), at: index + 7),
            let second = Self.hexDigits(line, at: index + 8), (0xdc00...0xdfff).contains(second)
        else { return nil }
        return (0x10000 + (first - 0xd800) << 10 + (second - 0xdc00), index + 12)
    }

    private static func hexDigits(_ line: Span<UInt8>, at index: Int) -> UInt32? {
        guard index + 4 <= line.count else { return nil }
        var value: UInt32 = 0
        for byte in index..<index + 4 {
            let digit = line[byte]
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32((digit | 0x20) - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    private static func appendEscape(_ line: Span<UInt8>, at index: Int, to text: inout [UInt8]) -> Int {
        let escaped = line[index + 1]
        switch escaped {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            guard let (value, end) = Self.unicodeEscape(line, at: index), let scalar = Unicode.Scalar(value) else {
                return index + 2
            }
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return end
        default: text.append(escaped)
        }
        return index + 2
    }

    /// The index behind the closing quote.
    private static func endOfString(_ line: Span<UInt8>, from start: Int, limit: Int) -> Int {
        var index = start
        while index < limit, line[index] != UInt8(ascii: "\"") {
            index += line[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, limit)
    }
}
