internal import TailraceEvent
internal import TailraceFilter

/// The members of one JSON object in bytes that came from elsewhere: nothing in them can make reading fail.
///
/// It finds where values begin and end and does not check what is inside of them.
package struct JSONMembers: Sendable {
    package enum Kind: Sendable { case string, number, bool, null, object, array }

    package struct Value: Sendable, Hashable {
        /// Without the quotes of a string, with the brackets of an object or array.
        package var range: Range<Int>
        package var kind: Kind
    }

    package struct Member: Sendable, Hashable {
        /// Still escaped.
        package var key: Range<Int>
        package var value: Value
    }

    package let bytes: [UInt8]
    package private(set) var members: [Member] = []

    /// Nil if there is no object in `range`, or nothing but an object.
    package init?(_ bytes: [UInt8], in range: Range<Int>? = nil) {
        self.bytes = bytes
        var reader = JSONTokens(position: range?.lowerBound ?? 0, end: range?.upperBound ?? bytes.count)
        guard let members = reader.object(in: bytes.span), reader.isAtEnd(in: bytes.span) else { return nil }
        self.members = members
    }

    package func value(_ name: String) -> Value? {
        self.members.first { self.bytes[$0.key].elementsEqual(name.utf8) }?.value
    }

    package func string(_ name: String) -> String? {
        guard let value = self.value(name), value.kind == .string else { return nil }
        return String(decoding: self.text(of: value), as: UTF8.self)
    }

    package func integer(_ name: String) -> Int? {
        self.value(name).flatMap { $0.kind == .number ? Int(self.written($0)) : nil }
    }

    package func unsigned(_ name: String) -> UInt64? {
        self.value(name).flatMap { $0.kind == .number ? UInt64(self.written($0)) : nil }
    }

    package func number(_ name: String) -> Double? {
        self.value(name).flatMap { $0.kind == .number ? Double(self.written($0)) : nil }
    }

    package func bool(_ name: String) -> Bool? {
        self.value(name).flatMap { $0.kind == .bool ? self.written($0) == "true" : nil }
    }

    package func object(_ name: String) -> JSONMembers? {
        self.value(name).flatMap { $0.kind == .object ? JSONMembers(self.bytes, in: $0.range) : nil }
    }

    /// A string without its escapes, anything else as it is written.
    package func text(of value: Value) -> [UInt8] {
        value.kind == .string ? self.unescaped(value.range) : Array(self.bytes[value.range])
    }

    package func unescaped(_ range: Range<Int>) -> [UInt8] {
        let span = self.bytes.span.extracting(range)
        guard JSONUnescaping.needsUnescaping(span) else { return Array(self.bytes[range]) }
        var text: [UInt8] = []
        JSONUnescaping.unescape(span, into: &text)
        return text
    }

    private func written(_ value: Value) -> String { String(decoding: self.bytes[value.range], as: UTF8.self) }
}

/// Steps over the tokens of JSON without recursion.
private struct JSONTokens {
    var position: Int
    let end: Int

    mutating func object(in bytes: Span<UInt8>) -> [JSONMembers.Member]? {
        guard self.take("{", in: bytes) else { return nil }
        var members: [JSONMembers.Member] = []
        if self.take("}", in: bytes) { return members }
        repeat {
            guard self.take("\"", in: bytes), let key = self.string(in: bytes), self.take(":", in: bytes),
                let value = self.value(in: bytes)
            else { return nil }
            members.append(JSONMembers.Member(key: key, value: value))
        } while self.take(",", in: bytes)
        return self.take("}", in: bytes) ? members : nil
    }

    mutating func isAtEnd(in bytes: Span<UInt8>) -> Bool {
        self.skipSpace(in: bytes)
        return self.position == self.end
    }

    private mutating func skipSpace(in bytes: Span<UInt8>) {
        while self.position < self.end, bytes[self.position] <= 0x20 { self.position += 1 }
    }

    private mutating func take(_ sign: Unicode.Scalar, in bytes: Span<UInt8>) -> Bool {
        self.skipSpace(in: bytes)
        guard self.position < self.end, bytes[self.position] == UInt8(ascii: sign) else { return false }
        self.position += 1
        return true
    }

    /// Behind an opening quote; ends behind the closing one.
    private mutating func string(in bytes: Span<UInt8>) -> Range<Int>? {
        let start = self.position
        while true {
            let stop = bytes.endOfPlainText(from: self.position)
            guard stop < self.end else { return nil }
            self.position = stop + (bytes[stop] == UInt8(ascii: "\\") ? 2 : 1)
            if bytes[stop] == UInt8(ascii: "\"") { return start..<stop }
        }
    }

    private mutating func value(in bytes: Span<UInt8>) -> JSONMembers.Value? {
        self.skipSpace(in: bytes)
        guard self.position < self.end else { return nil }
        let start = self.position
        switch bytes[start] {
        case UInt8(ascii: "\""):
            self.position += 1
            return self.string(in: bytes).map { JSONMembers.Value(range: $0, kind: .string) }
        case UInt8(ascii: "{"): return self.nested(.object, in: bytes)
        case UInt8(ascii: "["): return self.nested(.array, in: bytes)
        default:
            while self.position < self.end, !Self.endsScalar(bytes[self.position]) { self.position += 1 }
            guard self.position > start else { return nil }
            return JSONMembers.Value(range: start..<self.position, kind: Self.kind(ofScalar: bytes[start]))
        }
    }

    private mutating func nested(_ kind: JSONMembers.Kind, in bytes: Span<UInt8>) -> JSONMembers.Value? {
        let start = self.position
        var depth = 0
        while self.position < self.end {
            let byte = bytes[self.position]
            self.position += 1
            switch byte {
            case UInt8(ascii: "\""): guard self.string(in: bytes) != nil else { return nil }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            if depth == 0 { return JSONMembers.Value(range: start..<self.position, kind: kind) }
        }
        return nil
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }

    private static func kind(ofScalar first: UInt8) -> JSONMembers.Kind {
        switch first {
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }
}
