extension Expression {
    /// The same filter in the one form that all its spellings share: nested lists flattened, operands sorted and
    /// without repeats, double negations and switched-off parts gone; nil if nothing is left that has an effect.
    var simplified: Expression? {
        switch self {
        case .clause: self
        case .off: nil
        case .not(let inner): inner.simplified.map { if case .not(let twice) = $0 { twice } else { .not($0) } }
        case .and(let operands): Self.joined(operands, isAnd: true)
        case .or(let operands): Self.joined(operands, isAnd: false)
        }
    }

    private static func joined(_ operands: [Expression], isAnd: Bool) -> Expression? {
        var flat: [Expression] = []
        for operand in operands {
            switch operand.simplified {
            case nil: continue
            case .and(let inner) where isAnd: flat.append(contentsOf: inner)
            case .or(let inner) where !isAnd: flat.append(contentsOf: inner)
            case .some(let other): flat.append(other)
            }
        }
        // By bytes: a `String` equals another spelling of its accents, a filter tells them apart.
        let texts = Dictionary(flat.map { (Array($0.canonicalText.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        let sorted = texts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
        guard sorted.count > 1 else { return sorted.first }
        return isAnd ? .and(sorted) : .or(sorted)
    }

    /// Parses back to the same tree. Only meant for simplified trees.
    var canonicalText: String {
        switch self {
        case .clause(let clause): clause.canonicalText
        case .off(let inner): "#(\(inner.canonicalText))"
        case .not(let inner): "-\(inner.asOperand(of: .not))"
        case .and(let operands): operands.map { $0.asOperand(of: .and) }.joined(separator: " ")
        case .or(let operands): Self.listed(operands).joined(separator: " OR ")
        }
    }

    private enum Parent { case not, and }

    private func asOperand(of parent: Parent) -> String {
        switch self {
        case .or(let operands):
            let listed = Self.listed(operands)
            return listed.count == 1 ? listed[0] : "(\(listed.joined(separator: " OR ")))"
        case .and where parent == .not: return "(\(self.canonicalText))"
        case .and, .not, .off, .clause: return self.canonicalText
        }
    }

    /// The alternatives; those of one field are written as a list, `unit:(nginx OR mysqld)`.
    private static func listed(_ operands: [Expression]) -> [String] {
        var texts: [String] = []
        var lists: [[UInt8]: (index: Int, values: [String])] = [:]
        for operand in operands {
            guard case .clause(let clause) = operand, let field = clause.field, let list = clause.condition.listText
            else {
                texts.append(operand.asOperand(of: .and))
                continue
            }
            let head = field.canonicalText + list.operation
            let key = Array(head.utf8)
            if let known = lists[key] {
                lists[key]?.values.append(list.value)
                texts[known.index] = "\(head)(\((known.values + [list.value]).joined(separator: " OR ")))"
            } else {
                lists[key] = (texts.count, [list.value])
                texts.append(clause.canonicalText)
            }
        }
        return texts
    }
}

extension Clause {
    var canonicalText: String {
        guard let field = self.field else { return self.condition.canonicalAsText }
        return field.canonicalText + self.condition.canonicalAfterField
    }
}

extension Condition {
    /// Behind a field's name.
    fileprivate var canonicalAfterField: String {
        switch self {
        case .compare(let comparison, let value): comparison.rawValue + FilterSpelling.value(value)
        case .present, .contains, .equals, .like, .regex, .within:
            self.listText.map { $0.operation + $0.value } ?? ""
        }
    }

    /// Operator and value where they may stand in a list.
    fileprivate var listText: (operation: String, value: String)? {
        switch self {
        case .present: (":", "*")
        case .contains(let value): (":", FilterSpelling.value(value))
        case .equals(let value): ("=", FilterSpelling.value(value))
        // Parentheses end a pattern such as `/a*`, which might be taken for the start of a regex.
        case .like(let pattern): (":", FilterSpelling.isPlainPattern(pattern) ? pattern : "(\(pattern))")
        case .regex(let program): (":", program.canonicalText)
        case .within(let low, let high): (":", "\(low ?? "")..\(high ?? "")")
        case .compare: nil
        }
    }

    /// As a text clause.
    fileprivate var canonicalAsText: String {
        switch self {
        case .contains(let text): FilterSpelling.literal(text)
        case .equals(let text): FilterSpelling.literal(text)
        // Stars at either end say nothing in a search, but they keep a pattern from looking like a clause.
        case .like(let pattern): FilterSpelling.isPlainPattern(pattern) ? pattern : "**\(pattern)"
        case .regex(let program): program.canonicalText
        case .present, .compare, .within: ""
        }
    }
}

extension RegexProgram {
    fileprivate var canonicalText: String { "/\(self.pattern)/\(self.ignoresCase ? "i" : "")" }
}

extension FieldName {
    var canonicalText: String {
        switch self {
        case .reserved(let field): return field.rawValue
        case .any: return "*"
        case .path(let steps):
            if steps.count == 1, case .name(let name) = steps[0], FilterSpelling.mustQuoteField(name) {
                return FilterSpelling.quoted(name)
            }
            var text = ""
            for step in steps {
                switch step {
                case .name(let name): text += text.isEmpty ? name : ".\(name)"
                case .element(let index): text += "[\(index)]"
                case .everyElement: text += "[]"
                }
            }
            return text
        }
    }
}

/// How single words are written so that they are read back as what they are.
enum FilterSpelling {
    static let keywords: Set<String> = ["or", "OR", "and", "AND", "not", "NOT"]
    static let timeNames: Set<String> = ["since", "until", "around"]

    static func literal(_ text: String) -> String {
        self.isPlain(text) && !self.keywords.contains(text) ? text : self.quoted(text)
    }

    /// Behind an operator, where a dash before a digit is a sign.
    static func value(_ text: String) -> String {
        guard text.hasPrefix("-"), let digit = text.utf8.dropFirst().first, digit &- 0x30 < 10,
            self.isPlain(String(text.dropFirst()))
        else { return self.literal(text) }
        return text
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// True for patterns that are read the same with and without a field before them.
    static func isPlainPattern(_ pattern: String) -> Bool {
        self.isPlain(pattern, also: { $0 == "*" || $0 == "?" })
    }

    /// True if no part of the grammar could take the text for anything but a word.
    private static func isPlain(_ text: String, also isAllowed: (Unicode.Scalar) -> Bool = { _ in false }) -> Bool {
        guard let first = text.unicodeScalars.first, self.isWordScalar(first) || isAllowed(first), !text.contains("..")
        else { return false }
        return text.unicodeScalars.allSatisfy {
            self.isWordScalar($0) || $0 == "-" || $0 == "." || $0 == "/" || $0 == "%" || isAllowed($0)
        }
    }

    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
    }

    static func mustQuoteField(_ name: String) -> Bool {
        // A name that ends in a dash would make an arrow of `>`, and an arrow is text.
        name.hasSuffix("-") || ReservedField(spelling: name) != nil || self.timeNames.contains(name)
            || !FieldSpelling.isName(name)
    }
}

enum FieldSpelling {
    /// `[A-Za-z_][A-Za-z0-9_-]*`: one name without dots.
    static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, self.canStart(first) else { return false }
        return text.unicodeScalars.allSatisfy { self.canContinue($0) }
    }

    static func canStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || (scalar.isASCII && scalar.properties.isAlphabetic)
    }

    static func canContinue(_ scalar: Unicode.Scalar) -> Bool {
        self.canStart(scalar) || scalar == "-" || ("0"..."9").contains(scalar)
    }
}
