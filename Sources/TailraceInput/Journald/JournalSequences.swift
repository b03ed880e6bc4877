/// The newest number of each sequence that was met, and what their numbers say of entries that are missing.
///
/// Journald numbers the entries of one sequence without holes. Files that it keeps beside each other (the system's and
/// users') may be sequences of their own that share one counter: then a hole in one is filled by entries of the others.
/// Namespaces and other machines count by themselves.
struct JournalSequences {
    private struct Sequence {
        let id: JournalID
        var newest: UInt64
        /// Entries of others with higher numbers, met since.
        var filled: UInt64 = 0
        /// When it was last met, in entries taken.
        var met: UInt64
    }

    private var known: [Sequence] = []
    private var last: JournalCursor?
    private var taken: UInt64 = 0
    /// False once two sequences of one boot have counted independently.
    private var shareNumbers = true

    init() {}

    init(_ place: JournalPlace) {
        self.known = place.others.map { Sequence(id: $0.key, newest: $0.value, met: 0) }
        self.known.append(Sequence(id: place.cursor.sequenceID, newest: place.cursor.sequence, met: 1))
        self.last = place.cursor
        self.taken = 1
    }

    /// Whether one sequence alone does not tell all.
    var areSeveral: Bool { self.known.count > 1 }

    /// Takes the next entry.
    /// - Returns: how many entries its number says are missing before it.
    mutating func take(_ here: JournalCursor) -> UInt64 {
        self.taken += 1
        if let last, last.sequenceID != here.sequenceID, last.boot == here.boot, here.sequence <= last.sequence {
            self.shareNumbers = false
        }
        self.last = here
        guard let own = self.known.firstIndex(where: { $0.id == here.sequenceID }) else {
            self.makeRoom()
            self.fill(below: here.sequence)
            self.known.append(Sequence(id: here.sequenceID, newest: here.sequence, met: self.taken))
            return 0
        }
        self.fill(below: here.sequence, but: own)
        let before = self.known[own]
        self.known[own] = Sequence(id: before.id, newest: here.sequence, met: self.taken)
        guard here.sequence > before.newest else { return 0 }
        let missing = here.sequence - before.newest - 1
        return self.shareNumbers ? missing - min(missing, before.filled) : missing
    }

    private mutating func fill(below number: UInt64, but own: Int? = nil) {
        for index in self.known.indices where index != own && number > self.known[index].newest {
            self.known[index].filled += 1
        }
    }

    /// Where reading stands behind that entry.
    func place(_ cursor: JournalCursor) -> JournalPlace {
        var others: [JournalID: UInt64] = [:]
        for sequence in self.known where sequence.id != cursor.sequenceID { others[sequence.id] = sequence.newest }
        return JournalPlace(cursor, others: others)
    }

    private mutating func makeRoom() {
        guard self.known.count > JournalPlace.maxOthers,
            let oldest = self.known.indices.min(by: { self.known[$0].met < self.known[$1].met })
        else { return }
        self.known.remove(at: oldest)
    }
}
