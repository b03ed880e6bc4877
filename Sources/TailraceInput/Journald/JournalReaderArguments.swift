/// What the relay tells the journal reader when it starts it, as the words of its command line.
///
/// `journal-reader directory=/d cursor=s=… match=_TRANSPORT=kernel unit=nginx.service skip-pid=811 …`
struct JournalReaderArguments: Sendable, Hashable {
    var directory: String?
    /// A name, `*` for all, or `+` and a name for that one and the default.
    var namespace: String?
    var units: [String] = []
    /// `FIELD=value`, or `+`.
    var matches: [String] = []
    /// Highest syslog severity number that is wanted.
    var priority: Int?
    /// Only entries of this boot, as `JournalBootChoice` writes it.
    var boot: JournalBootChoice?
    /// Where to begin if there is no cursor, in microseconds since 1970.
    var since: UInt64 = 0
    /// Where reading stands, as `JournalPlace` writes it.
    var cursor: String?
    /// Each entry's cursor is wanted.
    var tellsPlaces = false
    /// How far beyond the cursor to begin, in microseconds: gets past a place that kills every reader.
    var leap: UInt64 = 0
    /// Whose output is left out: the relay's process, in this boot.
    var skipPID: Int32?
    var skipBoot: String?
    /// Whose output is left out at all times: the relay's unit.
    var skipUnit: String?
    var skipUserUnit: String?

    static let command = "journal-reader"

    var words: [String] {
        var words = [Self.command]
        func add(_ key: String, _ value: (some CustomStringConvertible)?) {
            if let value { words.append("\(key)=\(value)") }
        }
        add("directory", self.directory)
        add("namespace", self.namespace)
        for unit in self.units { add("unit", unit) }
        for match in self.matches { add("match", match) }
        add("priority", self.priority)
        add("boot", self.boot)
        add("since", self.since)
        add("cursor", self.cursor)
        add("leap", self.leap)
        if self.tellsPlaces { add("places", "on") }
        add("skip-pid", self.skipPID)
        add("skip-boot", self.skipBoot)
        add("skip-unit", self.skipUnit)
        add("skip-user-unit", self.skipUserUnit)
        return words
    }

    init() {}

    /// Reads the words after `journal-reader`; nil if one makes no sense.
    init?(words: some Sequence<String>) {
        for word in words {
            guard let equals = word.firstIndex(of: "=") else { return nil }
            let value = String(word[word.index(after: equals)...])
            guard self.set(word[..<equals], to: value) else { return nil }
        }
    }

    private mutating func set(_ key: Substring, to value: String) -> Bool {
        switch key {
        case "directory": self.directory = value
        case "namespace": self.namespace = value
        case "unit": self.units.append(value)
        case "match": self.matches.append(value)
        case "boot":
            self.boot = JournalBootChoice(value)
            return self.boot != nil
        case "places": self.tellsPlaces = true
        case "cursor": self.cursor = value
        case "skip-boot": self.skipBoot = value
        case "skip-unit": self.skipUnit = value
        case "skip-user-unit": self.skipUserUnit = value
        case "priority":
            self.priority = Int(value)
            return self.priority != nil
        case "skip-pid":
            self.skipPID = Int32(value)
            return self.skipPID != nil
        case "since":
            guard let number = UInt64(value) else { return false }
            self.since = number
        case "leap":
            guard let number = UInt64(value) else { return false }
            self.leap = number
        default: return false
        }
        return true
    }
}
