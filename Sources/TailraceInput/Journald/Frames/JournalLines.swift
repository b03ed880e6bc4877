import TailraceCodec
import TailraceEvent

/// Joins entries that are the lines of one event, and knows from which entry on they would have to be read again.
struct JournalLines {
    /// Takes the event of each entry by itself.
    var scratch = EventBatch()
    /// The cursor of the entry that comes next.
    var next: JournalCursor?
    private var joiner: EntryJoiner
    /// Entries taken.
    private var count: UInt64 = 0
    /// The cursors of the last entries, from that number on: all that follow the one before the first that waits.
    private var kept: [JournalCursor] = []
    private var firstKept: UInt64 = 0
    /// What comes before the first of them.
    private var base: String?
    /// Where the last batch ended.
    private var end: JournalPlace?

    init(rules: Multiline) { self.joiner = EntryJoiner(rules: rules) }

    var deadline: ContinuousClock.Instant? { self.joiner.deadline }

    /// Nothing that was taken counts any more; reading goes on behind `place`.
    ///
    /// - Returns: what becomes of entries that were counted already.
    mutating func restart(at place: String?) -> LineCounts {
        self.scratch.removeAll()
        self.next = nil
        self.end = place.flatMap { JournalPlace($0) }
        self.forgetCursors(base: place)
        return self.joiner.restart()
    }

    /// Takes the event in `scratch`, whose entry has these fields.
    /// - Returns: false if the entry's cursor was not told.
    mutating func take(
        _ mapper: JournalEntryMapper, _ bytes: Span<UInt8>, now: ContinuousClock.Instant, into batch: inout EventBatch
    ) -> Bool {
        guard let cursor = self.next else { return false }
        self.next = nil
        let entry = EntryJoiner.Entry(
            place: self.count, number: cursor.sequence, sequence: cursor.sequenceID.text,
            writer: Self.writer(mapper.fields, bytes),
            isWhole: !mapper.isVerbatim || !Self.isLine(mapper.fields, bytes))
        self.count += 1
        self.kept.append(cursor)
        self.joiner.take(entry, of: self.scratch, now: now, into: &batch)
        self.scratch.removeAll()
        return true
    }

    mutating func finish(into batch: inout EventBatch) { self.joiner.finish(into: &batch) }

    mutating func finishDue(at now: ContinuousClock.Instant, into batch: inout EventBatch) {
        self.joiner.finishDue(at: now, into: &batch)
    }

    mutating func takeCounts(into counts: inout LineCounts) { self.joiner.takeCounts(into: &counts) }

    /// The end of a batch: what was taken before is done, but for what waits.
    mutating func batchEnded(at place: JournalPlace) {
        self.end = place
        guard let start = self.joiner.start else { return self.forgetCursors(base: place.text) }
        guard start > self.firstKept else { return }
        self.kept.removeFirst(Int(start - 1 - self.firstKept))
        self.firstKept = start - 1
    }

    /// Behind which all that is in no event yet is read again.
    var place: String? {
        guard let start = self.joiner.start else { return self.end?.text }
        guard start > self.firstKept else { return self.base }
        let cursor = self.kept[Int(start - 1 - self.firstKept)]
        // The numbers of others are newer than the cursor: entries that come again make no hole.
        var others = self.end?.others ?? [:]
        if let end = self.end?.cursor { others[end.sequenceID] = end.sequence }
        others[cursor.sequenceID] = nil
        return JournalPlace(cursor, others: others).text
    }

    private mutating func forgetCursors(base: String?) {
        self.kept.removeAll(keepingCapacity: true)
        self.firstKept = self.count
        self.base = base
    }

    /// Programs that speak journald's own protocol send whole messages, and so do the kernel and audit.
    private static func isLine(_ fields: JournalFields, _ bytes: Span<UInt8>) -> Bool {
        guard let transport = fields.field(.transport) else { return true }
        let name = bytes.extracting(transport.value)
        return name.equals("stdout") || name.equals("syslog")
    }

    /// One connection to journald may have several processes behind it, and one process several of them.
    private static func writer(_ fields: JournalFields, _ bytes: Span<UInt8>) -> [UInt8] {
        var writer: [UInt8] = []
        for role in [JournalFieldName.Role.stream, .pid, .unit, .identifier, .boot] {
            if let field = fields.field(role) { writer.append(bytes.extracting(field.value)) }
            writer.append(0)
        }
        return writer
    }
}
