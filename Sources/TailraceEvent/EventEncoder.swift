/// Writes events in their JSON form, the same on every transport.
///
/// `{"seq":1842,"time":"…Z","level":"error","source":"nginx","host":"web-1","message":"…","fields":{…}}`; `level` only
/// where known, `received` only where it is more than a second from `time`.
package struct EventEncoder {
    private var second: Int64 = .min
    private var secondText: [UInt8] = []
    private var originTexts: [Origin: [UInt8]] = [:]

    package init() {}

    /// Appends one event's JSON to `text`, with all its fields or only the named ones (top level).
    package mutating func append(
        _ batch: borrowing EventBatch, at index: Int, seq: UInt64, fields: [String]? = nil, to text: inout [UInt8]
    ) {
        let record = batch.records[index]
        text.append("{\"seq\":")
        text.appendDecimal(seq)
        text.append(",\"time\":\"")
        self.appendTime(record.time, to: &text)
        if let level = Level(rawValue: record.level) {
            text.append("\",\"level\":\"")
            text.append(contentsOf: Self.levelNames[Int(level.rawValue)])
        }
        text.append("\"")
        if (record.received &- record.time).magnitude > 1_000_000_000 {
            text.append(",\"received\":\"")
            self.appendTime(record.received, to: &text)
            text.append("\"")
        }
        self.appendOrigin(batch.origins[Int(record.origin)], to: &text)
        text.append(",\"message\":\"")
        let bytes = batch.bytes.span
        JSONText.appendEscaped(bytes.extracting(record.messageRange), to: &text)
        text.append("\",\"fields\":{")
        if let fields {
            Self.appendChosen(fields, of: record, in: bytes, to: &text)
        } else {
            text.append(bytes.extracting(record.fieldsRange))
        }
        text.append("}}")
    }

    private static func appendChosen(
        _ names: [String], of record: EventBatch.Record, in bytes: Span<UInt8>, to text: inout [UInt8]
    ) {
        var cursor = FieldCursor(record.fieldsRange)
        var isFirst = true
        while let member = cursor.next(in: bytes) {
            let key = bytes.extracting(member.key)
            guard names.contains(where: { $0.utf8.count == key.count && Self.equal($0, key) }) else { continue }
            if !isFirst { text.append(",") }
            isFirst = false
            // From the key's opening quote to the value's end; a string's closing quote stands behind its range.
            let end = member.value.upperBound + (member.kind == .string ? 1 : 0)
            text.append(bytes.extracting(member.key.lowerBound - 1..<end))
        }
    }

    private static func equal(_ name: String, _ key: Span<UInt8>) -> Bool {
        var index = 0
        for byte in name.utf8 {
            if key[index] != byte { return false }
            index += 1
        }
        return true
    }

    /// Most events share their second with the one before, so its text is kept.
    private mutating func appendTime(_ nanoseconds: Int64, to text: inout [UInt8]) {
        let (second, fraction) = Timestamp.divide(nanoseconds, by: 1_000_000_000)
        if second != self.second {
            self.second = second
            self.secondText.removeAll(keepingCapacity: true)
            Timestamp.appendSecond(second, to: &self.secondText)
        }
        text.append(contentsOf: self.secondText)
        Timestamp.appendFraction(fraction, to: &text)
        text.append("Z")
    }

    private mutating func appendOrigin(_ origin: Origin, to text: inout [UInt8]) {
        if let known = self.originTexts[origin] {
            text.append(contentsOf: known)
            return
        }
        var made: [UInt8] = []
        made.append(",\"source\":")
        JSONText.append(origin.source, to: &made)
        made.append(",\"host\":")
        JSONText.append(origin.host, to: &made)
        if self.originTexts.count >= Self.maxCachedOrigins { self.originTexts.removeAll() }
        self.originTexts[origin] = made
        text.append(contentsOf: made)
    }

    private static let maxCachedOrigins = 1024
    private static let levelNames: [[UInt8]] = [[]] + Level.allCases.map { Array($0.name.utf8) }
}
