/// Which kinds of messages were seen lately, in fixed memory.
///
/// Two generations: when the younger is full it becomes the older one, whose patterns are forgotten unless they come
/// again meanwhile. So what is remembered are at least the last `maxPatterns` different ones.
struct PatternMemory {
    /// Of one generation. A program logs some hundred kinds of messages; both generations take some 130 KiB.
    static let maxPatterns = 4096

    private var younger: Set<UInt64> = []
    private var older: Set<UInt64> = []

    var count: Int { self.younger.count + self.older.count }

    /// True if the pattern is new, or was forgotten.
    mutating func isFirst(_ pattern: UInt64) -> Bool {
        if self.younger.contains(pattern) { return false }
        let isKnown = self.older.contains(pattern)
        if self.younger.count == Self.maxPatterns {
            swap(&self.younger, &self.older)
            self.younger.removeAll(keepingCapacity: true)
        }
        self.younger.insert(pattern)
        return !isKnown
    }
}
