import TailraceEvent

/// Writes the inside of a JSON object, member by member, into bytes that are used again for the next line.
///
/// Members of a line whose names would be taken for what the relay itself says about it (`gap` and the like, and the
/// fields of the line's origin, such as a sender's `pid`) are written as `line_gap`, so that no log line can forge
/// them.
struct FieldWriter: Sendable {
    private(set) var bytes: [UInt8] = []
    private var unescaped: [UInt8] = []
    private var base: [UInt8] = []
    /// Where the keys of `base` stand; lines of one origin share them.
    private var baseKeys: [Range<Int>] = []

    mutating func begin(with baseFields: [UInt8]) {
        if self.base != baseFields { self.learn(baseFields) }
        self.bytes.clearForReuse()
        self.bytes.append(contentsOf: baseFields)
    }

    private mutating func learn(_ baseFields: [UInt8]) {
        self.base = baseFields
        self.baseKeys.removeAll()
        var cursor = FieldCursor(0..<baseFields.count)
        while let member = cursor.next(in: baseFields.span) { self.baseKeys.append(member.key) }
    }

    /// A key in the relay's own words, up to and with the colon.
    mutating func key(_ name: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        let isTaken = self.baseKeys.contains { self.base.span.equalsExactly(name, at: $0) }
        if isTaken { self.bytes.append("line_") }
        self.bytes.append(name)
        self.bytes.append("\":")
    }

    /// A key out of a JSON text, already escaped.
    mutating func escapedKey(_ line: Span<UInt8>, _ range: Range<Int>, hasEscapes: Bool) {
        if hasEscapes {
            // Escapes may spell a reserved name; the key itself is kept as it was written.
            var text: [UInt8] = []
            JSONString.appendUnescaped(line, range, to: &text)
            self.openKey(text.span, 0..<text.count)
        } else {
            self.openKey(line, range)
        }
        self.bytes.append(line.extracting(range))
        self.bytes.append("\":")
    }

    /// Members out of a JSON text, minified and with names that stay as they are.
    mutating func members(_ line: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        self.separate()
        self.bytes.append(line.extracting(range))
    }

    /// Whether a key is taken for nothing else than what the line says.
    func keepsName(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        !Self.isReserved(line, range) && !self.isBaseKey(line, range)
    }

    /// A key out of other text.
    mutating func textKey(_ line: Span<UInt8>, _ range: Range<Int>) {
        self.openKey(line, range)
        self.escaped(line, range)
        self.bytes.append("\":")
    }

    mutating func string(_ line: Span<UInt8>, _ range: Range<Int>) {
        self.bytes.append(UInt8(ascii: "\""))
        self.escaped(line, range)
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// A quoted logfmt value with escapes.
    mutating func logfmtString(_ line: Span<UInt8>, _ range: Range<Int>) {
        var text: [UInt8] = []
        swap(&text, &self.unescaped)
        text.clearForReuse()
        LogfmtScanner.appendUnescaped(line, range, to: &text)
        JSONText.append(text.span, to: &self.bytes)
        swap(&text, &self.unescaped)
    }

    mutating func string(_ text: StaticString) {
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(text)
        self.bytes.append(UInt8(ascii: "\""))
    }

    mutating func number(_ value: Int) { self.bytes.appendDecimal(Int64(value)) }

    /// A value that is JSON already.
    mutating func json(_ line: Span<UInt8>, _ range: Range<Int>, isMinified: Bool) {
        if isMinified {
            self.bytes.append(line.extracting(range))
        } else {
            JSONString.appendMinified(line, range, to: &self.bytes)
        }
    }

    mutating func literal(_ text: StaticString) { self.bytes.append(text) }

    /// A piece of a string's inside; hardly any needs an escape.
    mutating func escaped(_ line: Span<UInt8>, _ range: Range<Int>) {
        if line.endOfPlainText(from: range.lowerBound) >= range.upperBound {
            self.bytes.append(line.extracting(range))
            return
        }
        JSONText.appendEscaped(line.extracting(range), to: &self.bytes)
    }

    /// A string member, left out when `range` is empty.
    mutating func member(_ name: StaticString, _ line: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        self.key(name)
        self.string(line, range)
    }

    /// A process id: a number where it is one that JSON can write, else a string.
    mutating func processID(_ line: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        self.key("pid")
        self.scalar(line, range)
    }

    /// Unquoted text: a number or a truth value where reading it back gives exactly what was written, else a string.
    ///
    /// Ids of more than 15 digits and `1.10` would come out changed from a reader that takes numbers for doubles.
    mutating func scalar(_ line: Span<UInt8>, _ range: Range<Int>) {
        if line.isExactNumber(range) || line.equalsExactly("true", at: range) || line.equalsExactly("false", at: range)
        {
            self.bytes.append(line.extracting(range))
        } else {
            self.string(line, range)
        }
    }

    /// `"raw_base64":"…"`: the bytes of a line that is not UTF-8, exactly.
    mutating func rawBase64(_ raw: Span<UInt8>) {
        self.key("raw_base64")
        self.bytes.append(UInt8(ascii: "\""))
        Base64.append(raw, to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    private mutating func separate() {
        if let last = self.bytes.last, last != UInt8(ascii: "{") { self.bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func openKey(_ line: Span<UInt8>, _ range: Range<Int>) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        if !self.keepsName(line, range) { self.bytes.append("line_") }
    }

    private func isBaseKey(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for key in self.baseKeys where key.count == range.count {
            var offset = 0
            while offset < range.count, self.base[key.lowerBound + offset] == line[range.lowerBound + offset] {
                offset += 1
            }
            if offset == range.count { return true }
        }
        return false
    }

    private static func isReserved(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        switch range.count {
        case 3: line.equalsExactly("gap", at: range)
        case 4: line.equalsExactly("mark", at: range)
        case 5: line.equalsExactly("lines", at: range)
        case 8: line.equalsExactly("join_cut", at: range)
        case 9: line.equalsExactly("join_part", at: range)
        case 10: line.equalsExactly("raw_base64", at: range)
        case 12: line.equalsExactly("line_offsets", at: range)
        case 15: line.equalsExactly("truncated_bytes", at: range)
        default: false
        }
    }
}

extension FieldWriter {
    mutating func openObject() { self.bytes.append(UInt8(ascii: "{")) }
    mutating func closeObject() { self.bytes.append(UInt8(ascii: "}")) }
}

extension Span<UInt8> {
    func equalsExactly(_ text: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, range.upperBound <= self.count else { return false }
        for offset in 0..<range.count where self[range.lowerBound + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// A decimal number of at most 15 digits, without exponent, needless zeros or a negative zero.
    func isExactNumber(_ range: Range<Int>) -> Bool {
        guard range.count <= 17, let first = range.first, self[range.upperBound - 1].isDigit else { return false }
        let isNegative = self[first] == UInt8(ascii: "-")
        var digits = 0
        var hasPoint = false
        for index in (isNegative ? first + 1 : first)..<range.upperBound {
            if self[index].isDigit {
                digits += 1
            } else if self[index] == UInt8(ascii: "."), digits > 0, !hasPoint {
                hasPoint = true
            } else {
                return false
            }
        }
        guard digits > 0, digits <= 15, JSONScanner.endOfNumber(self, from: first) == range.upperBound else {
            return false
        }
        let endsInZero = self[range.upperBound - 1] == UInt8(ascii: "0")
        if hasPoint { return !endsInZero }
        return !(isNegative && self[first + 1] == UInt8(ascii: "0"))
    }
}

/// RFC 4648 §4, with padding.
package enum Base64 {
    package static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
            for position in 0..<4 {
                let value = Int(group >> UInt32(18 - 6 * position) & 63)
                text.append(position <= count ? Self.alphabet[value] : UInt8(ascii: "="))
            }
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
