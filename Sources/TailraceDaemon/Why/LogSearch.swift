internal import TailraceEvent
internal import TailraceFilter
internal import TailraceLog

/// Looks for an event in the newest part of the log, from its end.
struct LogSearch {
    /// A minute of a very busy host; some hundredths of a second in memory.
    static let maxEvents = 200_000

    struct Found {
        var batch: EventBatch
        var index: Int
        var seq: UInt64
    }

    let log: EventLog
    private(set) var searched = 0

    init(log: EventLog) { self.log = log }

    /// The newest event that passes the filter, or is one of those that inputs would make of the line. Gaps and marks
    /// count only where they match by themselves.
    mutating func newest(_ filter: Filter, or lines: [DecodedLine]) throws(LogError) -> Found? {
        var matcher = Matcher(filter, context: MatchContext(streamNumbers: [:]))
        var through = self.log.head
        while self.searched < Self.maxEvents, let step = try self.log.readBackwards(through: through) {
            through = step.continueThrough
            guard let slice = step.slice else { continue }
            self.searched += slice.range.count
            let batch = slice.block.batch
            for index in slice.range.reversed() {
                let seq = slice.block.firstSeq + UInt64(index)
                let passes = matcher.matches(batch, at: index, seq: seq)
                let isFound = passes && matcher.exemption(batch, at: index, seq: seq) == nil
                if isFound || lines.contains(where: { $0.isOrigin(of: batch, at: index) }) {
                    return Found(batch: batch, index: index, seq: seq)
                }
            }
        }
        return nil
    }
}

/// A line as one input decodes it.
struct DecodedLine {
    var source: String
    /// Of one event.
    var batch: EventBatch

    /// Whether the event was made of this line: same source, message, time if the line names one, and all its fields.
    func isOrigin(of other: borrowing EventBatch, at index: Int) -> Bool {
        let (own, record) = (self.batch.records[0], other.records[index])
        guard own.messageLength == record.messageLength, own.level == record.level,
            own.time == own.received || own.time == record.time,
            self.batch.bytes[own.messageRange] == other.bytes[record.messageRange],
            other.origins[Int(record.origin)].source == self.source
        else { return false }
        return self.holdsAllFields(other, record)
    }

    private func holdsAllFields(_ other: borrowing EventBatch, _ record: EventBatch.Record) -> Bool {
        var members: Set<[UInt8]> = []
        Self.forEachMember(of: other, record) { members.insert($0) }
        var holdsAll = true
        Self.forEachMember(of: self.batch, self.batch.records[0]) { if !members.contains($0) { holdsAll = false } }
        return holdsAll
    }

    private static func forEachMember(
        of batch: borrowing EventBatch, _ record: EventBatch.Record, _ body: ([UInt8]) -> Void
    ) {
        var cursor = FieldCursor(record.fieldsRange)
        while let member = cursor.next(in: batch.bytes.span) {
            body(Array(batch.bytes[member.key.lowerBound..<member.value.upperBound]))
        }
    }
}
