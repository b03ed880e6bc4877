import TailraceEvent

/// Writes an entry's fields as the inside of a JSON object.
struct JournalFieldWriter {
    private(set) var text: [UInt8] = []

    /// - Parameters:
    ///   - cut: bytes of the entry that were left out.
    ///   - unit: stands in place of the entry's own unit.
    mutating func write(_ fields: [JournalEntryMapper.Field], of bytes: [UInt8], cut: UInt64, unit: ArraySlice<UInt8>?)
    {
        self.text.removeAll(keepingCapacity: true)
        if let unit {
            self.key("unit")
            self.appendValue(unit)
        }
        for field in fields where field.isFirst && field.entry.meaning == .field {
            if unit != nil, JournalEntryMapper.equals(bytes[field.name], "_SYSTEMD_UNIT") { continue }
            self.append(field, all: fields, of: bytes)
        }
        if cut > 0 {
            self.key("truncated_bytes")
            self.text.appendDecimal(cut)
        }
    }

    /// Puts the message into `message`, repaired where it is not UTF-8, and what else it needs into the fields.
    mutating func writeMessage(
        _ field: JournalEntryMapper.Field?, all fields: [JournalEntryMapper.Field], of bytes: [UInt8],
        to message: inout [UInt8]
    ) {
        message.removeAll(keepingCapacity: true)
        guard let field else { return }
        if Self.isUTF8(bytes[field.value]) {
            message.append(contentsOf: bytes[field.value])
        } else {
            message.append(contentsOf: String(decoding: bytes[field.value], as: UTF8.self).utf8)
            self.key("raw_base64")
            self.appendBase64(bytes[field.value])
        }
        guard field.next >= 0 else { return }
        self.appendList(from: fields[field.next], key: field.entry.key, all: fields, of: bytes)
    }

    private mutating func append(
        _ field: JournalEntryMapper.Field, all fields: [JournalEntryMapper.Field], of bytes: [UInt8]
    ) {
        guard field.next < 0 else {
            self.appendList(from: field, key: field.entry.key, all: fields, of: bytes)
            return
        }
        let value = bytes[field.value]
        self.key(field.entry.key)
        if field.entry.isNumber, Self.isNumber(value) {
            self.text.append(contentsOf: value)
            return
        }
        if self.appendValue(value) { return }
        self.key(field.entry.key + Array("_base64".utf8))
        self.appendBase64(value)
    }

    private mutating func appendList(
        from first: JournalEntryMapper.Field, key: [UInt8], all fields: [JournalEntryMapper.Field], of bytes: [UInt8]
    ) {
        var values = [bytes[first.value]]
        var next = first.next
        while next >= 0 {
            values.append(bytes[fields[next].value])
            next = fields[next].next
        }
        self.key(key)
        var areExact = true
        self.text.append("[")
        for (index, value) in values.enumerated() {
            if index > 0 { self.text.append(",") }
            if !self.appendValue(value) { areExact = false }
        }
        self.text.append("]")
        if areExact { return }
        self.key(key + Array("_base64".utf8))
        self.text.append("[")
        for (index, value) in values.enumerated() {
            if index > 0 { self.text.append(",") }
            self.appendBase64(value)
        }
        self.text.append("]")
    }

    // MARK: JSON

    private mutating func key(_ key: StaticString) {
        self.text.append(self.text.isEmpty ? "\"" : ",\"")
        self.text.append(key)
        self.text.append("\":")
    }

    private mutating func key(_ key: [UInt8]) {
        self.text.append(self.text.isEmpty ? "\"" : ",\"")
        self.text.append(contentsOf: key)
        self.text.append("\":")
    }

    /// Appends a JSON string.
    /// - Returns: false if the value had to be repaired.
    @discardableResult
    private mutating func appendValue(_ value: ArraySlice<UInt8>) -> Bool {
        guard Self.isUTF8(value) else {
            JSONText.append(String(decoding: value, as: UTF8.self), to: &self.text)
            return false
        }
        self.text.append("\"")
        JSONText.appendEscaped(value.span, to: &self.text)
        self.text.append("\"")
        return true
    }

    private mutating func appendBase64(_ bytes: ArraySlice<UInt8>) {
        self.text.append("\"")
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let count = min(3, bytes.endIndex - index)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[index + offset]) : 0) }
            for place in 0..<4 {
                let digit = Self.base64Digits[Int(group >> UInt32(18 - 6 * place) & 63)]
                self.text.append(place <= count ? digit : UInt8(ascii: "="))
            }
            index += count
        }
        self.text.append("\"")
    }

    private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool { (try? UTF8Span(validating: bytes.span)) != nil }

    /// A whole number that JSON writes the same way and that a double holds exactly.
    private static func isNumber(_ value: ArraySlice<UInt8>) -> Bool {
        guard (1...15).contains(value.count), value.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return value.count == 1 || value.first != UInt8(ascii: "0")
    }
}
