internal import Foundation

/// Events as the lines that programs wrote, and as logfmt.
package enum RawLines {
    /// Appends the line as its source had it where the event keeps it (`raw_base64`, `raw`), else the message.
    package static func append(_ event: EventLine, isTerminal: Bool, to text: inout [UInt8]) {
        let line = Self.original(event) ?? event.message
        if isTerminal {
            SafeText.append(line, lineEnds: .indented(0), to: &text)
        } else {
            text.append(contentsOf: line)
        }
        text.append(0x0a)
    }

    private static func original(_ event: EventLine) -> [UInt8]? {
        guard let fields = event.fields else { return nil }
        if let exact = fields.string("raw_base64"), let data = Data(base64Encoded: exact) { return Array(data) }
        guard let raw = fields.value("raw"), raw.kind == .string else { return nil }
        return fields.text(of: raw)
    }

    package static func appendLogfmt(_ event: EventLine, fields: FieldText, to text: inout [UInt8]) {
        var pairs = [FieldText.Pair(key: "seq", value: Array(String(event.seq).utf8), isString: false)]
        for name in ["time", "level", "received", "source", "host", "message"] {
            guard let value = event.members.value(name) else { continue }
            pairs.append(FieldText.Pair(key: name, value: event.members.text(of: value), isString: true))
        }
        pairs += fields.pairs(of: event)
        for (index, pair) in pairs.enumerated() {
            if index > 0 { text.append(UInt8(ascii: " ")) }
            let key = pair.key.utf8.map { $0 > 0x20 && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "\"") ? $0 : 0x5f }
            SafeText.append(key, lineEnds: .picture, to: &text)
            text.append(UInt8(ascii: "="))
            FieldText.append(pair.value, isString: pair.isString, to: &text)
        }
        text.append(0x0a)
    }
}
