import TailraceEvent

/// Finds what the rules replace in an event's fields (the inside of a JSON object), in names and values at any depth.
///
/// One pass over the tokens without recursion. Bytes that are no JSON are passed over, never trapped on.
struct FieldRedactor {
    /// A member of the event's own fields.
    struct Member {
        /// From the quote of its name to its end.
        var range: Range<Int>
        /// Between the quotes.
        var key: Range<Int>
        var edits: [FieldEdit] = []
    }

    /// Edits of one name, string or number.
    struct FieldEdit {
        /// Between the quotes of a string; all of a number.
        var range: Range<Int>
        var isNumber: Bool
        /// Placed in the fields.
        var edits: [RedactionEdit]
    }

    /// A string or number, without its quotes.
    private struct Value {
        var range: Range<Int>
        var isNumber: Bool
        var rules: UInt64
        var member: Int
    }

    private let redaction: Redaction
    private let texts: TextRedactor
    private let isCut: Bool
    private var scopes: FieldScopes
    private(set) var members: [Member] = []
    /// The names and values of the event's own fields.
    private var words: [FieldWord] = []
    /// The last value that came from the line.
    private var lastOfLine: Value?

    /// - Parameter isCut: the end of the line was left out.
    init(_ redaction: Redaction, texts: TextRedactor, mask: UInt64, isCut: Bool) {
        self.redaction = redaction
        self.texts = texts
        self.isCut = isCut
        self.scopes = FieldScopes(redaction, mask: mask)
    }

    var hasEdits: Bool { self.members.contains { !$0.edits.isEmpty } }

    mutating func read(_ fields: Span<UInt8>) {
        var index = 0
        while index < fields.count {
            switch fields[index] {
            case UInt8(ascii: "\""): index = self.string(fields, at: index)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): index = self.number(fields, at: index)
            default:
                self.punctuation(fields[index], at: index)
                index += 1
            }
        }
        self.endMember(at: fields.count)
        if let last = self.lastOfLine {
            self.members[last.member].edits.removeAll { $0.range == last.range }
            self.replaceParts(of: last, in: fields, isCut: true)
        }
        self.replaceAcrossWords(in: fields)
    }

    // MARK: tokens

    private mutating func punctuation(_ byte: UInt8, at index: Int) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): self.scopes.open()
        case UInt8(ascii: "}"), UInt8(ascii: "]"): self.scopes.close()
        case UInt8(ascii: ","): if self.scopes.isOutermost { self.endMember(at: index) }
        case UInt8(ascii: "t"):
            if self.scopes.isOutermost, let last = self.words.indices.last { self.words[last].isBare = true }
        default: break
        }
    }

    private mutating func string(_ fields: Span<UInt8>, at quote: Int) -> Int {
        let start = quote + 1
        var close = start
        while close < fields.count, fields[close] != UInt8(ascii: "\"") {
            close += fields[close] == UInt8(ascii: "\\") ? 2 : 1
        }
        close = min(close, fields.count)
        let end = min(close + 1, fields.count)
        if end < fields.count, fields[end] == UInt8(ascii: ":") {
            self.key(fields, start..<close)
            return end + 1
        }
        self.value(fields, start..<close, isNumber: false)
        return end
    }

    private mutating func number(_ fields: Span<UInt8>, at start: Int) -> Int {
        var end = start
        while end < fields.count, fields[end] != UInt8(ascii: ","), fields[end] != UInt8(ascii: "}"),
            fields[end] != UInt8(ascii: "]")
        {
            end += 1
        }
        self.value(fields, start..<end, isNumber: true)
        return end
    }

    private mutating func key(_ fields: Span<UInt8>, _ range: Range<Int>) {
        if self.scopes.isOutermost {
            self.members.append(Member(range: range.lowerBound - 1..<range.upperBound, key: range))
            self.words.append(FieldWord(range: range, isKey: true, member: self.members.count - 1))
        }
        let text = TextView.ofJSONString(fields.extracting(range))
        // Names are text of the line as well: `{"alice@example.com": 3}`.
        self.add(self.texts.edits(of: text, mask: self.scopes.keyRules), in: range, isNumber: false)
        self.scopes.enter(key: text.bytes)
    }

    private mutating func endMember(at end: Int) {
        guard let last = self.members.indices.last, self.members[last].range.upperBound <= end else { return }
        self.members[last].range = self.members[last].range.lowerBound..<end
    }

    // MARK: values

    private mutating func value(_ fields: Span<UInt8>, _ range: Range<Int>, isNumber: Bool) {
        if self.scopes.isOutermost, !range.isEmpty, let member = self.members.indices.last {
            self.words.append(FieldWord(range: range, isNumber: isNumber, member: member))
        }
        let scope = self.scopes.takeScope()
        guard !range.isEmpty, scope.rules != 0, let member = self.members.indices.last else { return }
        let value = Value(range: range, isNumber: isNumber, rules: scope.rules, member: member)
        if scope.namedRules != 0 { return self.replaceWhole(value, in: fields, by: scope.namedRules) }
        if self.isCut, !Self.isOfRelay(fields.extracting(self.members[member].key)) { self.lastOfLine = value }
        // The journal's fields are cut one by one, and only long ones.
        self.replaceParts(of: value, in: fields, isCut: self.isCut && range.count >= Self.minCutBytes)
    }

    private mutating func replaceParts(of value: Value, in fields: Span<UInt8>, isCut: Bool) {
        let text = Self.text(of: value, in: fields)
        self.add(
            self.texts.edits(of: text, mask: value.rules, isCut: isCut), in: value.range, isNumber: value.isNumber)
    }

    /// The value of a field whose name says that it is a secret.
    private mutating func replaceWhole(_ value: Value, in fields: Span<UInt8>, by rules: UInt64) {
        let text = Self.text(of: value, in: fields).bytes[...]
        let number = rules.trailingZeroBitCount
        guard !text.isEmpty, number < self.redaction.rules.count, !self.redaction.isReplacement(text) else { return }
        let edit = RedactionEdit(
            range: 0..<value.range.count, cause: .rule(number), depth: 0,
            replacement: self.redaction.rules[number].replacement(for: text))
        self.add([edit], in: value.range, isNumber: value.isNumber)
    }

    private static func text(of value: Value, in fields: Span<UInt8>) -> TextView {
        let source = fields.extracting(value.range)
        return value.isNumber ? TextView(source) : TextView.ofJSONString(source)
    }

    private mutating func add(_ edits: [RedactionEdit], in range: Range<Int>, isNumber: Bool) {
        guard !edits.isEmpty, let last = self.members.lastIndex(where: { $0.range.lowerBound <= range.lowerBound })
        else { return }
        let placed = edits.map { edit in
            var edit = edit
            edit.range = range.lowerBound + edit.range.lowerBound..<range.lowerBound + edit.range.upperBound
            return edit
        }
        self.add(FieldEdit(range: range, isNumber: isNumber, edits: placed), to: last)
    }

    /// A member that no comma ended, since the bytes are no JSON, reaches to its last edit at least.
    private mutating func add(_ edit: FieldEdit, to member: Int) {
        let range = self.members[member].range
        self.members[member].range = range.lowerBound..<max(range.upperBound, edit.range.upperBound)
        self.members[member].edits.append(edit)
    }

    /// Of a line in logfmt the words around a secret are fields of their own: `Bearer abc` reads
    /// `{"Bearer":true,"abc":true}`. So they are put together again, and read as the line was.
    private mutating func replaceAcrossWords(in fields: Span<UInt8>) {
        let words = self.words.filter { !Self.isOfRelay(fields.extracting(self.members[$0.member].key)) }
        guard words.contains(where: \.isBare) else { return }
        let line = FieldWord.line(words, in: fields)
        for edit in self.texts.edits(of: line, mask: self.scopes.keyRules, isCut: self.isCut) {
            for word in words where word.range.overlaps(edit.range) {
                var part = edit
                part.range = edit.range.clamped(to: word.range)
                self.add(part, to: word)
            }
        }
    }

    private mutating func add(_ edit: RedactionEdit, to word: FieldWord) {
        let place = self.members[word.member].edits.firstIndex { $0.range == word.range }
        guard let place else {
            self.add(FieldEdit(range: word.range, isNumber: word.isNumber, edits: [edit]), to: word.member)
            return
        }
        let edits = self.members[word.member].edits[place].edits
        self.members[word.member].edits[place].edits = RedactionEdit.joined(edits + [edit])
    }

    private static let minCutBytes = 64 << 10

    /// Fields that the relay adds to those of a line.
    private static func isOfRelay(_ key: Span<UInt8>) -> Bool {
        Self.relayKeys.contains { name in
            name.count == key.count && name.indices.allSatisfy { name[$0] == key[$0] }
        }
    }

    private static let relayKeys = [
        "truncated_bytes", "raw_base64", "lines", "line_offsets", "join_part", "join_cut", "file", "pid", "uid",
        "gid", "comm",
    ].map { Array($0.utf8) }
}
