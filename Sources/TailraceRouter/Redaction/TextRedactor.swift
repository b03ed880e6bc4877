import TailraceEvent

/// Finds what the rules replace in one text, however it is encoded.
struct TextRedactor {
    /// Layers of encoding that are looked through.
    static let maxDepth = 4
    /// Decoded bytes per byte of a text; each layer of escapes takes one, base64 up to three.
    private static let maxDecodedFactor = 12
    /// Matches of one expression in a text; the rest of the text is replaced with the last, so that a text that matches
    /// everywhere costs no more than so many searches.
    static let maxMatches = 4096
    /// How much of a cut text's end may be the beginning of a secret.
    private static let maxEdgeBytes = 1024

    private let redaction: Redaction
    private let scanner: TriggerScanner

    init(_ redaction: Redaction, scanner: TriggerScanner) {
        self.redaction = redaction
        self.scanner = scanner
    }

    /// The edits of a text by the rules in `mask`: in order, apart, of whole characters.
    func edits(of text: TextView, mask: UInt64, isCut: Bool = false) -> [RedactionEdit] {
        guard mask != 0, text.count > 0 else { return [] }
        var edits: [RedactionEdit] = []
        var views = [text]
        var budget = Self.maxDecodedFactor * text.count
        while let view = views.popLast() {
            let hits = self.scanner.hits(in: view.bytes)
            self.match((hits.rules | self.redaction.triggers.unfiltered) & mask, in: view, into: &edits)
            guard hits.hasEscapes || hits.hasBase64 else { continue }
            var children: [TextView] = []
            if hits.hasEscapes, let child = view.unescaped() { children.append(child) }
            if hits.hasBase64 { children += view.base64Views() }
            budget -= children.reduce(0) { $0 + $1.count }
            if children.isEmpty { continue }
            if view.depth < Self.maxDepth, budget >= 0 {
                views += children
            } else {
                self.redaction.tally.addDecodingLimit()
            }
        }
        if isCut { self.cutEdge(of: text, into: &edits) }
        return edits.count > 1 ? RedactionEdit.joined(edits) : edits
    }

    private func match(_ rules: UInt64, in view: TextView, into edits: inout [RedactionEdit]) {
        var rest = rules
        while rest != 0 {
            let number = rest.trailingZeroBitCount
            rest &= rest - 1
            guard number < self.redaction.rules.count else { return }
            for expression in self.redaction.rules[number].expressions {
                self.match(expression, rule: number, in: view, into: &edits)
            }
        }
    }

    private func match(
        _ expression: SecretExpression, rule number: Int, in view: TextView, into edits: inout [RedactionEdit]
    ) {
        let builtin = self.redaction.rules[number].builtin
        var start = 0
        var matches = 0
        while start <= view.count, let (match, candidate) = expression.next(in: view.bytes, from: start) {
            matches += 1
            let isLast = matches == Self.maxMatches
            let range = isLast ? match.lowerBound..<view.count : candidate
            let secret = isLast || builtin == nil ? range : builtin?.verified(range, in: view.bytes)
            if !isLast, let own = secret.flatMap({ self.replacements(around: $0, in: view.bytes) }) {
                // Its last byte may part what comes next from what was before.
                start = max(own.upperBound - 1, match.lowerBound + 1)
                continue
            }
            if let secret, !secret.isEmpty { self.add(secret, rule: number, in: view, into: &edits) }
            if isLast { return }
            start = Self.end(of: match, candidate: candidate, secret: secret)
        }
    }

    /// Where the next search begins. What only looked like a secret may hide the beginning of one.
    private static func end(of match: Range<Int>, candidate: Range<Int>, secret: Range<Int>?) -> Int {
        guard secret != nil else {
            return candidate.count <= Self.maxRetriedBytes ? match.lowerBound + 1 : match.upperBound
        }
        return max(candidate.isEmpty ? match.upperBound : candidate.upperBound, match.lowerBound + 1)
    }

    /// Bounds what is searched again: addresses and card numbers are no longer.
    private static let maxRetriedBytes = 32

    private func add(
        _ secret: Range<Int>, rule number: Int, in view: TextView, into edits: inout [RedactionEdit]
    ) {
        let text = view.bytes[secret]
        if self.redaction.isReplacement(text) { return }
        edits.append(
            RedactionEdit(
                range: view.source(of: view.wholeCharacters(secret)), cause: .rule(number), depth: view.depth,
                replacement: self.redaction.rules[number].replacement(for: text)))
    }

    /// What stands in place of secrets already, if this one begins in it.
    ///
    /// Labels are names of secrets themselves: `[private-key:3f9a1c02b7d4]` reads like a key and its value. Brackets at
    /// the end of a value are not taken with it: `password=[password]`. What separates a name from its value may have
    /// been, where there are two such: `Authorization: =[password:3f9a1c02b7d4]`.
    private func replacements(around secret: Range<Int>, in text: [UInt8]) -> Range<Int>? {
        guard let start = secret.first(where: { !Self.isSeparator(text[$0]) }) else { return nil }
        let secret = start..<secret.upperBound
        let limit = max(0, start - RedactionRule.maxReplacementBytes)
        guard let open = text[limit...start].lastIndex(of: UInt8(ascii: "[")) else { return nil }
        var end = open
        while let next = self.endOfReplacement(at: end, in: text) ?? self.endOfReplacedValue(at: end, in: text) {
            end = next
        }
        let beginsIn = secret.lowerBound > open && secret.lowerBound < end
        return beginsIn || secret.lowerBound == open && secret.upperBound <= end ? open..<end : nil
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") || byte == 0x20 || byte == 0x09
    }

    /// Of a replacement that is the value of the one before it, where a name and its value are read together.
    private func endOfReplacedValue(at end: Int, in text: [UInt8]) -> Int? {
        guard end < text.count, text[end] == UInt8(ascii: "="), end > 0, text[end - 1] == UInt8(ascii: "]") else {
            return nil
        }
        return self.endOfReplacement(at: end + 1, in: text)
    }

    private func endOfReplacement(at open: Int, in text: [UInt8]) -> Int? {
        let room = text[open...].prefix(RedactionRule.maxReplacementBytes)
        guard room.first == UInt8(ascii: "["), let close = room.firstIndex(of: UInt8(ascii: "]")),
            self.redaction.isReplacement(text[open...close])
        else { return nil }
        return close + 1
    }

    /// The last word of a cut text, or its last digits in groups: what was cut off may have made a secret of it.
    private func cutEdge(of view: TextView, into edits: inout [RedactionEdit]) {
        let limit = max(0, view.count - Self.maxEdgeBytes)
        var word = view.count
        while word > limit, view.bytes[word - 1] > 0x20 { word -= 1 }
        var digits = view.count
        while digits > limit, view.bytes[digits - 1].isDigit || " -.".utf8.contains(view.bytes[digits - 1]) {
            digits -= 1
        }
        while digits < view.count, !view.bytes[digits].isDigit { digits += 1 }
        let range = view.wholeCharacters(min(word, digits)..<view.count)
        guard !range.isEmpty, !self.redaction.isReplacement(view.bytes[range]) else { return }
        edits.append(
            RedactionEdit(
                range: view.source(of: range), cause: .cut, depth: 0, replacement: Redaction.cutText))
    }
}

extension TextView {
    /// The range, widened to where characters of UTF-8 begin and end.
    func wholeCharacters(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start > 0, start < self.count, self.bytes[start] & 0xC0 == 0x80 { start -= 1 }
        while end < self.count, self.bytes[end] & 0xC0 == 0x80 { end += 1 }
        return start..<end
    }
}
