import TailraceEvent

/// Journald's own note that it refused messages of a unit that wrote too fast.
struct JournalSuppression {
    /// Nil if the note does not say.
    let count: UInt64?
    /// The unit that wrote them.
    let unit: ArraySlice<UInt8>?
    let gap: SourceGap

    /// `SD_MESSAGE_JOURNAL_DROPPED`, sd-messages(3).
    private static let messageID: StaticString = "a596d6fe7bfa4994828e72309e95d61e"

    /// Nil if the entry is anything else. Only journald itself is believed (`_TRANSPORT=driver`).
    init?(_ fields: [JournalEntryMapper.Field], _ bytes: [UInt8]) {
        func value(_ name: StaticString) -> ArraySlice<UInt8>? {
            fields.first { JournalEntryMapper.equals(bytes[$0.name], name) }.map { bytes[$0.value] }
        }
        guard let id = value("MESSAGE_ID"), JournalEntryMapper.equals(id, Self.messageID),
            let transport = value("_TRANSPORT"), JournalEntryMapper.equals(transport, "driver")
        else { return nil }
        // "Suppressed 123 messages from nginx.service"
        let words = (value("MESSAGE") ?? []).split(separator: UInt8(ascii: " "))
        let count =
            value("N_DROPPED").flatMap { JournalEntryMapper.decimal($0) }
            ?? (words.count > 1 ? JournalEntryMapper.decimal(words[1]) : nil)
        let unit = value("OBJECT_SYSTEMD_UNIT") ?? (words.count == 5 ? words[4] : nil)
        let name = unit.map { String(decoding: $0, as: UTF8.self) } ?? "a unit"
        let amount = count.map { String($0) } ?? "some"
        self.count = count
        self.unit = unit
        self.gap = SourceGap(
            reason: "suppressed", count: count,
            message: "Journald suppressed \(amount) messages from \(name), which wrote faster than its rate limit")
    }
}
