import TailraceEvent

/// What a member of a structured line is for the event, by its name; ASCII case is ignored.
///
/// | role | names, the first present one counts |
/// |---|---|
/// | message | `message msg @m log text` |
/// | time | `time ts timestamp @timestamp t @t date` |
/// | level | `level lvl severity loglevel log.level @l` |
/// | syslog priority | `priority` |
enum MemberRole: Equatable {
    /// A lower rank wins.
    case message(rank: UInt8)
    case time(rank: UInt8)
    case level(rank: UInt8)
    case priority

    init?(_ line: Span<UInt8>, _ key: Range<Int>) {
        // Lengths and first letters tell nearly all other names apart at once.
        guard (1...10).contains(key.count), Self.mayBegin(line[key.lowerBound] | 0x20) else { return nil }
        for (name, role) in Self.byLength[key.count] where line.equals(name, at: key) {
            self = role
            return
        }
        return nil
    }

    /// `@` is no letter and stays what it is under the bit that makes small letters, as 0x60.
    private static func mayBegin(_ letter: UInt8) -> Bool {
        switch letter {
        case 0x60, UInt8(ascii: "d"), UInt8(ascii: "l"), UInt8(ascii: "m"), UInt8(ascii: "p"), UInt8(ascii: "s"),
            UInt8(ascii: "t"):
            return true
        default: return false
        }
    }

    private static let names: [(StaticString, MemberRole)] = [
        ("message", .message(rank: 0)), ("msg", .message(rank: 1)), ("@m", .message(rank: 2)),
        ("log", .message(rank: 3)), ("text", .message(rank: 4)),
        ("time", .time(rank: 0)), ("ts", .time(rank: 1)), ("timestamp", .time(rank: 2)),
        ("@timestamp", .time(rank: 3)), ("t", .time(rank: 4)), ("@t", .time(rank: 5)), ("date", .time(rank: 6)),
        ("level", .level(rank: 0)), ("lvl", .level(rank: 1)), ("severity", .level(rank: 2)),
        ("loglevel", .level(rank: 3)), ("log.level", .level(rank: 4)), ("@l", .level(rank: 5)),
        ("priority", .priority),
    ]

    private static let byLength: [[(StaticString, MemberRole)]] = (0...10).map { length in
        Self.names.filter { $0.0.utf8CodeUnitCount == length }
    }
}

/// The members of one line that became the event's message, time and level; the others are its fields.
struct ChosenMembers {
    struct Choice {
        var index: Int
        var rank: UInt8
    }

    var message: Choice?
    var time: Choice?
    var nanoseconds: Int64 = 0
    var levelChoice: Choice?
    var level: Level?
    /// False where the level's own spelling says more than its name (`fatal`, 35), so that it stays a field as well.
    var isLevelConsumed = false

    static func isBetter(_ rank: UInt8, than choice: Choice?) -> Bool {
        choice.map { rank < $0.rank } ?? true
    }

    func consumes(_ index: Int) -> Bool {
        self.message?.index == index || self.time?.index == index
            || (self.isLevelConsumed && self.levelChoice?.index == index)
    }

    mutating func offerLevel(_ reading: LevelReading?, index: Int, rank: UInt8) {
        guard let reading, Self.isBetter(rank, than: self.levelChoice) else { return }
        self.levelChoice = Choice(index: index, rank: rank)
        self.level = reading.level
        self.isLevelConsumed = reading.isExact
    }

    mutating func offerTime(_ nanoseconds: Int64?, index: Int, rank: UInt8) {
        guard let nanoseconds, Self.isBetter(rank, than: self.time) else { return }
        self.time = Choice(index: index, rank: rank)
        self.nanoseconds = nanoseconds
    }

    mutating func offerMessage(index: Int, rank: UInt8) {
        guard Self.isBetter(rank, than: self.message) else { return }
        self.message = Choice(index: index, rank: rank)
    }
}
