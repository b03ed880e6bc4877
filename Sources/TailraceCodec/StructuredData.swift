import TailraceEvent

/// STRUCTURED-DATA of a syslog line (RFC 5424 §6.3): `[exampleSDID@32473 iut="3" eventSource="App"][…]` or `-`.
enum StructuredData {
    /// The index behind it, nil if what stands there is none.
    static func end(_ line: Span<UInt8>, at start: Int) -> Int? {
        guard start < line.count else { return nil }
        if line[start] == UInt8(ascii: "-") {
            return start + 1 == line.count || line[start + 1] == 0x20 ? start + 1 : nil
        }
        var index = start
        while line.has(UInt8(ascii: "["), at: index) {
            guard let end = Self.endOfElement(line, at: index) else { return nil }
            index = end
        }
        return index > start && (index == line.count || line[index] == 0x20) ? index : nil
    }

    /// Writes `"sd":{"exampleSDID@32473":{"iut":"3",…},…}` for what `end` has accepted.
    static func write(_ line: Span<UInt8>, _ range: Range<Int>, to fields: inout FieldWriter) {
        guard !range.isEmpty else { return }
        fields.key("sd")
        fields.openObject()
        var index = range.lowerBound
        while index < range.upperBound {
            let name = line.end(of: Self.isNameByte, from: index + 1)
            fields.textKey(line, index + 1..<name)
            fields.openObject()
            index = name
            while line.has(0x20, at: index) {
                let key = line.end(of: Self.isNameByte, from: index + 1)
                let quote = Self.endOfValue(line, at: key + 2) ?? range.upperBound
                fields.textKey(line, index + 1..<key)
                fields.unescapedString(line, key + 2..<quote)
                index = quote + 1
            }
            fields.closeObject()
            index += 1
        }
        fields.closeObject()
    }

    private static func endOfElement(_ line: Span<UInt8>, at start: Int) -> Int? {
        var index = line.end(of: Self.isNameByte, from: start + 1)
        guard index > start + 1 else { return nil }
        while line.has(0x20, at: index) {
            let key = line.end(of: Self.isNameByte, from: index + 1)
            guard key > index + 1, line.has(UInt8(ascii: "="), at: key), line.has(UInt8(ascii: "\""), at: key + 1),
                let quote = Self.endOfValue(line, at: key + 2)
            else { return nil }
            index = quote + 1
        }
        return line.has(UInt8(ascii: "]"), at: index) ? index + 1 : nil
    }

    /// The index of the closing quote.
    private static func endOfValue(_ line: Span<UInt8>, at start: Int) -> Int? {
        var index = start
        while index < line.count, line[index] != UInt8(ascii: "\"") {
            index += line[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index < line.count ? index : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "]")
            && byte != UInt8(ascii: "\"")
    }
}

extension FieldWriter {
    /// A PARAM-VALUE: `\"`, `\\` and `\]` are resolved, any other backslash stays (RFC 5424 §6.3.3).
    fileprivate mutating func unescapedString(_ line: Span<UInt8>, _ range: Range<Int>) {
        self.literal("\"")
        var start = range.lowerBound
        var index = start
        while index + 1 < range.upperBound {
            let isEscape = line[index] == UInt8(ascii: "\\") && Self.isEscapable(line[index + 1])
            if isEscape {
                self.escaped(line, start..<index)
                start = index + 1
            }
            index += isEscape ? 2 : 1
        }
        self.escaped(line, start..<range.upperBound)
        self.literal("\"")
    }

    private static func isEscapable(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "]")
    }
}
