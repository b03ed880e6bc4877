package import TailraceEvent

/// Joins events whose messages are the lines of one text: what a service writes comes to a journal line by line.
///
/// Events leave in the order of their first lines and only at places that no event spans, so that reading can go on
/// at `start` without losing a line or telling one twice.
package struct EntryJoiner: Sendable {
    /// An entry whose event is the last of a batch.
    package struct Entry {
        /// Its place among all that are taken; rises.
        package var place: UInt64
        /// Its number among the entries of its sequence, and the name of that: 32 hexadecimal digits.
        package var number: UInt64
        package var sequence: [UInt8]
        /// Who wrote it; lines of different writers never meet.
        package var writer: [UInt8]
        /// Nothing belongs to it.
        package var isWhole: Bool

        package init(place: UInt64, number: UInt64, sequence: [UInt8], writer: [UInt8], isWhole: Bool) {
            self.place = place
            self.number = number
            self.sequence = sequence
            self.writer = writer
            self.isWhole = isWhole
        }
    }

    private let timeout: Duration
    private var joiner: EventJoiner
    private var heads: LineHeadReader
    /// Events in the making at the last asking.
    private var heldBefore = 0

    package init(rules: Multiline) {
        self.timeout = rules.timeout
        self.joiner = EventJoiner(rules: rules, isOrdered: true)
        self.heads = LineHeadReader(times: TimeReader(zone: .utc))
    }

    /// Nothing waits.
    package var isEmpty: Bool { self.joiner.isEmpty }
    /// The place of the first entry that is in no event yet.
    package var start: UInt64? { self.joiner.start }
    /// When `finishDue` has something to do.
    package var deadline: ContinuousClock.Instant? { self.joiner.deadline }

    /// Takes the last event of `scratch`, and appends the events that it completes.
    package mutating func take(
        _ entry: Entry, of scratch: EventBatch, now: ContinuousClock.Instant, into batch: inout EventBatch
    ) {
        let record = scratch.records[scratch.count - 1]
        if entry.isWhole, self.joiner.isEmpty { return batch.append(scratch.count - 1..<scratch.count, of: scratch) }
        var nature = LineNature()
        nature.isWhole = entry.isWhole
        nature.hasHead = true
        nature.isVerbatim = true
        let received = Timestamp(nanoseconds: record.received)
        if !entry.isWhole {
            let text = scratch.bytes.span.extracting(record.messageRange)
            nature.isWhole = Self.isObject(text)
            nature.hasTime = self.heads.read(text, from: 0, known: LineHead(), received: received).time != nil
        }
        let line = TextLine(
            start: entry.place, end: entry.place + 1, received: received, now: now, deadline: now + self.timeout,
            truncatedBytes: 0, nature: nature, raw: [],
            entry: TextLine.Entry(
                origin: scratch.origins[Int(record.origin)], number: entry.number, sequence: entry.sequence))
        self.joiner.take(line, of: scratch, stream: entry.sequence + entry.writer)
        self.write(into: &batch)
    }

    /// Ends all that waits: what comes next does not follow it.
    package mutating func finish(into batch: inout EventBatch) {
        self.joiner.closeAll()
        self.write(into: &batch)
    }

    /// Ends what has waited long enough.
    package mutating func finishDue(at now: ContinuousClock.Instant, into batch: inout EventBatch) {
        self.joiner.close(dueAt: now)
        self.write(into: &batch)
    }

    /// Forgets what waits, and all since the last asking; it will come again.
    ///
    /// - Returns: what becomes of events that were in the making at the last asking.
    package mutating func restart() -> LineCounts {
        self.joiner.removeAll()
        var forgotten = LineCounts()
        self.joiner.takeCounts(into: &forgotten)
        var counts = LineCounts()
        counts.drop(.restart, self.heldBefore)
        counts.waiting = -self.heldBefore
        self.heldBefore = 0
        return counts
    }

    /// What became of entries since the last asking: limits that were met, entries joined to others, events that wait.
    package mutating func takeCounts(into counts: inout LineCounts) {
        self.joiner.takeCounts(into: &counts)
        counts.waiting += self.joiner.count - self.heldBefore
        self.heldBefore = self.joiner.count
    }

    private mutating func write(into batch: inout EventBatch) {
        if self.joiner.isEmpty { return }
        // Every entry has an origin of its own.
        self.joiner.write(before: nil, origin: 0, to: &batch)
    }

    /// Looks like a JSON object: a complete event of a logger.
    private static func isObject(_ text: Span<UInt8>) -> Bool {
        text.count > 1 && text[0] == UInt8(ascii: "{") && text[text.count - 1] == UInt8(ascii: "}")
    }
}
