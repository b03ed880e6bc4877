import TailraceEvent

/// What stands behind a field's operator.
extension FilterParser {
    /// One value or a list of them, each as a clause of its own.
    mutating func value(of head: ClauseHead, from start: Int, listDepth: Int) throws(FilterError) -> Expression {
        if self.peek() == "(" { return try self.list(of: head, depth: listDepth + 1) }
        let valueStart = self.index
        let condition = try self.condition(of: head)
        if listDepth > 0 { try self.countClause(at: valueStart) }
        self.tookClause(from: listDepth > 0 ? valueStart : start)
        return .clause(try self.checked(Clause(field: head.field, condition: condition), from: valueStart))
    }

    /// `( value { OR value } )`
    private mutating func list(of head: ClauseHead, depth: Int) throws(FilterError) -> Expression {
        let start = self.index
        guard depth <= FilterLimits.maxDepth else {
            throw self.error(
                "lists nest deeper than \(FilterLimits.maxDepth)", length: 1,
                expected: "at most \(FilterLimits.maxDepth) levels")
        }
        self.index += 1
        var alternatives: [Expression] = []
        while true {
            self.skipSpace()
            guard let next = self.peek(), next != ")", self.keyword(["OR", "or", "||"]) == nil else {
                throw self.error(
                    "a value is missing in the list of \(head.name)", length: self.peek() == nil ? 0 : 1,
                    expected: Self.valueForm(of: head.field))
            }
            alternatives.append(try self.value(of: head, from: start, listDepth: depth))
            self.skipSpace()
            if self.peek() == ")" { break }
            guard let word = self.keyword(["OR", "or", "||"]) else { throw self.listError(of: head, from: start) }
            self.index += word.unicodeScalars.count
        }
        self.index += 1
        return alternatives.count == 1 ? alternatives[0] : .or(alternatives)
    }

    private func listError(of head: ClauseHead, from start: Int) -> FilterError {
        guard self.peek() != nil else {
            return self.error(
                "the list of \(head.name) is not closed", at: self.index, length: 0, expected: "OR or \")\"")
        }
        return self.error(
            "the values of a list are joined by OR", length: max(1, self.wordEnd(from: self.index) - self.index),
            expected: "OR or \")\"", suggestion: "\(head.name)\(head.operation.rawValue)(a OR b)")
    }

    private mutating func condition(of head: ClauseHead) throws(FilterError) -> Condition {
        let isExact = head.operation != .has
        if let next = self.peek(), next == "\"" || next == "'" {
            let text = try self.quoted()
            return isExact ? .equals(text) : .contains(text)
        }
        if !isExact, let (slash, end) = self.regexEnd() {
            return .regex(try self.regex(closing: slash, end: end))
        }
        let start = self.index
        let word = try self.bareValue(of: head)
        let isWild = word.unicodeScalars.contains { $0 == "*" || $0 == "?" }
        if isExact {
            if isWild {
                self.suggest("\(head.operation.rawValue) compares exactly, \"*\" and \"?\" too; use : for wildcards")
            }
            return .equals(word)
        }
        if isWild {
            let pattern = try self.pattern(word, at: start)
            return pattern == "*" ? .present : .like(pattern)
        }
        return try self.range(word, at: start) ?? .contains(word)
    }

    mutating func comparisonValue(of head: ClauseHead) throws(FilterError) -> String {
        switch self.peek() {
        case "\"", "'": return try self.quoted()
        case "(":
            throw self.error(
                "\(head.operation.rawValue) compares with one value", length: 1, expected: "a number, time or level")
        default: return try self.bareValue(of: head)
        }
    }

    private mutating func bareValue(of head: ClauseHead) throws(FilterError) -> String {
        let start = self.index
        let end = self.wordEnd(from: start)
        guard end > start else {
            if self.peek() == "|" { throw self.pipeError() }
            throw self.error("a value is missing", length: 0, expected: Self.valueForm(of: head.field))
        }
        let word = self.text(start..<end)
        if let first = word.unicodeScalars.first, first == "-" || first == "!" {
            guard first == "-", let second = word.unicodeScalars.dropFirst().first,
                "0123456789.".unicodeScalars.contains(second)
            else {
                throw self.error(
                    "a value cannot begin with \"\(first)\"", length: 1, expected: "a value, or quotes around it",
                    suggestion: "-\(head.name)\(head.operation.rawValue)\(word.dropFirst()) to exclude it")
            }
        }
        self.index = end
        return word
    }

    /// `low..high` with one end open at most; nil if it is text that holds two dots.
    private func range(_ word: String, at start: Int) throws(FilterError) -> Condition? {
        guard let dots = word.firstRange(of: "..") else { return nil }
        let low = String(word[..<dots.lowerBound])
        let high = String(word[dots.upperBound...])
        guard !(low.isEmpty && high.isEmpty) else { return nil }
        let ends = [low, high].filter { !$0.isEmpty }.map { Operand($0) }
        guard ends.allSatisfy({ $0.isOrdered }) else { return nil }
        if ends.count == 2, let order = Operand.order(ends[0], ends[1]), order > 0 {
            throw self.error(
                "the range \(word) is empty", at: start, length: word.unicodeScalars.count,
                expected: "the smaller end first", suggestion: "\(high)..\(low)")
        }
        return .within(low: low.isEmpty ? nil : low, high: high.isEmpty ? nil : high)
    }

    // MARK: Fields whose values are known

    /// The clause itself, if its value is one that the field can have.
    mutating func checked(_ clause: Clause, from start: Int) throws(FilterError) -> Clause {
        switch clause.field {
        case .reserved(.level):
            return try self.checkedLevel(clause, from: start)
        case .reserved(let field) where field == .seq || field == .time || field == .late:
            for operand in clause.condition.literals(comparedOnly: field == .time)
            where !Self.fits(Operand(operand), field) {
                throw self.error(
                    "\(field.rawValue) cannot be \"\(operand)\"", at: start, length: self.index - start,
                    expected: Self.valueForm(of: clause.field))
            }
            return clause
        default:
            if case .compare(let comparison, let value) = clause.condition, !Operand(value).isOrdered {
                self.suggest(
                    "\(comparison.rawValue) compares numbers, times and levels; \"\(value)\" is none: nothing matches"
                )
            }
            return clause
        }
    }

    private func checkedLevel(_ clause: Clause, from start: Int) throws(FilterError) -> Clause {
        func level(_ name: String) throws(FilterError) -> String {
            if let level = Level(name: name) { return level.name }
            let nearest = Spelling.nearest(to: name, in: Level.allCases.map(\.name))
            throw self.error(
                "unknown level \"\(name)\"", at: start, length: self.index - start,
                expected: Self.valueForm(of: clause.field), suggestion: nearest)
        }
        var clause = clause
        switch clause.condition {
        case .contains(let name): clause.condition = .equals(try level(name))
        case .equals(let name): clause.condition = .equals(try level(name))
        case .compare(let comparison, let name): clause.condition = .compare(comparison, try level(name))
        case .within(let low, let high):
            let lowName: String? = if let low { try level(low) } else { nil }
            let highName: String? = if let high { try level(high) } else { nil }
            clause.condition = .within(low: lowName, high: highName)
        case .present, .like, .regex: break
        }
        return clause
    }

    private static func fits(_ operand: Operand, _ field: ReservedField) -> Bool {
        switch field {
        case .time: operand.instant != nil
        case .late: operand.quantity.map { $0.dimension == .time || $0.dimension == .none } ?? false
        default: operand.quantity.map { $0.dimension == .none } ?? false
        }
    }

    static func valueForm(of field: FieldName?) -> String {
        switch field {
        case .reserved(.level): "one of \(Level.allCases.map(\.name).joined(separator: " "))"
        case .reserved(.time): "a time such as 2026-11-22T14:30Z"
        case .reserved(.late): "a duration such as 5s"
        case .reserved(.seq): "a number"
        default: "a value"
        }
    }
}

extension Condition {
    /// The values that are compared; with `comparedOnly`, not those that may also be looked for as text.
    fileprivate func literals(comparedOnly: Bool) -> [String] {
        switch self {
        case .contains(let value): comparedOnly ? [] : [value]
        case .equals(let value), .compare(_, let value): [value]
        case .within(let low, let high): [low, high].compactMap { $0 }
        case .present, .like, .regex: []
        }
    }
}
