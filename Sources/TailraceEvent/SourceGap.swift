/// Something a source lost before the relay could read it, told as an event of its own so that nobody can overlook it.
package struct SourceGap: Sendable, Hashable {
    /// `truncated`, `vacuumed`, `dropped`, `suppressed` …: one word, documented in `docs/inputs.md`.
    package var reason: String
    /// What is missing, in `unit`; nil if it can't be known.
    package var count: UInt64?
    /// `events` or `bytes`.
    package var unit: String
    /// The source's own coordinates around the hole: cursors, offsets.
    package var from: String?
    package var to: String?
    /// One sentence for people.
    package var message: String

    package init(
        reason: String, count: UInt64?, unit: String = "events", from: String? = nil, to: String? = nil, message: String
    ) {
        self.reason = reason
        self.count = count
        self.unit = unit
        self.from = from
        self.to = to
        self.message = message
    }
}

extension EventBatch {
    /// Appends a gap as an event of level `warn` with `fields.gap`; `baseFields` is the inside of a JSON object.
    package mutating func append(_ gap: SourceGap, origin: UInt16, at time: Timestamp, baseFields: [UInt8] = []) {
        var fields = baseFields
        if !fields.isEmpty { fields.append(UInt8(ascii: ",")) }
        fields.append("\"gap\":{\"reason\":")
        JSONText.append(gap.reason, to: &fields)
        if let count = gap.count {
            fields.append(",\"count\":")
            fields.appendDecimal(count)
        }
        fields.append(",\"unit\":")
        JSONText.append(gap.unit, to: &fields)
        if let from = gap.from {
            fields.append(",\"from\":")
            JSONText.append(from, to: &fields)
        }
        if let to = gap.to {
            fields.append(",\"to\":")
            JSONText.append(to, to: &fields)
        }
        fields.append("}")
        let message = Array(gap.message.utf8)
        self.append(
            time: time, received: time, level: .warn, origin: origin, message: message.span, fields: fields.span)
    }
}
