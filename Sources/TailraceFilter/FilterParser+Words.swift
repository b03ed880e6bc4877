/// Quoted text and regexes.
extension FilterParser {
    /// At `"` or `'`; ends behind the closing one.
    mutating func quoted() throws(FilterError) -> String {
        let start = self.index
        let quote = self.scalars[start]
        self.index += 1
        var text = String.UnicodeScalarView()
        while let next = self.peek() {
            self.index += 1
            if next == quote { return String(text) }
            text.append(next == "\\" && quote == "\"" ? try self.escaped() : next)
        }
        throw self.error(
            "the quote \(quote) in column \(self.column(at: start)) is not closed", at: start,
            length: self.index - start, expected: "a closing \(quote)")
    }

    /// Behind a backslash inside `"…"`.
    private mutating func escaped() throws(FilterError) -> Unicode.Scalar {
        let next = self.peek()
        self.index += 1
        switch next {
        case "\"": return "\""
        case "\\": return "\\"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case .some(let other):
            throw self.error(
                "unknown escape \\\(other)", at: self.index - 2, length: 2, expected: "\\\" \\\\ \\n \\r or \\t",
                suggestion: "'…', where a backslash is only a backslash")
        case nil:
            throw self.error("the quote is not closed", at: self.index - 1, length: 0, expected: "a closing \"")
        }
    }

    /// Where the regex that begins here ends: behind its closing slash and flag; nil if this is text such as `/api/v1`.
    ///
    /// The next slash that is neither escaped nor inside `[ ]` must be the last character of the word. A parenthesis
    /// that closes more than the regex opened ends the search, so that `(path:/api OR x/)` stays text.
    func regexEnd() -> (slash: Int, end: Int)? {
        guard self.peek() == "/" else { return nil }
        var position = self.index + 1
        var depth = 0
        var isInClass = false
        while position < self.scalars.count {
            switch self.scalars[position] {
            case "\\": position += 1
            case "[" where !isInClass:
                isInClass = true
                if position + 1 < self.scalars.count, self.scalars[position + 1] == "^" { position += 1 }
                // A bracket that closes at once is a member: `[]a]`.
                if position + 1 < self.scalars.count, self.scalars[position + 1] == "]" { position += 1 }
            case "]": isInClass = false
            case "(" where !isInClass: depth += 1
            case ")" where !isInClass:
                depth -= 1
                if depth < 0 { return nil }
            case "/" where !isInClass: return self.regexEnd(closing: position)
            default: break
            }
            position += 1
        }
        return nil
    }

    private func regexEnd(closing slash: Int) -> (slash: Int, end: Int)? {
        var end = slash + 1
        if end < self.scalars.count, self.scalars[end] == "i" || self.scalars[end] == "I" { end += 1 }
        guard slash > self.index + 1 else { return nil }
        guard end < self.scalars.count else { return (slash, end) }
        return self.scalars[end] == ")" || self.scalars[end].properties.isWhitespace ? (slash, end) : nil
    }

    mutating func regex(closing slash: Int, end: Int) throws(FilterError) -> RegexProgram {
        let start = self.index + 1
        let pattern = self.text(start..<slash)
        defer { self.index = end }
        guard pattern.utf8.count <= FilterLimits.maxPatternBytes else {
            throw self.error(
                "the regex is longer than \(FilterLimits.maxPatternBytes) bytes", at: start, length: slash - start,
                expected: "at most 1 KiB")
        }
        guard !pattern.unicodeScalars.contains("\0") else {
            throw self.error("a regex cannot hold a NUL", at: start, length: slash - start, expected: "\\x00 for it")
        }
        guard RegexBudget.weight(of: pattern) <= FilterLimits.maxRegexWeight else {
            throw self.error(
                "the regex repeats too much: its bounded repeats {n,m} unroll to too many states",
                at: start, length: slash - start, expected: "smaller bounds, or * and +")
        }
        do {
            return try RegexProgram(pattern: pattern, ignoresCase: end > slash + 1)
        } catch let failure {
            let offset = failure.offset.map { Self.scalarCount(of: pattern, utf8Offset: $0) }
            throw self.error(
                "wrong regex: \(failure.message)", at: start + (offset ?? 0), length: offset == nil ? slash - start : 1,
                expected: "a regex without look-around and back-references (they cannot be searched in linear time)")
        }
    }

    private static func scalarCount(of text: String, utf8Offset offset: Int) -> Int {
        let bytes = text.utf8.prefix(max(0, offset))
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.count
    }
}
