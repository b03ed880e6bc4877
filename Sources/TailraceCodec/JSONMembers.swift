/// The members of one JSON object, looked at by name: for what people and programs send, not for log lines.
package struct JSONMembers {
    private let bytes: [UInt8]
    private var values: [String: Range<Int>] = [:]
    /// In the order they were written; of several with one name the last counts.
    package private(set) var names: [String] = []

    /// Nil if the bytes are not exactly one JSON object in UTF-8.
    package init?(_ bytes: [UInt8]) {
        var scanner = JSONScanner()
        guard UTF8Text.firstInvalid(in: bytes.span) == nil, scanner.scan(bytes.span) else { return nil }
        self.bytes = bytes
        for member in scanner.members {
            var key: [UInt8] = []
            JSONString.appendUnescaped(bytes.span, member.key, to: &key)
            let name = String(decoding: key, as: UTF8.self)
            self.names.append(name)
            self.values[name] = member.value
        }
    }

    /// The value as minified JSON; nil if there is no such member.
    package func json(_ name: String) -> [UInt8]? {
        guard let range = self.values[name] else { return nil }
        var text: [UInt8] = []
        JSONString.appendMinified(self.bytes.span, range, to: &text)
        return text
    }

    /// The text of a string; nil for anything else.
    package func string(_ name: String) -> String? {
        guard let range = self.values[name], self.bytes[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
        var text: [UInt8] = []
        JSONString.appendUnescaped(self.bytes.span, range.lowerBound + 1..<range.upperBound - 1, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// A whole number from 0, also one that is written as `5.0` or `5e3`; nil for anything else.
    package func number(_ name: String) -> UInt64? {
        guard let range = self.values[name] else { return nil }
        let text = String(decoding: self.bytes[range], as: UTF8.self)
        return UInt64(text) ?? Double(text).flatMap { UInt64(exactly: $0) }
    }

    package func has(_ name: String) -> Bool { self.values[name] != nil }
}
