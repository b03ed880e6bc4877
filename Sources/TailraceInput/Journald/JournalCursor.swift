/// A place in the journal, as `sd_journal_get_cursor(3)` writes it.
///
/// `s=<id>;i=<hex>;b=<boot id>;m=<hex>;t=<hex>;x=<hex>`: the sequence that numbered the entry and its number there, its
/// boot, the monotonic and the real time in microseconds, and a hash of its content.
struct JournalCursor: Hashable, Sendable {
    /// As libsystemd wrote it.
    let text: String
    let sequenceID: String
    let sequence: UInt64
    let boot: String
    let monotonic: UInt64
    let realtime: UInt64
    let hash: String

    /// Nil if a part is missing or not a number.
    init?(_ text: String) {
        guard text.utf8.count <= 1024 else { return nil }
        var parts: [Character: Substring] = [:]
        for part in text.split(separator: ";") {
            guard let key = part.first, part.dropFirst().first == "=" else { return nil }
            parts[key] = part.dropFirst(2)
        }
        func number(_ key: Character) -> UInt64? { parts[key].flatMap { UInt64($0, radix: 16) } }
        guard let sequenceID = parts["s"], let sequence = number("i"), let boot = parts["b"],
            let monotonic = number("m"), let realtime = number("t"), let hash = parts["x"]
        else { return nil }
        self.text = text
        self.sequenceID = String(sequenceID)
        self.sequence = sequence
        self.boot = String(boot)
        self.monotonic = monotonic
        self.realtime = realtime
        self.hash = String(hash)
    }

    /// Whether both name one entry, even if it was copied to another file, which numbers it anew.
    ///
    /// The numbers alone don't prove it: after a power loss journald may give the numbers of lost entries out again.
    func isSameEntry(as other: JournalCursor) -> Bool {
        self.boot == other.boot && self.monotonic == other.monotonic && self.realtime == other.realtime
            && self.hash == other.hash
            && (self.sequenceID != other.sequenceID || self.sequence == other.sequence)
    }

    /// How many entries lie between this one and a later one, where the same sequence numbered both.
    func entriesBetween(_ later: JournalCursor) -> UInt64? {
        guard self.sequenceID == later.sequenceID, later.sequence > self.sequence else { return nil }
        return later.sequence - self.sequence - 1
    }
}
