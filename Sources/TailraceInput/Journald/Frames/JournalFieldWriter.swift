import TailraceCodec
import TailraceEvent

/// Writes an entry's fields as the inside of a JSON object.
struct JournalFieldWriter {
    private(set) var text: [UInt8] = []

    /// - Parameters:
    ///   - cut: bytes of the entry that were left out.
    ///   - unit: stands in place of the entry's own unit.
    mutating func write(_ entry: JournalFields, of bytes: Span<UInt8>, cut: UInt64, unit: Range<Int>?) {
        self.text.removeAll(keepingCapacity: true)
        if let unit {
            self.key("unit")
            self.appendValue(bytes.extracting(unit))
        }
        for field in entry.fields where field.isFirst {
            let role = entry.names.names[Int(field.name)].role
            if role.isEventPart || unit != nil && role == .unit { continue }
            self.append(field, of: entry, bytes)
        }
        if cut > 0 {
            self.key("truncated_bytes")
            self.text.appendDecimal(cut)
        }
    }

    /// Puts a message into `repaired` if it is not UTF-8, and what else it needs into the fields.
    /// - Returns: false if the message is good as it is.
    mutating func writeMessage(
        _ field: JournalFields.Field, of entry: JournalFields, _ bytes: Span<UInt8>, repaired: inout [UInt8]
    ) -> Bool {
        let value = bytes.extracting(field.value)
        let invalid = UTF8Text.firstInvalid(in: value)
        if let invalid {
            repaired.removeAll(keepingCapacity: true)
            UTF8Text.appendRepaired(value, firstInvalid: invalid, to: &repaired)
            self.key("raw_base64")
            self.appendBase64(value)
        }
        if field.next >= 0 {
            let name = entry.names.names[Int(field.name)]
            self.appendList(from: entry.fields[Int(field.next)], opening: name.opening, of: entry, bytes)
        }
        return invalid != nil
    }

    private mutating func append(_ field: JournalFields.Field, of entry: JournalFields, _ bytes: Span<UInt8>) {
        guard field.next < 0 else {
            let opening = entry.names.names[Int(field.name)].opening
            return self.appendList(from: field, opening: opening, of: entry, bytes)
        }
        if !self.text.isEmpty { self.text.append(UInt8(ascii: ",")) }
        self.text.append(contentsOf: entry.names.names[Int(field.name)].opening)
        let value = bytes.extracting(field.value)
        if entry.names.names[Int(field.name)].isNumber, Self.isNumber(value) { return self.text.append(value) }
        if self.appendValue(value) { return }
        self.key(base64Of: entry.names.names[Int(field.name)].opening)
        self.appendBase64(value)
    }

    private mutating func appendList(
        from first: JournalFields.Field, opening: [UInt8], of entry: JournalFields, _ bytes: Span<UInt8>
    ) {
        var values = [first.value]
        var next = first.next
        while next >= 0 {
            values.append(entry.fields[Int(next)].value)
            next = entry.fields[Int(next)].next
        }
        if !self.text.isEmpty { self.text.append(UInt8(ascii: ",")) }
        self.text.append(opening.span)
        var areExact = true
        self.text.append("[")
        for (index, value) in values.enumerated() {
            if index > 0 { self.text.append(",") }
            if !self.appendValue(bytes.extracting(value)) { areExact = false }
        }
        self.text.append("]")
        if areExact { return }
        self.key(base64Of: opening)
        self.text.append("[")
        for (index, value) in values.enumerated() {
            if index > 0 { self.text.append(",") }
            self.appendBase64(bytes.extracting(value))
        }
        self.text.append("]")
    }

    // MARK: JSON

    private mutating func key(_ key: StaticString) {
        self.text.append(self.text.isEmpty ? "\"" : ",\"")
        self.text.append(key)
        self.text.append("\":")
    }

    private mutating func key(base64Of opening: [UInt8]) {
        self.text.append(",")
        self.text.append(contentsOf: opening.dropLast(2))
        self.text.append("_base64\":")
    }

    /// Appends a JSON string.
    /// - Returns: false if the value had to be repaired.
    @discardableResult
    private mutating func appendValue(_ value: Span<UInt8>) -> Bool {
        if let invalid = UTF8Text.firstInvalid(in: value) {
            var repaired: [UInt8] = []
            UTF8Text.appendRepaired(value, firstInvalid: invalid, to: &repaired)
            JSONText.append(repaired.span, to: &self.text)
            return false
        }
        JSONText.append(value, to: &self.text)
        return true
    }

    private mutating func appendBase64(_ value: Span<UInt8>) {
        self.text.append("\"")
        Base64.append(value, to: &self.text)
        self.text.append("\"")
    }

    /// A whole number that JSON writes the same way and that a double holds exactly.
    private static func isNumber(_ value: Span<UInt8>) -> Bool {
        guard (1...15).contains(value.count), value.count == 1 || value[0] != UInt8(ascii: "0") else { return false }
        for index in value.indices where value[index] < UInt8(ascii: "0") || value[index] > UInt8(ascii: "9") {
            return false
        }
        return true
    }
}
