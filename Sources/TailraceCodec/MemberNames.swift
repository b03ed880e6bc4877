/// What a member of a structured line is for the event.
enum MemberRole: Sendable, Equatable {
    /// A lower rank wins.
    case message(rank: UInt8)
    case time(rank: UInt8)
    case level(rank: UInt8)
    case priority
}

/// The names under which structured lines keep their message, time and level; ASCII case is ignored.
///
/// | role | names, the first present one counts |
/// |---|---|
/// | message | `message msg @m log text short_message body event fields.message @mt full_message` |
/// | time | `time ts timestamp @timestamp t @t date datetime asctime timeMillis eventTime t.$date` |
/// | level | `level lvl severity loglevel log.level @l levelname level_name severity_text severityText` |
/// | syslog priority | `priority` |
///
/// The input's own names (`message_field` and the like) come before all of them. `a.b` is a member of that name, or `b`
/// in the object `a`.
struct MemberNames: Sendable {
    /// Longer names are no names that a program gives to its time or level.
    static let maxNameBytes = 64

    private struct Entry: Sendable {
        /// The first eight letters, to compare all at once.
        var start: UInt64
        /// In lower case.
        var name: [UInt8]
        var role: MemberRole
    }

    /// A member of an object within the line's object.
    struct Nested: Sendable {
        var path: [[UInt8]]
        var role: MemberRole
    }

    private let byLength: [[Entry]]
    /// By what the outermost object has: few, and most lines have none of them.
    private(set) var nested: [Nested]
    private let nestedHeads: [Entry]

    static let standard = MemberNames(time: [], level: [], message: [])

    private static let messages = [
        "message", "msg", "@m", "log", "text", "short_message", "body", "event", "fields.message", "@mt",
        "full_message",
    ]
    private static let times = [
        "time", "ts", "timestamp", "@timestamp", "t", "@t", "date", "datetime", "asctime", "timeMillis", "eventTime",
        "t.$date",
    ]
    private static let levels = [
        "level", "lvl", "severity", "loglevel", "log.level", "@l", "levelname", "level_name", "severity_text",
        "severityText",
    ]

    init(time: [String], level: [String], message: [String]) {
        var entries: [(name: String, role: MemberRole)] = [("priority", .priority)]
        entries += (message + Self.messages).enumerated().map { ($1, .message(rank: UInt8($0))) }
        entries += (time + Self.times).enumerated().map { ($1, .time(rank: UInt8($0))) }
        entries += (level + Self.levels).enumerated().map { ($1, .level(rank: UInt8($0))) }
        var byLength: [[Entry]] = []
        var nested: [Nested] = []
        var heads: [Entry] = []
        for (text, role) in entries {
            let name = text.utf8.map(\.lowercased)
            while byLength.count <= name.count { byLength.append([]) }
            // Of a name with two roles the input's own comes first, since its rank is lower.
            byLength[name.count].append(Entry(start: Self.start(of: name), name: name, role: role))
            let path = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Array($0) }
            guard path.count > 1 else { continue }
            nested.append(Nested(path: path, role: role))
            heads.append(Entry(start: Self.start(of: path[0]), name: path[0], role: role))
        }
        self.byLength = byLength.map { $0.sorted { $0.role.rank < $1.role.rank } }
        self.nested = nested
        self.nestedHeads = heads
    }

    /// What the member with this key is, if it is anything.
    func role(_ line: Span<UInt8>, _ key: Range<Int>) -> MemberRole? {
        guard key.count < self.byLength.count else { return nil }
        let entries = self.byLength[key.count]
        guard !entries.isEmpty else { return nil }
        let start = Self.start(of: line, key)
        for entry in entries where entry.start == start && line.equals(entry.name, at: key) { return entry.role }
        return nil
    }

    /// The ways into an object that is the value of this key.
    func paths(into line: Span<UInt8>, _ key: Range<Int>) -> [Nested] {
        let start = Self.start(of: line, key)
        var paths: [Nested] = []
        for (index, head) in self.nestedHeads.enumerated() where head.start == start {
            if line.equals(head.name, at: key) { paths.append(self.nested[index]) }
        }
        return paths
    }

    private static func start(of name: [UInt8]) -> UInt64 { Self.start(of: name.span, 0..<name.count) }

    /// Up to eight bytes in one number, letters in lower case; other bytes are changed alike on both sides.
    private static func start(of line: Span<UInt8>, _ key: Range<Int>) -> UInt64 {
        let count = min(key.count, 8)
        guard count > 0 else { return 0 }
        guard key.lowerBound + 8 <= line.count else {
            var word: UInt64 = 0
            for offset in 0..<count { word |= UInt64(line[key.lowerBound + offset] | 0x20) << UInt64(8 * offset) }
            return word
        }
        let word = line.word(at: key.lowerBound) | 0x2020_2020_2020_2020
        return count == 8 ? word : word & (1 << UInt64(8 * count) - 1)
    }
}

extension MemberRole {
    fileprivate var rank: UInt8 {
        switch self {
        case .message(let rank), .time(let rank), .level(let rank): rank
        case .priority: .max
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes at `range` are `name`, which is in lower case, ignoring ASCII case.
    func equals(_ name: [UInt8], at range: Range<Int>) -> Bool {
        guard range.count == name.count, range.upperBound <= self.count else { return false }
        for offset in 0..<range.count where self[range.lowerBound + offset].lowercased != name[offset] { return false }
        return true
    }
}
