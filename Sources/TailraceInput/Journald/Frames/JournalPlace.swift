/// Where reading stands: the last entry that is done, and the newest number of each other sequence that was met.
///
/// Several sequences number the entries of one reader: namespaces, other machines, and files that were begun anew. The
/// text is a cursor and, behind spaces, `<id>:<number>`.
struct JournalPlace: Hashable, Sendable {
    var cursor: JournalCursor
    var others: [JournalID: UInt64] = [:]

    /// Sequences that are remembered beside the cursor's: names of machines and namespaces, and some that ended.
    static let maxOthers = 31

    init(_ cursor: JournalCursor, others: [JournalID: UInt64] = [:]) {
        self.cursor = cursor
        self.others = others
    }

    /// Nil if it begins with no cursor, or goes on with something else.
    init?(_ text: some StringProtocol) {
        var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
        guard words.count <= 1 + Self.maxOthers, let cursor = words.popFirst().flatMap({ JournalCursor($0) }) else {
            return nil
        }
        self.cursor = cursor
        for word in words {
            let parts = word.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let sequence = JournalID(parts[0]), let number = UInt64(parts[1]) else {
                return nil
            }
            self.others[sequence] = number
        }
    }

    var text: String {
        let others = self.others.map { "\($0.key):\($0.value)" }.sorted()
        return ([self.cursor.text] + others).joined(separator: " ")
    }
}
