import TailraceEvent

/// What a matcher needs to know about the relay it runs in.
package struct MatchContext: Sendable, Hashable {
    /// Bits of `EventBatch.Record.streams`, 0 to 63, by the stream's name. `all` holds every event and needs no bit.
    package var streamNumbers: [String: Int]

    package init(streamNumbers: [String: Int]) { self.streamNumbers = streamNumbers }
}

/// A filter's tree with each clause turned into the cheapest test that gives its answer, the cheapest first.
indirect enum MatchNode {
    case constant(Bool)
    /// Bit n set: level n passes; bit 0 stands for no level.
    case levels(UInt16)
    /// Any of the streams' bits.
    case streams(UInt64)
    /// Number of an `OriginTest`.
    case origin(Int)
    case test(ClauseTest)
    case all([MatchNode])
    case any([MatchNode])
    case not(MatchNode)

    /// Roughly, in tens of nanoseconds.
    var cost: Int {
        switch self {
        case .constant, .levels, .streams: 0
        case .origin: 1
        case .test(let test): test.cost
        case .not(let inner): inner.cost
        case .all(let nodes), .any(let nodes): nodes.reduce(0) { $0 + $1.cost }
        }
    }
}

extension ClauseTest {
    fileprivate var cost: Int {
        let target =
            switch self.target {
            case .text, .message: 2
            case .fields: 8
            case .anyField: 30
            case .seq, .time, .late: 20
            }
        return target + (self.check is RegexCheck ? 20 : 0)
    }
}

/// A clause on `source` or `host`, answered once per origin of a batch.
struct OriginTest {
    enum Part: Hashable { case source, host }
    var part: Part
    var check: ValueCheck
    /// What it was made from: equal clauses are one test of each part.
    var clause: Clause
}

/// Builds the nodes of a filter.
struct MatchPlan {
    private(set) var root: MatchNode = .constant(true)
    private(set) var origins: [OriginTest] = []
    /// Any clause asks about `gap`, so gap events are not exempt.
    private(set) var mentionsGap = false
    /// Any clause asks about `mark`, so marks are not exempt.
    private(set) var mentionsMark = false
    /// Bits of the streams that any clause asks about.
    private(set) var mentionedStreams: UInt64 = 0
    private let context: MatchContext
    private let scratch: MatchScratch

    init(_ root: Expression, context: MatchContext, scratch: MatchScratch) {
        self.context = context
        self.scratch = scratch
        self.root = self.node(for: root)
    }

    mutating func node(for expression: Expression) -> MatchNode {
        switch expression {
        case .clause(let clause): return self.node(for: clause)
        case .off: return .constant(true)
        case .not(let inner): return Self.negated(self.node(for: inner))
        case .and(let operands): return Self.joined(operands.map { self.node(for: $0) }, isAnd: true)
        case .or(let operands): return Self.joined(operands.map { self.node(for: $0) }, isAnd: false)
        }
    }

    private static func negated(_ node: MatchNode) -> MatchNode {
        switch node {
        case .constant(let value): .constant(!value)
        case .levels(let mask): .levels(~mask)
        case .not(let inner): inner
        case .streams, .origin, .test, .all, .any: .not(node)
        }
    }

    /// Level tests melt into one mask; the rest is ordered by cost, which changes no answer since tests have no
    /// effects.
    private static func joined(_ nodes: [MatchNode], isAnd: Bool) -> MatchNode {
        var mask: UInt16 = isAnd ? .max : 0
        var hasMask = false
        var others: [MatchNode] = []
        for node in nodes {
            switch node {
            case .constant(let value):
                if value != isAnd { return .constant(value) }
            case .levels(let levels):
                mask = isAnd ? mask & levels : mask | levels
                hasMask = true
            default: others.append(node)
            }
        }
        others.sort { $0.cost < $1.cost }
        if hasMask { others.insert(.levels(mask), at: 0) }
        if others.count == 1 { return others[0] }
        return others.isEmpty ? .constant(isAnd) : isAnd ? .all(others) : .any(others)
    }

    // MARK: Clauses

    private mutating func node(for clause: Clause) -> MatchNode {
        if case .regex(let program) = clause.condition { self.scratch.prepare(for: program) }
        switch clause.field {
        case nil:
            if case .like("*") = clause.condition { return .constant(true) }
            return self.test(.text, Self.textCheck(clause.condition), clause)
        case .any: return self.anyField(clause)
        case .path(let path):
            if case .name("gap") = path[0] { self.mentionsGap = true }
            if case .name("mark") = path[0] { self.mentionsMark = true }
            return self.test(
                .fields(Self.lookups(for: path)), Self.check(clause.condition, on: Self.lastName(of: path)), clause)
        case .reserved(let field): return self.node(for: field, clause)
        }
    }

    private mutating func node(for field: ReservedField, _ clause: Clause) -> MatchNode {
        let condition = clause.condition
        let check = Self.check(condition, on: field.rawValue)
        switch field {
        case .level: return .levels(self.levels(condition, check))
        case .stream: return self.streams(check)
        case .source: return self.origin(.source, check, clause)
        case .host: return self.origin(.host, check, clause)
        case .msg: return self.test(.message, check, clause)
        case .seq: return self.test(.seq, check, clause)
        case .late: return self.test(.late, check, clause)
        case .time: return self.test(.time, Self.timeCheck(condition, check), clause)
        case .gap:
            self.mentionsGap = true
            // A gap's value is its reason.
            let path: [PathStep] = check.isPresence ? [.name("gap")] : [.name("gap"), .name("reason")]
            return self.test(.fields([FieldLookup(path)]), check, clause)
        case .unit, .id, .pid, .file, .boot, .inv, .raw:
            return self.test(.fields(field.members.map { FieldLookup([.name($0)]) }), check, clause)
        }
    }

    private func test(_ target: ClauseTest.Target, _ check: ValueCheck, _ clause: Clause) -> MatchNode {
        .test(ClauseTest(target: target, check: check, clause: clause))
    }

    private mutating func origin(_ part: OriginTest.Part, _ check: ValueCheck, _ clause: Clause) -> MatchNode {
        self.origins.append(OriginTest(part: part, check: check, clause: clause))
        return .origin(self.origins.count - 1)
    }

    private mutating func anyField(_ clause: Clause) -> MatchNode {
        let check: ValueCheck
        switch clause.condition {
        // Every event has a source and a host.
        case .present: return .constant(true)
        case .contains(let text): check = TextCheck(text)
        default: check = Self.check(clause.condition, on: "")
        }
        return .any([
            self.origin(.source, check, clause), self.origin(.host, check, clause), self.test(.anyField, check, clause),
        ])
    }

    private func levels(_ condition: Condition, _ check: ValueCheck) -> UInt16 {
        Level.allCases.reduce(0) { mask, level in
            let passes =
                switch condition {
                case .compare, .within: (check as? OrderCheck)?.holds(Operand(level.name)) ?? false
                default: check.passes(Array(level.name.utf8).span, .string, self.scratch)
                }
            return passes ? mask | 1 << UInt16(level.rawValue) : mask
        }
    }

    private mutating func streams(_ check: ValueCheck) -> MatchNode {
        if check.passes(Array("all".utf8).span, .string, self.scratch) { return .constant(true) }
        let mask = self.context.streamNumbers.reduce(UInt64(0)) { mask, stream in
            guard (0..<64).contains(stream.value), check.passes(Array(stream.key.utf8).span, .string, self.scratch)
            else { return mask }
            return mask | 1 << UInt64(stream.value)
        }
        self.mentionedStreams |= mask
        return mask == 0 ? .constant(false) : .streams(mask)
    }

    // MARK: Checks

    private static func check(_ condition: Condition, on name: String) -> ValueCheck {
        switch condition {
        case .present: return PresenceCheck()
        case .contains(let text): return ContainsCheck(text)
        case .equals(let text): return EqualsCheck(text)
        case .like(let pattern): return LikeCheck(pattern, isAnchored: true)
        case .regex(let program): return RegexCheck(program)
        case .within(let low, let high):
            return OrderCheck(
                low: low.map { .init(operand: Operand($0), isIncluded: true) },
                high: high.map { .init(operand: Operand($0), isIncluded: true) }, fieldName: name)
        case .compare(let comparison, let text):
            let bound = OrderCheck.Bound(
                operand: Operand(text), isIncluded: comparison == .lessOrEqual || comparison == .greaterOrEqual)
            let isLow = comparison == .greater || comparison == .greaterOrEqual
            return OrderCheck(low: isLow ? bound : nil, high: isLow ? nil : bound, fieldName: name)
        }
    }

    private static func textCheck(_ condition: Condition) -> ValueCheck {
        switch condition {
        case .contains(let text): TextCheck(text)
        case .like(let pattern): LikeCheck(pattern, isAnchored: false)
        default: Self.check(condition, on: "")
        }
    }

    private static func timeCheck(_ condition: Condition, _ check: ValueCheck) -> ValueCheck {
        switch condition {
        case .contains(let text): InstantCheck(text, isExact: false) ?? check
        case .equals(let text): InstantCheck(text, isExact: true) ?? check
        case .present, .like, .regex, .compare, .within: check
        }
    }

    private static func lookups(for path: [PathStep]) -> [FieldLookup] {
        // journald's own spelling also finds the name that its input gives: `_COMM` = `comm`.
        guard path.count == 1, case .name(let name) = path[0], name.utf8.contains(where: { $0 &- 0x41 < 26 }),
            name.utf8.allSatisfy({ $0 &- 0x41 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_") })
        else { return [FieldLookup(path)] }
        let lower = name.lowercased().drop { $0 == "_" }
        return [FieldLookup(path), FieldLookup([.name(String(lower))])]
    }

    private static func lastName(of path: [PathStep]) -> String {
        for step in path.reversed() { if case .name(let name) = step { return name } }
        return ""
    }
}
