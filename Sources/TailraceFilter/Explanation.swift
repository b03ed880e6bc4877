package import TailraceEvent

/// How a filter is understood and, for one event, what each of its clauses says.
package struct Explanation: Sendable {
    package struct Clause: Sendable {
        /// In canonical form, without its negation.
        package var text: String
        /// Where it stands in the filter's text, in characters from 1; nil for filters that were joined from others.
        package var columns: Range<Int>?
        package var isNegated: Bool
        /// Inside `#( )`: it has no effect.
        package var isOff: Bool
        /// What the clause found, before it is negated; nil if no event was asked about, or it is off.
        package var outcome: ClauseOutcome?
        /// What the value was taken for: `text`, `number`, `level`, …; nil where there is none.
        package var type: String?
        package var value: String?

        /// What the clause adds to the answer, its negation applied; nil without an answer.
        package var holds: Bool? { self.outcome.map { ($0 == .holds) != self.isNegated } }
    }

    package var canonical: String
    /// With every bracket.
    package var bracketed: String
    package var hint: String?
    /// In the order they were written.
    package var clauses: [Clause]
    /// Nil if no event was asked about.
    package var matches: Bool?
    /// The event passes though the clauses do not hold: no filter hides its kind unless asked to.
    package var exemption: Exemption?
}

extension Filter {
    /// How the filter is understood.
    package func explain() -> Explanation {
        Explanation(
            canonical: self.canonical, bracketed: self.explanation, hint: self.hint,
            clauses: self.writtenClauses.map { written in
                Explanation.Clause(
                    text: written.clause.canonicalText, columns: written.columns, isNegated: written.isNegated,
                    isOff: written.isOff)
            })
    }

    /// What the filter says about an event, clause by clause.
    package func explain(
        _ batch: borrowing EventBatch, at index: Int, seq: UInt64, context: MatchContext
    ) -> Explanation {
        var explanation = self.explain()
        var matcher = Matcher(self, context: context)
        explanation.matches = matcher.matches(batch, at: index, seq: seq)
        explanation.exemption = matcher.exemption(batch, at: index, seq: seq)
        let witness = ClauseWitness(context: context)
        for (number, written) in self.writtenClauses.enumerated() where !written.isOff {
            let finding = witness.finding(of: written.clause, batch, at: index, seq: seq)
            explanation.clauses[number].outcome = finding.outcome
            explanation.clauses[number].type = finding.type
            explanation.clauses[number].value = finding.value
        }
        return explanation
    }
}

/// A clause where it was written.
struct WrittenClause {
    var clause: Clause
    var columns: Range<Int>?
    var isNegated: Bool
    var isOff: Bool
}

extension Expression {
    /// The clauses in the order they were written, switched-off ones too; `columns` are theirs in that order.
    func writtenClauses(columns: [Range<Int>]) -> [WrittenClause] {
        var found: [WrittenClause] = []
        self.collect(isNegated: false, isOff: false, into: &found)
        if columns.count == found.count {
            for index in found.indices { found[index].columns = columns[index] }
        }
        return found
    }

    private func collect(isNegated: Bool, isOff: Bool, into found: inout [WrittenClause]) {
        switch self {
        case .clause(let clause):
            found.append(WrittenClause(clause: clause, isNegated: isNegated, isOff: isOff))
        case .not(let inner): inner.collect(isNegated: !isNegated, isOff: isOff, into: &found)
        case .off(let inner): inner.collect(isNegated: isNegated, isOff: true, into: &found)
        case .and(let operands), .or(let operands):
            for operand in operands { operand.collect(isNegated: isNegated, isOff: isOff, into: &found) }
        }
    }
}
