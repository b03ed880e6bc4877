package import TailraceEvent

/// Runs one filter over events; holds what that needs to write to, so each thread of execution has its own.
package struct Matcher: ~Copyable {
    private let filter: Filter
    private let plan: MatchPlan
    private let scratch: MatchScratch
    private let gap: ClauseTest
    private let mark: ClauseTest
    private let isStrict: Bool

    /// - Parameter isStrict: gaps and marks pass only where they meet the filter, as where it says what may be seen.
    package init(_ filter: Filter, context: MatchContext, isStrict: Bool = false) {
        self.isStrict = isStrict
        let scratch = MatchScratch()
        self.filter = filter
        self.scratch = scratch
        self.gap = .gapReason()
        self.mark = .markSubject()
        self.plan = MatchPlan(filter.root, context: context, scratch: scratch)
    }

    /// Bits of the streams that any clause of the filter asks about.
    package var mentionedStreams: UInt64 { self.plan.mentionedStreams }

    /// True if the event passes; `seq` is its number in the log.
    package mutating func matches(_ batch: borrowing EventBatch, at index: Int, seq: UInt64) -> Bool {
        if case .constant(true) = self.plan.root { return true }
        self.prepare(for: batch.origins)
        return self.passes(batch.records[index], seq: seq, in: batch.bytes.span)
    }

    /// Appends to `indexes` the positions in `range` of the events that pass; the first has the number `firstSeq`.
    package mutating func select(
        from batch: borrowing EventBatch, in range: Range<Int>, firstSeq: UInt64, into indexes: inout [Int]
    ) {
        if case .constant(true) = self.plan.root {
            indexes.append(contentsOf: range)
            return
        }
        self.prepare(for: batch.origins)
        let records = batch.records
        let bytes = batch.bytes.span
        for index in range {
            let seq = firstSeq &+ UInt64(index - range.lowerBound)
            if self.passes(records[index], seq: seq, in: bytes) { indexes.append(index) }
        }
    }

    /// What each clause of the filter says about an event, in the order of the canonical text.
    package mutating func outcomes(
        _ batch: borrowing EventBatch, at index: Int, seq: UInt64
    ) -> [(clause: String, outcome: ClauseOutcome)] {
        var outcomes: [(clause: String, outcome: ClauseOutcome)] = []
        let bytes = batch.bytes.span
        let record = batch.records[index]
        for clause in self.filter.root.clauses {
            var plan = self.plan
            let node = plan.node(for: .clause(clause))
            let origins = Self.answers(of: plan.origins, about: batch.origins, self.scratch)
            let view = MatchView(originCount: batch.origins.count, originResults: origins, scratch: self.scratch)
            outcomes.append((clause.canonicalText, view.outcome(of: node, record, seq: seq, in: bytes)))
        }
        return outcomes
    }

    private func passes(_ record: EventBatch.Record, seq: UInt64, in bytes: Span<UInt8>) -> Bool {
        let view = MatchView(
            originCount: self.scratch.origins.count, originResults: self.scratch.originResults, scratch: self.scratch)
        if view.holds(self.plan.root, record, seq: seq, in: bytes) { return true }
        return !self.isStrict && self.exemption(record, seq: seq, in: bytes) != nil
    }

    /// Gaps in a source are events of level `warn` with a `gap` that has a reason, marks of level `notice` with a
    /// `mark` that has a seq; no filter hides one unless it asks about `gap` or `mark`.
    private func exemption(_ record: EventBatch.Record, seq: UInt64, in bytes: Span<UInt8>) -> Exemption? {
        guard record.fieldsLength > 0 else { return nil }
        switch record.level {
        case Level.warn.rawValue where !self.plan.mentionsGap:
            return self.gap.outcome(record, seq: seq, in: bytes, self.scratch) == .holds ? .gap : nil
        case Level.notice.rawValue where !self.plan.mentionsMark:
            return self.mark.outcome(record, seq: seq, in: bytes, self.scratch) == .holds ? .mark : nil
        default: return nil
        }
    }

    /// Why an event passes a filter whose clauses it does not meet; nil if it is no such event.
    package mutating func exemption(_ batch: borrowing EventBatch, at index: Int, seq: UInt64) -> Exemption? {
        self.prepare(for: batch.origins)
        let view = MatchView(
            originCount: self.scratch.origins.count, originResults: self.scratch.originResults, scratch: self.scratch)
        let bytes = batch.bytes.span
        if view.holds(self.plan.root, batch.records[index], seq: seq, in: bytes) { return nil }
        return self.exemption(batch.records[index], seq: seq, in: bytes)
    }

    /// Batches of one input share their origins, so this mostly compares two equal arrays by their address.
    private func prepare(for origins: [Origin]) {
        guard !self.plan.origins.isEmpty, self.scratch.origins != origins else { return }
        self.scratch.originResults = Self.answers(of: self.plan.origins, about: origins, self.scratch)
        self.scratch.origins = origins
    }

    private static func answers(of tests: [OriginTest], about origins: [Origin], _ scratch: MatchScratch) -> [Bool] {
        tests.flatMap { test in
            origins.map { origin in
                let text = Array((test.part == .source ? origin.source : origin.host).utf8)
                return test.check.passes(text.span, .string, scratch)
            }
        }
    }
}

/// What passes every filter that does not ask about it.
package enum Exemption: String, Sendable, Hashable { case gap, mark }

/// Evaluates nodes; lives for one event.
struct MatchView {
    let originCount: Int
    let originResults: [Bool]
    let scratch: MatchScratch

    func holds(_ node: MatchNode, _ record: EventBatch.Record, seq: UInt64, in bytes: Span<UInt8>) -> Bool {
        switch node {
        case .constant(let value): return value
        case .levels(let mask): return mask & 1 << UInt16(record.level & 15) != 0
        case .streams(let mask): return record.streams & mask != 0
        case .origin(let number): return self.originResults[number * self.originCount + Int(record.origin)]
        case .test(let test): return test.outcome(record, seq: seq, in: bytes, self.scratch) == .holds
        case .not(let inner): return !self.holds(inner, record, seq: seq, in: bytes)
        case .all(let nodes):
            for node in nodes where !self.holds(node, record, seq: seq, in: bytes) { return false }
            return true
        case .any(let nodes):
            for node in nodes where self.holds(node, record, seq: seq, in: bytes) { return true }
            return false
        }
    }

    /// A clause's node alone, with "missing" told apart from "no".
    func outcome(of node: MatchNode, _ record: EventBatch.Record, seq: UInt64, in bytes: Span<UInt8>) -> ClauseOutcome {
        if case .test(let test) = node { return test.outcome(record, seq: seq, in: bytes, self.scratch) }
        if case .levels = node, record.level == 0 { return .missing }
        return self.holds(node, record, seq: seq, in: bytes) ? .holds : .fails
    }
}

extension Expression {
    fileprivate var clauses: [Clause] {
        switch self {
        case .clause(let clause): [clause]
        case .off: []
        case .not(let inner): inner.clauses
        case .and(let operands), .or(let operands): operands.flatMap(\.clauses)
        }
    }
}
