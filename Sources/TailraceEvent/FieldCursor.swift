/// Walks the members of a JSON object's inside that this relay wrote itself: minified and valid, so it only finds ends.
///
/// ```swift
/// var cursor = FieldCursor(range)
/// while let member = cursor.next(in: batch.bytes.span) { … }
/// ```
package struct FieldCursor {
    package enum Kind: Sendable { case string, number, bool, null, object, array }

    package struct Member: Sendable {
        /// The key's text between its quotes, still escaped.
        package var key: Range<Int>
        /// The value; without the quotes of a string, with the brackets of an object or array.
        package var value: Range<Int>
        package var kind: Kind
    }

    private var position: Int
    private let end: Int

    package init(_ range: Range<Int>) {
        self.position = range.lowerBound
        self.end = range.upperBound
    }

    package mutating func next(in bytes: Span<UInt8>) -> Member? {
        guard self.position < self.end else { return nil }
        if bytes[self.position] == UInt8(ascii: ",") { self.position += 1 }
        let key = self.takeString(in: bytes)
        self.position += 1  // the colon
        let (value, kind) = self.takeValue(in: bytes)
        return Member(key: key, value: value, kind: kind)
    }

    /// The next element of an array's inside.
    package mutating func nextElement(in bytes: Span<UInt8>) -> (value: Range<Int>, kind: Kind)? {
        guard self.position < self.end else { return nil }
        if bytes[self.position] == UInt8(ascii: ",") { self.position += 1 }
        return self.takeValue(in: bytes)
    }

    private mutating func takeValue(in bytes: Span<UInt8>) -> (Range<Int>, Kind) {
        switch bytes[self.position] {
        case UInt8(ascii: "\""): return (self.takeString(in: bytes), .string)
        case UInt8(ascii: "{"): return (self.takeNested(in: bytes), .object)
        case UInt8(ascii: "["): return (self.takeNested(in: bytes), .array)
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return (self.takeScalar(in: bytes), .bool)
        case UInt8(ascii: "n"): return (self.takeScalar(in: bytes), .null)
        default: return (self.takeScalar(in: bytes), .number)
        }
    }

    /// At an opening quote; ends behind the closing one.
    private mutating func takeString(in bytes: Span<UInt8>) -> Range<Int> {
        let start = self.position + 1
        var index = start
        while index < self.end, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(index, self.end)
        self.position = min(index + 1, self.end)
        return start..<index
    }

    private mutating func takeNested(in bytes: Span<UInt8>) -> Range<Int> {
        let start = self.position
        var depth = 0
        while self.position < self.end {
            switch bytes[self.position] {
            case UInt8(ascii: "\""):
                _ = self.takeString(in: bytes)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            self.position += 1
            if depth == 0 { break }
        }
        return start..<self.position
    }

    private mutating func takeScalar(in bytes: Span<UInt8>) -> Range<Int> {
        let start = self.position
        while self.position < self.end, bytes[self.position] != UInt8(ascii: ","),
            bytes[self.position] != UInt8(ascii: "]"), bytes[self.position] != UInt8(ascii: "}")
        {
            self.position += 1
        }
        return start..<self.position
    }
}
