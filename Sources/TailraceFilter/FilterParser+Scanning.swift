/// Looking at the text, and saying where in it something is wrong.
extension FilterParser {
    func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        let position = self.index + offset
        return position < self.scalars.count ? self.scalars[position] : nil
    }

    func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: self.scalars[range])
        return String(text)
    }

    mutating func skipSpace() {
        while let next = self.peek(), next.properties.isWhitespace { self.index += 1 }
    }

    /// True for what no bare word can hold.
    static func endsWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", ")", "\"", "|": true
        default: scalar.properties.isWhitespace
        }
    }

    func wordEnd(from start: Int) -> Int {
        var end = start
        while end < self.scalars.count, !Self.endsWord(self.scalars[end]) { end += 1 }
        return end
    }

    func isAhead(_ word: String) -> Bool {
        var position = self.index
        for scalar in word.unicodeScalars {
            guard position < self.scalars.count, self.scalars[position] == scalar else { return false }
            position += 1
        }
        return true
    }

    /// The keyword that stands here as a word of its own; `||` needs no space around it.
    func keyword(_ words: [String]) -> String? {
        words.first { word in
            guard self.isAhead(word) else { return false }
            return word == "||" || self.wordEnd(from: self.index) == self.index + word.unicodeScalars.count
        }
    }

    /// True where no operand can begin: at the end, at `)` and at OR.
    var isAtOperandEnd: Bool {
        guard let next = self.peek() else { return true }
        return next == ")" || self.keyword(["OR", "or", "||"]) != nil
    }

    func column(at position: Int) -> Int { self.text(0..<min(position, self.scalars.count)).count + 1 }

    func error(
        _ message: String, at position: Int? = nil, length: Int, expected: String, suggestion: String? = nil
    ) -> FilterError {
        let start = min(position ?? self.index, self.scalars.count)
        let end = min(start + length, self.scalars.count)
        return FilterError(
            message: message, column: self.column(at: start), length: self.text(start..<end).count,
            expected: expected, suggestion: suggestion)
    }

    func pipeError(at position: Int? = nil) -> FilterError {
        self.error(
            "pipes come later", at: position, length: 1, expected: "a filter without \"|\"",
            suggestion: "OR between alternatives, or quotes around text that holds \"|\"")
    }
}
