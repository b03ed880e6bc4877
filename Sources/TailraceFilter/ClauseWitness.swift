import TailraceEvent

/// Runs single clauses and remembers which value they looked at.
struct ClauseWitness {
    struct Finding {
        var outcome: ClauseOutcome
        var type: String?
        var value: String?
    }

    private let context: MatchContext
    private let scratch = MatchScratch()

    init(context: MatchContext) { self.context = context }

    func finding(of clause: Clause, _ batch: borrowing EventBatch, at index: Int, seq: UInt64) -> Finding {
        var plan = MatchPlan(.everything, context: self.context, scratch: self.scratch)
        let node = plan.node(for: .clause(clause))
        let record = batch.records[index]
        let origin = batch.origins[Int(record.origin)]
        switch node {
        case .levels(let mask):
            guard let level = Level(rawValue: record.level) else { return Finding(outcome: .missing) }
            return Finding(
                outcome: mask & 1 << UInt16(level.rawValue) != 0 ? .holds : .fails, type: "level", value: level.name)
        case .streams(let mask):
            return Finding(
                outcome: record.streams & mask != 0 ? .holds : .fails, type: "stream", value: self.streams(record))
        case .constant(let value):
            let isStream = clause.field == .reserved(.stream)
            return Finding(
                outcome: value ? .holds : .fails, type: isStream ? "stream" : "anything",
                value: isStream ? self.streams(record) : nil)
        case .origin(let number): return self.finding(plan.origins[number], clause, origin)
        case .test(let test): return self.finding(test, clause, record, seq: seq, in: batch.bytes.span)
        case .any(let nodes):
            return self.anyField(nodes, plan.origins, clause, record, origin, seq: seq, in: batch.bytes.span)
        case .all, .not: return Finding(outcome: .fails)
        }
    }

    private func streams(_ record: EventBatch.Record) -> String {
        let names = self.context.streamNumbers.filter { record.streams & 1 << UInt64($0.value) != 0 }.keys
        return (["all"] + names.sorted()).joined(separator: " ")
    }

    private func finding(_ test: OriginTest, _ clause: Clause, _ origin: Origin) -> Finding {
        let text = test.part == .source ? origin.source : origin.host
        let value = Array(text.utf8)
        let passes = test.check.passes(value.span, .string, self.scratch)
        return Finding(
            outcome: passes ? .holds : .fails, type: clause.type(of: value, .string), value: text)
    }

    private func finding(
        _ test: ClauseTest, _ clause: Clause, _ record: EventBatch.Record, seq: UInt64, in bytes: Span<UInt8>
    ) -> Finding {
        let outcome = test.outcome(record, seq: seq, in: bytes, self.scratch)
        guard outcome != .missing else { return Finding(outcome: .missing) }
        let recorder = RecordingCheck(test.check)
        _ = ClauseTest(target: test.target, check: recorder, clause: clause)
            .outcome(record, seq: seq, in: bytes, self.scratch)
        guard let seen = recorder.best else { return Finding(outcome: outcome, type: "object") }
        return Finding(outcome: outcome, type: clause.type(of: seen.value, seen.kind), value: seen.text)
    }

    /// `*:text`: source, host, then every value of the event.
    private func anyField(
        _ nodes: [MatchNode], _ origins: [OriginTest], _ clause: Clause, _ record: EventBatch.Record, _ origin: Origin,
        seq: UInt64, in bytes: Span<UInt8>
    ) -> Finding {
        for node in nodes {
            let found: Finding
            switch node {
            case .origin(let number): found = self.finding(origins[number], clause, origin)
            case .test(let test): found = self.finding(test, clause, record, seq: seq, in: bytes)
            case .constant, .levels, .streams, .all, .any, .not: continue
            }
            if found.outcome == .holds { return found }
        }
        return Finding(outcome: .fails, type: "any value")
    }
}

/// Asks another check and keeps what it was asked about.
private final class RecordingCheck: ValueCheck {
    struct Seen {
        var value: [UInt8]
        var kind: FieldCursor.Kind
        var passed: Bool
        var text: String { String(decoding: self.value, as: UTF8.self) }
    }

    private let inner: ValueCheck
    private(set) var best: Seen?

    init(_ inner: ValueCheck) { self.inner = inner }

    // Presence is answered before values are looked at; a recorder has to see them.
    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        let passed = !self.inner.isPresence && self.inner.passes(value, kind, scratch)
        guard self.best == nil || (passed && self.best?.passed == false) else { return passed }
        var bytes: [UInt8] = []
        bytes.append(value)
        self.best = Seen(value: bytes, kind: kind, passed: passed)
        return passed
    }
}

extension Clause {
    /// What a value was taken for when the clause looked at it.
    fileprivate func type(of value: [UInt8], _ kind: FieldCursor.Kind) -> String {
        switch self.condition {
        case .regex: return "regex"
        case .like: return "pattern"
        case .present: return Self.name(of: kind)
        case .compare(_, let bound): return self.order(value, [bound])
        case .within(let low, let high): return self.order(value, [low, high].compactMap { $0 })
        case .contains(let text), .equals(let text):
            if self.field == .reserved(.time), Instant(Array(text.utf8).span) != nil { return "time" }
            return self.type(of: value, kind, comparedWith: text)
        }
    }

    private func type(of value: [UInt8], _ kind: FieldCursor.Kind, comparedWith text: String) -> String {
        guard kind == .string else { return Self.name(of: kind) }
        if case .equals = self.condition { return "exact text" }
        if IPAddress(value.span) != nil {
            if IPNetwork(text) != nil { return "network" }
            if self.field != nil, self.field != .any, IPAddress(Array(text.utf8).span) != nil { return "address" }
        }
        return "text"
    }

    private func order(_ value: [UInt8], _ bounds: [String]) -> String {
        let operand = Operand(value.span)
        let isComparable = bounds.allSatisfy { Operand.order(operand, Operand($0)) != nil }
        guard isComparable else { return "not comparable" }
        if operand.quantity != nil { return "number" }
        return operand.instant != nil ? "time" : "level"
    }

    private static func name(of kind: FieldCursor.Kind) -> String {
        switch kind {
        case .string: "text"
        case .number: "number"
        case .bool: "boolean"
        case .null: "null"
        case .object: "object"
        case .array: "list"
        }
    }
}
