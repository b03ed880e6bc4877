internal import TailraceEvent

/// The last events: the content of `log`. Its window is about when they came, so that their order is the log's.
final class LogContent: PanelContent {
    private struct Entry {
        var received: Int64
        var json: [UInt8]
    }

    private(set) var changes: UInt64 = 0
    private(set) var from: Int64
    private let limit: Int
    private let window: Int64
    private var entries: [Entry] = []
    private var encoder = EventEncoder()

    init(_ definition: PanelDefinition, now: Int64) {
        self.limit = definition.limit
        self.window = definition.window.components.seconds * 1_000_000_000
        self.from = now - self.window
    }

    func take(_ batch: borrowing EventBatch, _ hits: [Int], firstSeq: UInt64, now: Int64) {
        // Only the last ones can stay; the others are not worth encoding.
        for index in hits.suffix(self.limit) where batch.records[index].received >= self.from {
            self.changes += 1
            self.entries.append(
                Entry(
                    received: batch.records[index].received,
                    json: self.text(batch, at: index, seq: firstSeq + UInt64(index))))
        }
        if self.entries.count > self.limit { self.entries.removeFirst(self.entries.count - self.limit) }
    }

    private func text(_ batch: borrowing EventBatch, at index: Int, seq: UInt64) -> [UInt8] {
        var text: [UInt8] = []
        let record = batch.records[index]
        guard Int(record.messageLength) + Int(record.fieldsLength) > PanelLimits.maxEventBytes else {
            self.encoder.append(batch, at: index, seq: seq, to: &text)
            return text
        }
        let short = Self.shortened(batch, at: index)
        self.encoder.append(short, at: 0, seq: seq, to: &text)
        return text
    }

    /// The event without its fields and with the beginning of its message; a viewer can fetch it whole by its number.
    private static func shortened(_ batch: borrowing EventBatch, at index: Int) -> EventBatch {
        let record = batch.records[index]
        let bytes = batch.bytes.span
        let start = record.messageRange.lowerBound
        var end = min(record.messageRange.upperBound, start + PanelLimits.cutMessageBytes)
        while end < record.messageRange.upperBound, end > start, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        var fields: [UInt8] = []
        fields.append("\"cut_bytes\":")
        fields.appendDecimal(UInt64(record.fieldsRange.upperBound - end))
        var short = EventBatch()
        let origin = short.origin(batch.origins[Int(record.origin)])
        short.append(
            time: Timestamp(nanoseconds: record.time), received: Timestamp(nanoseconds: record.received),
            level: Level(rawValue: record.level), origin: origin, message: bytes.extracting(start..<end),
            fields: fields.span)
        return short
    }

    func advance(to now: Int64) {
        self.from = now - self.window
        let gone = self.entries.prefix { $0.received < self.from }.count
        guard gone > 0 else { return }
        self.changes += 1
        self.entries.removeFirst(gone)
    }

    func describe(into message: inout JSONObject) {
        message.member("from", Timestamp(nanoseconds: self.from).rfc3339)
        message.member("events", json: PanelText.list(self.entries.count) { $1 += self.entries[$0].json })
    }

    func reset(at now: Int64) {
        self.changes += 1
        self.entries = []
        self.from = now - self.window
    }
}
