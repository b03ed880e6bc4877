import TailraceEvent

/// The names of all fields that a set's tests ask about: one walk over an event's fields finds them all.
struct FieldTable {
    /// Where the next column is looked up: by column, and whether a member with that name is its value already.
    private var names = ByteIndex()
    private var columnCount = 0
    /// Events of the chunk whose fields have been walked.
    var walked: UInt64 = 0
    private var found: [Int] = []

    /// A walk costs about as much as looking for this many fields one by one.
    var isWorthwhile: Bool { self.columnCount >= 4 }

    mutating func insert(_ lookups: [FieldLookup], column: Int) {
        self.columnCount += 1
        for (key, number) in Self.keys(of: lookups, column: column) { self.names.insert(key, number) }
    }

    mutating func remove(_ lookups: [FieldLookup], column: Int) {
        self.columnCount -= 1
        for (key, number) in Self.keys(of: lookups, column: column) { self.names.remove(key, number) }
    }

    private static func keys(of lookups: [FieldLookup], column: Int) -> [([UInt8], Int)] {
        let isDirect = lookups.count == 1 && lookups[0].isPlain
        return Set(lookups.flatMap(\.firstKeys)).map { ($0, column << 1 | (isDirect ? 1 : 0)) }
    }

    /// Fills the columns that an event has. A column that stays empty is missing in the event.
    mutating func walk(
        _ event: Int, _ record: EventBatch.Record, in bytes: Span<UInt8>, columns: inout [Column],
        _ scratch: MatchScratch
    ) {
        self.walked |= 1 << UInt64(event)
        guard record.fieldsLength > 0 else { return }
        let mayBeEscaped = JSONUnescaping.needsUnescaping(bytes.extracting(record.fieldsRange))
        var cursor = FieldCursor(record.fieldsRange)
        while let member = cursor.next(in: bytes) {
            self.found.removeAll(keepingCapacity: true)
            self.look(up: bytes.extracting(member.key), mayBeEscaped: mayBeEscaped, scratch)
            for number in self.found where columns[number >> 1].filled & 1 << UInt64(event) == 0 {
                if number & 1 == 1 {
                    columns[number >> 1].fill(event, with: member, in: bytes, scratch)
                } else {
                    columns[number >> 1].fill(event, record, in: bytes, scratch)
                }
            }
        }
    }

    private mutating func look(up key: Span<UInt8>, mayBeEscaped: Bool, _ scratch: MatchScratch) {
        guard mayBeEscaped, JSONUnescaping.needsUnescaping(key) else {
            return self.names.find(key, into: &self.found)
        }
        JSONUnescaping.unescape(key, into: &scratch.text)
        let text = scratch.text
        self.names.find(text.span, into: &self.found)
    }
}
