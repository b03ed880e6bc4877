import TailraceEvent

/// One clause ready to run: where its value comes from and what it must be.
final class ClauseTest {
    enum Target {
        /// The message or, where it is empty, the raw line.
        case text
        case message
        case seq, time, late
        /// Any value of the event.
        case anyField
        /// Members of the fields; the first one present counts.
        case fields([FieldLookup])
    }

    let target: Target
    let check: ValueCheck
    /// What it was made from: equal clauses are one test.
    let clause: Clause

    init(target: Target, check: ValueCheck, clause: Clause) {
        self.target = target
        self.check = check
        self.clause = clause
    }

    /// Whether an event tells of a gap in its source, if its level is `warn`.
    static func gapReason() -> ClauseTest { Self.presence([.name("gap"), .name("reason")]) }

    /// Whether an event is a note on another, if its level is `notice`.
    static func markSubject() -> ClauseTest { Self.presence([.name("mark"), .name("seq")]) }

    private static func presence(_ path: [PathStep]) -> ClauseTest {
        ClauseTest(
            target: .fields([FieldLookup(path)]), check: PresenceCheck(),
            clause: Clause(field: .path(path), condition: .present))
    }

    func outcome(_ record: EventBatch.Record, seq: UInt64, in bytes: Span<UInt8>, _ scratch: MatchScratch)
        -> ClauseOutcome
    {
        switch self.target {
        case .text: self.text(record, in: bytes, scratch)
        case .message: self.message(record, in: bytes, scratch)
        case .fields(let lookups): self.first(of: lookups, record, in: bytes, scratch)
        case .anyField: self.anyField(record, in: bytes, scratch) ? .holds : .fails
        case .seq: self.computed(.number, scratch) { $0.appendDecimal(seq) }
        case .time: self.time(record, scratch)
        case .late: self.late(record, scratch)
        }
    }

    private func text(_ record: EventBatch.Record, in bytes: Span<UInt8>, _ scratch: MatchScratch) -> ClauseOutcome {
        if record.messageLength == 0, record.fieldsLength > 0 {
            let raw = Self.rawLine.outcome(of: self.check, in: record.fieldsRange, of: bytes, scratch)
            if raw != .missing { return raw }
        }
        return self.check.passes(bytes.extracting(record.messageRange), .string, scratch) ? .holds : .fails
    }

    private func message(_ record: EventBatch.Record, in bytes: Span<UInt8>, _ scratch: MatchScratch) -> ClauseOutcome {
        if record.messageLength == 0 { return .missing }
        return self.check.passes(bytes.extracting(record.messageRange), .string, scratch) ? .holds : .fails
    }

    private func first(
        of lookups: [FieldLookup], _ record: EventBatch.Record, in bytes: Span<UInt8>, _ scratch: MatchScratch
    ) -> ClauseOutcome {
        for lookup in lookups {
            let outcome = lookup.outcome(of: self.check, in: record.fieldsRange, of: bytes, scratch)
            if outcome != .missing { return outcome }
        }
        return .missing
    }

    /// Message and every value in the fields; source and host are asked by the plan beside this.
    private func anyField(_ record: EventBatch.Record, in bytes: Span<UInt8>, _ scratch: MatchScratch) -> Bool {
        if self.check.passes(bytes.extracting(record.messageRange), .string, scratch) { return true }
        var scan = ValueScan(record.fieldsRange)
        while let (value, kind) = scan.next(in: bytes) {
            if FieldLookup.ask(self.check, about: value, kind, of: bytes, scratch, depth: 0) { return true }
        }
        return false
    }

    private func time(_ record: EventBatch.Record, _ scratch: MatchScratch) -> ClauseOutcome {
        self.computed(.string, scratch) { Timestamp(nanoseconds: record.time).appendRFC3339(to: &$0) }
    }

    /// Present where the JSON form of the event has `received`: more than a second after `time`.
    private func late(_ record: EventBatch.Record, _ scratch: MatchScratch) -> ClauseOutcome {
        let (nanoseconds, overflow) = record.received.subtractingReportingOverflow(record.time)
        guard !overflow, nanoseconds > 1_000_000_000 else { return .missing }
        return self.computed(.number, scratch) { text in
            text.appendDecimal(nanoseconds / 1_000_000_000)
            text.append(UInt8(ascii: "."))
            text.appendDecimal(UInt64(nanoseconds % 1_000_000_000), width: 9)
            text.append(UInt8(ascii: "s"))
        }
    }

    /// Asks about a value that the event does not hold as text.
    private func computed(_ kind: FieldCursor.Kind, _ scratch: MatchScratch, _ write: (inout [UInt8]) -> Void)
        -> ClauseOutcome
    {
        var text: [UInt8] = []
        write(&text)
        return self.check.passes(text.span, kind, scratch) ? .holds : .fails
    }

    static let rawLine = FieldLookup([.name("raw")])
}
