/// Which boot's entries are wanted, as journalctl's `--boot` takes it: `-1`, `3`, `<id>`, `<id>-2`.
struct JournalBootChoice: Sendable, Hashable, CustomStringConvertible {
    /// Counted from this boot; else from the newest one, or for numbers above 0 from the oldest.
    var boot: JournalID?
    var offset: Int

    /// More boots than any journal holds.
    private static let maxOffset = 1_000_000

    init(boot: JournalID?, offset: Int) {
        self.boot = boot
        self.offset = offset
    }

    /// Nil if it is neither a number nor the id of a boot.
    init?(_ text: String) {
        var digits = text[...]
        let isID = text.utf8.count >= 32 && text.utf8.prefix(32).allSatisfy { $0 != UInt8(ascii: "+") }
        if isID {
            // With dashes, as the kernel writes it, it has 36 characters.
            let end = text.index(text.startIndex, offsetBy: text.dropFirst(8).first == "-" ? min(36, text.count) : 32)
            guard let boot = JournalID(text[..<end]) else { return nil }
            self.boot = boot
            digits = text[end...]
            if digits.isEmpty {
                self.offset = 0
                return
            }
            guard digits.hasPrefix("-") || digits.hasPrefix("+") else { return nil }
        }
        guard let offset = Int(digits), abs(offset) <= Self.maxOffset else { return nil }
        self.offset = offset
    }

    var description: String {
        guard let boot = self.boot else { return "\(self.offset)" }
        return self.offset == 0 ? "\(boot)" : "\(boot)\(self.offset > 0 ? "+" : "")\(self.offset)"
    }

    /// The boot among those of a journal, which are in their order; nil if it is not there.
    func resolve(_ boots: [JournalID]) -> JournalID? {
        let index: Int?
        if let boot = self.boot {
            if self.offset == 0 { return boot }
            index = boots.firstIndex(of: boot).map { $0 + self.offset }
        } else {
            index = self.offset > 0 ? self.offset - 1 : boots.count - 1 + self.offset
        }
        guard let index, boots.indices.contains(index) else { return nil }
        return boots[index]
    }

    /// A journal of so many boots is years old.
    private static let maxBoots = 10_000

    /// The boots whose entries a journal has, the oldest first. Moves the place in the journal.
    ///
    /// - Parameter pulse: called for each of them.
    static func boots(of journal: borrowing JournalHandle, pulse: () -> Void) throws(JournalFault) -> [JournalID] {
        var boots: [JournalID] = []
        var known: Set<JournalID> = []
        try journal.seekHead()
        while boots.count < Self.maxBoots, try journal.next() {
            let boot = try journal.cursor().boot
            guard known.insert(boot).inserted else { break }
            boots.append(boot)
            pulse()
            // To its last entry at once, and from there on to the next boot's first.
            try journal.restrict(to: boot)
            try journal.seekTail()
            let isThere = try journal.previous()
            try journal.restrict(to: nil)
            guard isThere else { break }
        }
        return boots
    }
}
