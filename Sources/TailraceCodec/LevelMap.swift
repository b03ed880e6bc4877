import TailraceEvent

/// A source's own spellings of levels, from the configuration; ASCII case is ignored.
struct LevelMap: Sendable {
    /// More than any logger has.
    static let maxSpellings = 64

    private var spellings: [(text: [UInt8], level: Level)] = []

    var isEmpty: Bool { self.spellings.isEmpty }

    mutating func add(_ spelling: String, _ level: Level) {
        self.spellings.append((spelling.utf8.map(\.lowercased), level))
    }

    /// What stands at `range`, whatever else it could be read as.
    func reading(_ line: Span<UInt8>, _ range: Range<Int>) -> LevelReading? {
        for (text, level) in self.spellings where line.equals(text, at: range) {
            return LevelReading(level: level, isExact: false)
        }
        return nil
    }
}

extension LevelReading {
    init(level: Level, isExact: Bool) {
        self.level = level
        self.isExact = isExact
    }
}
