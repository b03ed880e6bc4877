/// Reads a filter's text by recursive descent; the limits bound every recursion.
///
/// ```
/// query = [ or ] ;  or = and , { OR , and } ;  and = not , { [ AND ] , not } ;  not = [ "-" | "!" | NOT ] , atom ;
/// atom  = "(" , or , ")" | "#(" , or , ")" | clause | text ;
/// ```
struct FilterParser {
    let scalars: [Unicode.Scalar]
    var index = 0
    private var depth = 0
    private var clauseCount = 0
    private(set) var hint: String?
    private(set) var bounds = TimeBounds()
    /// Where the first `since: until: around:` stands; nothing but more of them may follow.
    private var boundsStart: Int?

    /// Where the clauses stand, in the order they were read: indexes of scalars.
    private var clauseRanges: [Range<Int>] = []

    /// The tree as written, with what was read beside it.
    struct Result {
        var expression: Expression
        var hint: String?
        var bounds: TimeBounds
        /// Where the clauses stand, in the order they were written: in characters from 1.
        var clauseColumns: [Range<Int>]
    }

    static func parse(_ text: String) throws(FilterError) -> Result {
        guard text.utf8.count <= FilterLimits.maxTextBytes else {
            throw FilterError(
                message: "the filter is \(text.utf8.count) bytes long", column: 1, length: text.count,
                expected: "at most \(FilterLimits.maxTextBytes) bytes")
        }
        var parser = FilterParser(scalars: Array(text.unicodeScalars))
        let expression = try parser.query()
        return Result(
            expression: expression, hint: parser.hint, bounds: parser.bounds, clauseColumns: parser.clauseColumns())
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    // MARK: Grammar

    private mutating func query() throws(FilterError) -> Expression {
        self.skipSpace()
        guard self.index < self.scalars.count else { return .everything }
        let expression = try self.or()
        guard self.index == self.scalars.count else {
            throw self.error("nothing is open that \")\" could close", length: 1, expected: "a clause or the end")
        }
        return expression
    }

    private mutating func or() throws(FilterError) -> Expression {
        var alternatives: [Expression] = []
        var isMixed = false
        while true {
            let operands = try self.and(isFirst: alternatives.isEmpty)
            isMixed = isMixed || operands.count > 1
            alternatives.append(operands.count == 1 ? operands[0] : .and(operands))
            guard let word = self.keyword(["OR", "or", "||"]) else { break }
            if let start = self.boundsStart { throw self.boundsError(at: start) }
            guard !operands.isEmpty else { throw self.missingOperand(before: word) }
            self.index += word.count
        }
        if alternatives.count > 1, isMixed, self.hint == nil {
            self.hint = "AND binds tighter than OR; write parentheses to say which belong together"
        }
        return alternatives.count == 1 ? alternatives[0] : .or(alternatives)
    }

    /// The operands; none only where the query is nothing but time bounds.
    private mutating func and(isFirst: Bool) throws(FilterError) -> [Expression] {
        var operands: [Expression] = []
        var isWanted = !isFirst || self.depth > 0
        while true {
            self.skipSpace()
            if self.isAtOperandEnd { break }
            if let word = self.keyword(["AND", "and", "&&"]) {
                guard !operands.isEmpty, !isWanted else { throw self.missingOperand(before: word) }
                self.index += word.count
                isWanted = true
                continue
            }
            if try self.takeTimeBound(isWanted: isWanted && operands.isEmpty) {
                isWanted = false
                continue
            }
            if let start = self.boundsStart { throw self.boundsError(at: start) }
            operands.append(try self.not())
            isWanted = false
        }
        if isWanted { throw self.missingOperandHere() }
        return operands
    }

    private mutating func not() throws(FilterError) -> Expression {
        if let word = self.keyword(["NOT", "not"]) {
            let start = self.index
            self.index += word.count
            self.skipSpace()
            guard !self.isAtOperandEnd, self.keyword(["AND", "and", "&&"]) == nil else {
                throw self.error(
                    "\(word) has nothing to negate", at: start, length: word.count,
                    expected: "a clause after \(word)", suggestion: "\"\(word)\" to search for the word")
            }
            if let sign = self.peek(), sign == "-" || sign == "!", self.peek(1) != sign {
                throw self.error("\(word) \(sign) negates twice", length: 1, expected: "a clause")
            }
            return .not(try self.atom())
        }
        guard let sign = self.peek(), sign == "-" || sign == "!" else { return try self.atom() }
        let next = self.peek(1)
        // `--verbose`, `->` and `!!` are what programs print; nobody means them as negations.
        if next == sign || (sign == "-" && next == ">") { return try self.atom() }
        if sign == "!", next == "=" {
            throw self.error("!= has no field before it", length: 2, expected: "field!=value without spaces")
        }
        guard let next, !next.properties.isWhitespace, next != ")" else {
            throw self.error(
                "\"\(sign)\" stands alone", length: 1, expected: "what it excludes directly behind it",
                suggestion: "\"\(sign)\" in quotes to search for it")
        }
        self.index += 1
        if next == "-" || next == "!" {
            throw self.error("\"\(sign)\(next)\" negates twice", length: 1, expected: "one \"-\" or \"!\"")
        }
        if ("0"..."9").contains(next), self.hint == nil {
            self.hint = "a leading - excludes; write \"-1\" in quotes to search for a negative number"
        }
        return .not(try self.atom())
    }

    private mutating func atom() throws(FilterError) -> Expression {
        switch self.peek() {
        case "(":
            return try self.group(opening: 1)
        case "#" where self.peek(1) == "(":
            return .off(try self.group(opening: 2))
        case "|":
            throw self.pipeError()
        default:
            let start = self.index
            let expression = try self.clauseOrText()
            try self.countClause(at: start)
            return expression
        }
    }

    private mutating func group(opening: Int) throws(FilterError) -> Expression {
        let start = self.index
        self.depth += 1
        guard self.depth <= FilterLimits.maxDepth else {
            throw self.error(
                "parentheses nest deeper than \(FilterLimits.maxDepth)", length: 1,
                expected: "at most \(FilterLimits.maxDepth) levels")
        }
        self.index += opening
        let expression = try self.or()
        guard self.peek() == ")" else {
            throw self.error(
                "\"(\" in column \(self.column(at: start)) is not closed", length: 0, expected: "\")\"")
        }
        self.index += 1
        self.depth -= 1
        return expression
    }

    mutating func countClause(at start: Int) throws(FilterError) {
        self.clauseCount += 1
        guard self.clauseCount <= FilterLimits.maxClauses else {
            throw self.error(
                "the filter has more than \(FilterLimits.maxClauses) clauses", at: start, length: self.index - start,
                expected: "at most \(FilterLimits.maxClauses), list values included")
        }
    }

    /// A clause ends here that began at `start`.
    mutating func tookClause(from start: Int) {
        self.clauseRanges.append(start..<self.index)
    }

    /// One pass over the text, however many clauses there are.
    private func clauseColumns() -> [Range<Int>] {
        var columns: [Int] = []
        for (number, character) in self.text(0..<self.scalars.count).enumerated() {
            columns += repeatElement(number + 1, count: character.unicodeScalars.count)
        }
        columns.append((columns.last ?? 0) + 1)
        return self.clauseRanges.map { columns[$0.lowerBound]..<max(columns[$0.lowerBound], columns[$0.upperBound]) }
    }

    mutating func suggest(_ hint: String) {
        if self.hint == nil { self.hint = hint }
    }

    // MARK: Time bounds

    /// Takes `since: until: around:` where they may stand: outside everything, at the end.
    private mutating func takeTimeBound(isWanted: Bool) throws(FilterError) -> Bool {
        let start = self.index
        guard let name = FilterSpelling.timeNames.first(where: { self.isAhead($0 + ":") }) else { return false }
        let valueStart = start + name.unicodeScalars.count + 1
        guard valueStart < self.scalars.count, !Self.endsWord(self.scalars[valueStart]) else {
            if self.boundsStart != nil || valueStart == self.scalars.count {
                throw self.error("\(name): has no value", at: valueStart, length: 0, expected: Self.boundsForm(name))
            }
            return false
        }
        guard self.depth == 0, !isWanted else { throw self.boundsError(at: start) }
        self.index = valueStart
        while let next = self.peek(), !Self.endsWord(next) { self.index += 1 }
        let value = self.text(valueStart..<self.index)
        guard self.setBound(name, to: value) else {
            throw self.error(
                "\(name): cannot be \"\(value)\"", at: valueStart, length: self.index - valueStart,
                expected: Self.boundsForm(name))
        }
        if self.boundsStart == nil { self.boundsStart = start }
        return true
    }

    private mutating func setBound(_ name: String, to value: String) -> Bool {
        switch name {
        case "since":
            self.bounds.since = TimeBounds.Edge(value)
            return self.bounds.since != nil
        case "until":
            self.bounds.until = TimeBounds.Edge(value)
            return self.bounds.until != nil
        default:
            self.bounds.around = TimeBounds.Neighbourhood(value)
            return self.bounds.around != nil
        }
    }

    private static func boundsForm(_ name: String) -> String {
        name == "around" ? "an event and a radius such as #1842±20" : "15m, 14:30 or 2026-11-22T14:30Z"
    }

    func boundsError(at start: Int) -> FilterError {
        var end = start
        while end < self.scalars.count, !Self.endsWord(self.scalars[end]) { end += 1 }
        return self.error(
            "\(self.text(start..<end)) is a time range, not a condition", at: start, length: end - start,
            expected: "time ranges at the end of the filter, outside parentheses")
    }

    // MARK: Errors about operands

    private func missingOperand(before word: String) -> FilterError {
        self.error(
            "\(word) has nothing before it", length: word.count, expected: "a clause before \(word)",
            suggestion: "\"\(word)\" to search for the word")
    }

    private func missingOperandHere() -> FilterError {
        let end = self.peek().map { $0 == ")" ? 1 : 0 } ?? 0
        if let word = self.keyword(["OR", "or", "||"]) {
            return self.missingOperand(before: word)
        }
        return self.error("a clause is missing", length: end, expected: "a word, a field:value or \"(\"")
    }
}
