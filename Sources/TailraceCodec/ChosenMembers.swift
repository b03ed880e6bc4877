import TailraceEvent

/// The members of one line that became the event's message, time and level; the others are its fields.
struct ChosenMembers {
    struct Choice {
        /// Which member; nil for one inside of another, which stays where it is.
        var index: Int?
        var rank: UInt8
    }

    /// Where the message's text stands, without quotes.
    struct Text {
        var range: Range<Int>
        var hasEscapes: Bool
    }

    private var messageChoice: Choice?
    private(set) var message: Text?
    private var timeChoice: Choice?
    private(set) var time: Int64?
    private var levelChoice: Choice?
    private(set) var level: Level?
    /// False where the level's own spelling says more than its name (`fatal`, 35), so that it stays a field as well.
    private var isLevelConsumed = false

    private static func isBetter(_ rank: UInt8, than choice: Choice?) -> Bool {
        choice.map { rank < $0.rank } ?? true
    }

    func consumes(_ index: Int) -> Bool {
        self.messageChoice?.index == index || self.timeChoice?.index == index
            || (self.isLevelConsumed && self.levelChoice?.index == index)
    }

    mutating func offerLevel(_ reading: LevelReading?, index: Int?, rank: UInt8) {
        guard let reading, Self.isBetter(rank, than: self.levelChoice) else { return }
        self.levelChoice = Choice(index: index, rank: rank)
        self.level = reading.level
        self.isLevelConsumed = reading.isExact
    }

    mutating func offerTime(_ nanoseconds: Int64?, index: Int?, rank: UInt8) {
        guard let nanoseconds, Self.isBetter(rank, than: self.timeChoice) else { return }
        self.timeChoice = Choice(index: index, rank: rank)
        self.time = nanoseconds
    }

    mutating func offerMessage(_ text: Text, index: Int?, rank: UInt8) {
        guard Self.isBetter(rank, than: self.messageChoice) else { return }
        self.messageChoice = Choice(index: index, rank: rank)
        self.message = text
    }
}
