import TailraceEvent

/// Clauses, and what only looks like one.
extension FilterParser {
    enum Operator: String, CaseIterable {
        case exact = ":="
        case notEqual = "!="
        case greaterOrEqual = ">="
        case lessOrEqual = "<="
        case has = ":"
        case equal = "="
        case greater = ">"
        case less = "<"

        var comparison: Comparison? { Comparison(rawValue: self.rawValue) }
    }

    mutating func clauseOrText() throws(FilterError) -> Expression {
        let start = self.index
        guard let head = try self.clauseHead() else {
            let text = try self.textClause()
            self.tookClause(from: start)
            return text
        }
        self.index = head.valueStart
        if let comparison = head.operation.comparison {
            let value = try self.comparisonValue(of: head)
            let condition = Condition.compare(comparison, value)
            self.tookClause(from: start)
            return .clause(try self.checked(Clause(field: head.field, condition: condition), from: head.valueStart))
        }
        let expression = try self.value(of: head, from: start, listDepth: 0)
        return head.operation == .notEqual ? .not(expression) : expression
    }

    // MARK: Field and operator

    struct ClauseHead {
        var field: FieldName
        var operation: Operator
        /// As written, for messages.
        var name: String
        var valueStart: Int
    }

    /// Field and operator if a clause begins here; nil for text. Takes nothing.
    private func clauseHead() throws(FilterError) -> ClauseHead? {
        guard let (field, end) = try self.fieldName() else { return nil }
        let name = self.text(self.index..<end)
        guard let operation = Operator.allCases.first(where: { self.isAt(end, $0.rawValue) }) else {
            if self.isAt(end, "!~") { throw self.operatorError("!~", at: end, suggestion: "-\(name):/regex/") }
            return nil
        }
        let valueStart = end + operation.rawValue.unicodeScalars.count
        let head = ClauseHead(field: field, operation: operation, name: name, valueStart: valueStart)
        if self.isTextAfterAll(head) { return nil }
        if let wrong = self.wrongOperator(head, at: end) { throw wrong }
        if operation == .has, FilterSpelling.timeNames.contains(name) { throw self.boundsError(at: self.index) }
        if valueStart < self.scalars.count, self.scalars[valueStart] == "|" { throw self.pipeError(at: valueStart) }
        guard valueStart < self.scalars.count, !self.endsValue(at: valueStart) else {
            throw self.error(
                "\(name)\(operation.rawValue) has no value", at: valueStart, length: 0,
                expected: Self.valueForm(of: field),
                suggestion: "\"\(name)\(operation.rawValue)\" in quotes, to search for it")
        }
        return head
    }

    /// Where quotes or a list may begin, a value does not end.
    private func endsValue(at position: Int) -> Bool {
        let scalar = self.scalars[position]
        return scalar == ")" || scalar.properties.isWhitespace
    }

    /// `error:` before a space, `x://…`, `a::b`, `C:\…`, `name==`: written by programs, not as filters.
    private func isTextAfterAll(_ head: ClauseHead) -> Bool {
        let next = head.valueStart < self.scalars.count ? self.scalars[head.valueStart] : nil
        switch head.operation {
        case .has:
            guard let next else { return true }
            return next == ")" || next == ":" || next.properties.isWhitespace || self.isAt(head.valueStart, "//")
                || (next == "\\" && head.name.unicodeScalars.count == 1)
        case .equal:
            return next == "=" && self.wordEnd(from: head.valueStart) == head.valueStart + 1
        case .exact, .notEqual, .greaterOrEqual, .lessOrEqual, .greater, .less:
            return false
        }
    }

    /// Operators of other languages.
    private func wrongOperator(_ head: ClauseHead, at start: Int) -> FilterError? {
        let known: [(String, String)] = [
            ("===", "="), ("==", "="), ("!==", "!="), ("=~", ":/regex/"), (":~", ":/regex/"),
            ("=>", ">="), ("=<", "<="), ("<>", "!="), (":>=", ">="), (":<=", "<="), (":>", ">"), (":<", "<"),
            (":!", "!="), (">>", ">"), ("<<", "<"),
        ]
        guard let (wrong, right) = known.first(where: { self.isAt(start, $0.0) }) else { return nil }
        let valueStart = start + wrong.unicodeScalars.count
        let value = right.hasSuffix("/") ? "" : self.text(valueStart..<self.wordEnd(from: valueStart))
        return self.operatorError(wrong, at: start, suggestion: "\(head.name)\(right)\(value)")
    }

    private func operatorError(_ wrong: String, at start: Int, suggestion: String) -> FilterError {
        self.error(
            "unknown operator \(wrong)", at: start, length: wrong.unicodeScalars.count,
            expected: ": = != > >= < or <=", suggestion: suggestion)
    }

    private func isAt(_ position: Int, _ word: String) -> Bool {
        var position = position
        for scalar in word.unicodeScalars {
            guard position < self.scalars.count, self.scalars[position] == scalar else { return false }
            position += 1
        }
        return true
    }

    /// A field's name and where it ends, whether or not an operator follows.
    private func fieldName() throws(FilterError) -> (FieldName, end: Int)? {
        switch self.peek() {
        case "*": return (.any, self.index + 1)
        case "\"":
            var copy = self
            guard let name = try? copy.quoted(), !name.isEmpty else { return nil }
            return (.path([.name(name)]), copy.index)
        default: return try self.pathName()
        }
    }

    /// `name { "." name | "[" [ int ] "]" }`, with a leading dot to say that it is no reserved name.
    private func pathName() throws(FilterError) -> (FieldName, end: Int)? {
        var position = self.index
        let isExplicit = self.peek() == "."
        if isExplicit { position += 1 }
        guard position < self.scalars.count, FieldSpelling.canStart(self.scalars[position]) else { return nil }
        var steps: [PathStep] = []
        while true {
            let start = position
            while position < self.scalars.count, FieldSpelling.canContinue(self.scalars[position]) { position += 1 }
            guard position > start else { return nil }
            steps.append(.name(self.text(start..<position)))
            while position < self.scalars.count, self.scalars[position] == "[" {
                guard let (step, end) = self.element(at: position) else { return nil }
                steps.append(step)
                position = end
            }
            guard position < self.scalars.count, self.scalars[position] == "." else { break }
            position += 1
        }
        // `object->method` is source code.
        if self.scalars[position - 1] == "-", self.isAt(position, ">") { return nil }
        guard steps.count <= FilterLimits.maxPathSteps else {
            guard Operator.allCases.contains(where: { self.isAt(position, $0.rawValue) }) else { return nil }
            throw self.error(
                "the field's name has more than \(FilterLimits.maxPathSteps) parts", length: position - self.index,
                expected: "at most \(FilterLimits.maxPathSteps)")
        }
        if !isExplicit, steps.count == 1, case .name(let name) = steps[0], let field = ReservedField(spelling: name) {
            return (.reserved(field), position)
        }
        return (.path(steps), position)
    }

    /// `[]` or `[3]`.
    private func element(at start: Int) -> (PathStep, end: Int)? {
        var position = start + 1
        while position < self.scalars.count, ("0"..."9").contains(self.scalars[position]) { position += 1 }
        guard position < self.scalars.count, self.scalars[position] == "]" else { return nil }
        if position == start + 1 { return (.everyElement, position + 1) }
        guard let number = Int(self.text(start + 1..<position)) else { return nil }
        return (.element(number), position + 1)
    }

    // MARK: Text

    private mutating func textClause() throws(FilterError) -> Expression {
        let start = self.index
        if let next = self.peek(), next == "\"" || next == "'" {
            return .clause(Clause(field: nil, condition: .contains(try self.quoted())))
        }
        if let (slash, end) = self.regexEnd() {
            return .clause(Clause(field: nil, condition: .regex(try self.regex(closing: slash, end: end))))
        }
        self.index = self.wordEnd(from: start)
        let word = self.text(start..<self.index)
        if Operator(rawValue: word) != nil, word != ":" {
            self.suggest(
                "\"\(word)\" with spaces around it is searched as text; write field\(word)value without spaces")
        }
        guard word.unicodeScalars.contains(where: { $0 == "*" || $0 == "?" }) else {
            return .clause(Clause(field: nil, condition: .contains(word)))
        }
        let pattern = try self.pattern(word, at: start)
        // A search finds its text anywhere, so stars at the ends say nothing.
        var inner = pattern.unicodeScalars[...]
        while inner.first == "*" { inner = inner.dropFirst() }
        while inner.last == "*" { inner = inner.dropLast() }
        if inner.isEmpty { return .clause(Clause(field: nil, condition: .like("*"))) }
        let isWild = inner.contains { $0 == "*" || $0 == "?" }
        return .clause(Clause(field: nil, condition: isWild ? .like(String(inner)) : .contains(String(inner))))
    }

    /// A wildcard pattern without repeated stars.
    func pattern(_ word: String, at start: Int) throws(FilterError) -> String {
        guard word.utf8.count <= FilterLimits.maxPatternBytes else {
            throw self.error(
                "the pattern is longer than \(FilterLimits.maxPatternBytes) bytes", at: start,
                length: word.unicodeScalars.count, expected: "at most 1 KiB with wildcards")
        }
        var pattern = String.UnicodeScalarView()
        for scalar in word.unicodeScalars where scalar != "*" || pattern.last != "*" { pattern.append(scalar) }
        return String(pattern)
    }
}
