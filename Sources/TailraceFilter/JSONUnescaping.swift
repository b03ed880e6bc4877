/// Reading the escapes of JSON strings (RFC 8259 §7).
package enum JSONUnescaping {
    package static func needsUnescaping(_ text: Span<UInt8>) -> Bool {
        text.withUnsafeBufferPointer { $0.contains(UInt8(ascii: "\\"), or: UInt8(ascii: "\\")) }
    }

    /// Replaces `result` by the text without escapes; half a surrogate pair becomes U+FFFD.
    package static func unescape(_ text: Span<UInt8>, into result: inout [UInt8]) {
        result.removeAll(keepingCapacity: true)
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                result.append(text[index])
                index += 1
                continue
            }
            let mark = text[index + 1]
            index += 2
            if mark == UInt8(ascii: "u") {
                Self.append(Self.takeScalar(in: text, at: &index), to: &result)
            } else {
                result.append(Self.plain(mark))
            }
        }
    }

    private static func plain(_ mark: UInt8) -> UInt8 {
        switch mark {
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0d
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        default: mark
        }
    }

    /// Behind `\u`; takes the second half of a pair as well.
    private static func takeScalar(in text: Span<UInt8>, at index: inout Int) -> Unicode.Scalar {
        let first = Self.unit(in: text, at: index)
        index = min(index + 4, text.count)
        if let first, let scalar = Unicode.Scalar(first) { return scalar }
        guard let first, first < 0xDC00, index + 6 <= text.count, text[index] == UInt8(ascii: "\\"),
            text[index + 1] == UInt8(ascii: "u"), let second = Self.unit(in: text, at: index + 2),
            (0xDC00...0xDFFF).contains(second)
        else { return "\u{FFFD}" }
        index += 6
        return Unicode.Scalar(0x10000 + (UInt32(first - 0xD800) << 10 | UInt32(second - 0xDC00))) ?? "\u{FFFD}"
    }

    private static func unit(in text: Span<UInt8>, at index: Int) -> UInt16? {
        guard index + 4 <= text.count else { return nil }
        var value: UInt16 = 0
        for offset in 0..<4 {
            let byte = text[index + offset]
            let digit =
                byte &- UInt8(ascii: "0") < 10 ? byte - UInt8(ascii: "0") : (byte | 0x20) &- UInt8(ascii: "a") &+ 10
            guard digit < 16 else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout [UInt8]) {
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
