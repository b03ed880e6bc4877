package import TailraceEvent

/// Replaces secrets in batches before they are routed and stored; one per thread.
///
/// All rules' signs are looked for in one pass over a batch. Events without any, nearly all, pass as they are.
package final class Redactor {
    private let redaction: Redaction
    private let scanner: TriggerScanner
    private let events: EventRedactor
    private var hits: [TriggerHits] = []
    private var ends: [Int] = []
    /// The rules by the origins' sources.
    private var rulesBySource: [String: UInt64] = [:]

    package init(_ redaction: Redaction) {
        self.redaction = redaction
        self.scanner = TriggerScanner(redaction.triggers)
        self.events = EventRedactor(redaction, scanner: self.scanner)
    }

    package func redact(_ batch: inout EventBatch) {
        guard !self.redaction.isEmpty, !batch.isEmpty else { return }
        let masks = batch.origins.map { self.rules(for: $0.source) }
        guard masks.contains(where: { $0 != 0 }) else { return }
        self.findHits(in: batch)
        var rewriter = BatchRewriter(batch)
        for (index, record) in batch.records.enumerated() {
            let mask = masks[Int(record.origin)]
            let hits = self.hits[index]
            let isDue = (hits.rules | self.redaction.triggers.unfiltered) & mask != 0
            guard mask != 0, isDue || hits.mayHide else { continue }
            let bytes = batch.bytes.span
            let outcome = self.events.outcome(
                message: bytes.extracting(record.messageRange), fields: bytes.extracting(record.fieldsRange),
                mask: mask, mayBeCut: hits.isCut)
            guard !outcome.causes.isEmpty else { continue }
            rewriter.replace(index, message: outcome.message, fields: outcome.fields)
            self.redaction.tally.add(outcome.causes)
        }
        if let rewritten = rewriter.finished() { batch = rewritten }
    }

    /// One event of any bytes, by all rules that hold for all inputs: what fuzzers and tests call.
    ///
    /// Returns valid JSON for valid JSON, UTF-8 for UTF-8, and something for anything.
    package func redacted(message: [UInt8], fields: [UInt8]) -> (message: [UInt8], fields: [UInt8]) {
        let outcome = self.events.outcome(
            message: message.span, fields: fields.span, mask: self.redaction.rules(for: ""), mayBeCut: true)
        return (outcome.message ?? message, outcome.fields ?? fields)
    }

    private func rules(for source: String) -> UInt64 {
        if let known = self.rulesBySource[source] { return known }
        // There are no more sources than inputs.
        let rules = self.redaction.rules(for: source)
        self.rulesBySource[source] = rules
        return rules
    }

    private func findHits(in batch: borrowing EventBatch) {
        self.ends.removeAll(keepingCapacity: true)
        for record in batch.records { self.ends.append(record.fieldsRange.upperBound) }
        self.hits.removeAll(keepingCapacity: true)
        self.hits.append(contentsOf: repeatElement(TriggerHits(), count: batch.count))
        self.scanner.scan(batch.bytes, ends: self.ends, into: &self.hits)
    }
}

/// Writes a batch anew in which some events have other texts; runs of the others are copied at once.
private struct BatchRewriter {
    private let batch: EventBatch
    private var records: [EventBatch.Record]
    private var bytes: [UInt8] = []
    /// The first event that is not in `bytes`.
    private var next = 0

    init(_ batch: EventBatch) {
        self.batch = batch
        self.records = []
    }

    mutating func replace(_ index: Int, message: [UInt8]?, fields: [UInt8]?) {
        if self.records.isEmpty {
            self.records = self.batch.records
            self.bytes.reserveCapacity(self.batch.bytes.count)
        }
        self.copy(to: index)
        let old = self.batch.records[index]
        let start = self.bytes.count
        if let message { self.bytes += message } else { self.bytes += self.batch.bytes[old.messageRange] }
        self.records[index].messageLength = UInt32(self.bytes.count - start)
        if let fields { self.bytes += fields } else { self.bytes += self.batch.bytes[old.fieldsRange] }
        self.records[index].fieldsLength = UInt32(self.bytes.count - start) - self.records[index].messageLength
        self.records[index].offset = UInt32(start)
        self.next = index + 1
    }

    /// Nil if nothing was replaced.
    mutating func finished() -> EventBatch? {
        guard !self.records.isEmpty else { return nil }
        self.copy(to: self.batch.count)
        return EventBatch(origins: self.batch.origins, records: self.records, bytes: self.bytes)
    }

    private mutating func copy(to end: Int) {
        guard self.next < end else { return }
        let start = Int(self.batch.records[self.next].offset)
        let shift = self.bytes.count - start
        self.bytes += self.batch.bytes[start..<self.batch.records[end - 1].fieldsRange.upperBound]
        for index in self.next..<end { self.records[index].offset = UInt32(Int(self.records[index].offset) + shift) }
        self.next = end
    }
}
