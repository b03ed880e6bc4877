import TailraceEvent

/// Journald's own note that it refused messages of a unit that wrote too fast.
struct JournalSuppression {
    /// Nil if the note does not say.
    let count: UInt64?
    /// The unit that wrote them, as a place in the bytes.
    let unit: Range<Int>?
    let gap: SourceGap

    /// `SD_MESSAGE_JOURNAL_DROPPED`, sd-messages(3).
    private static let messageID: StaticString = "a596d6fe7bfa4994828e72309e95d61e"

    /// Nil if the entry is anything else. Only journald itself is believed (`_TRANSPORT=driver`).
    init?(_ entry: JournalFields, _ bytes: Span<UInt8>) {
        guard let id = entry.field(.messageID)?.value, bytes.extracting(id).equals(Self.messageID),
            let transport = entry.field(.transport)?.value, bytes.extracting(transport).equals("driver")
        else { return nil }
        // "Suppressed 123 messages from nginx.service"
        let words = entry.field(.message).map { bytes.words($0.value) } ?? []
        self.count =
            entry.field(.dropped).flatMap { bytes.extracting($0.value).decimal }
            ?? (words.count > 1 ? bytes.extracting(words[1]).decimal : nil)
        self.unit = entry.field(.objectUnit)?.value ?? (words.count == 5 ? words[4] : nil)
        let name = self.unit.map { String(decoding: bytes.extracting($0).copy, as: UTF8.self) } ?? "a unit"
        let amount = self.count.map { String($0) } ?? "some"
        self.gap = SourceGap(
            reason: "suppressed", count: self.count,
            message: "Journald suppressed \(amount) messages from \(name), which wrote faster than its rate limit")
    }
}

extension Span<UInt8> {
    var copy: [UInt8] { self.withUnsafeBufferPointer { Array($0) } }

    func equals(_ text: StaticString) -> Bool {
        guard self.count == text.utf8CodeUnitCount else { return false }
        let text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for index in self.indices where self[index] != text[index] { return false }
        return true
    }

    /// Up to 18 digits and nothing else.
    var decimal: UInt64? {
        guard (1...18).contains(self.count) else { return nil }
        var number: UInt64 = 0
        for index in self.indices {
            guard (0x30...0x39).contains(self[index]) else { return nil }
            number = number * 10 + UInt64(self[index] - 0x30)
        }
        return number
    }

    /// The words of a part, between spaces.
    fileprivate func words(_ part: Range<Int>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start = part.lowerBound
        for index in part where self[index] == UInt8(ascii: " ") {
            if index > start { words.append(start..<index) }
            start = index + 1
        }
        if part.upperBound > start { words.append(start..<part.upperBound) }
        return words
    }
}
