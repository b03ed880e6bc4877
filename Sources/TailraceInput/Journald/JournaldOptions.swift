import TailraceEvent
import TailraceOptions

/// What `type = "journald"` can be told.
struct JournaldOptions: Sendable {
    var units: [String]
    /// `FIELD=value` and `+`, as journalctl takes them.
    var matches: [String]
    var directory: String?
    var namespace: String?
    var onlyCurrentBoot: Bool
    /// How far back the very first start goes.
    var since: Duration
    /// The highest syslog severity number that is wanted.
    var priority: Int?

    static let specs: [OptionSpec] = [
        OptionSpec(
            "units", .strings, "only these units, as journalctl --unit shows them; * ? [ ] are patterns; default all"),
        OptionSpec(
            "match", .strings,
            "FIELD=value: the same field again means or, another one and; \"+\" begins an alternative"),
        OptionSpec("priority", .choice(Self.severities.map(\.name)), "only entries at least so severe"),
        OptionSpec("directory", .string, "a folder with journal files, instead of this machine's journal"),
        OptionSpec("namespace", .string, "a journal namespace of this machine"),
        OptionSpec("boot", .choice(["all", "current"]), default: "all", "entries of all boots or only of this one"),
        OptionSpec(
            "since", .duration, default: "1h", "how far back the first start goes; later starts go on where they were"),
    ]

    /// By syslog severity, 0 to 7.
    private static let severities: [Level] = (0...7).compactMap { Level(syslogSeverity: $0) }
    /// Entries are compared with each of them.
    private static let maxConditions = 256

    init(_ table: OptionTable) throws(OptionProblem) {
        self.units = try Self.units(table)
        self.matches = try Self.matches(table)
        self.directory = table.string("directory")
        self.namespace = table.string("namespace")
        self.onlyCurrentBoot = (table.string("boot") ?? "all") == "current"
        self.since = table.duration("since") ?? .seconds(3600)
        self.priority = try Self.priority(table)
        try self.checkPlace(table)
    }

    private static func units(_ table: OptionTable) throws(OptionProblem) -> [String] {
        let units = table.strings("units") ?? []
        guard units.count <= Self.maxConditions else {
            throw table.problem("units", "at most \(Self.maxConditions) units", hint: "use a pattern such as \"app-*\"")
        }
        for unit in units where unit.isEmpty || unit.utf8.count > 255 || unit.utf8.contains(0) {
            throw table.problem(
                "units", "\"\(unit)\" is not a unit's name", hint: "write \"nginx.service\" or \"app-*\"")
        }
        // As systemctl does: a name without a type is a service.
        let types = [
            "service", "socket", "target", "mount", "timer", "path", "slice", "scope", "swap", "device", "automount",
        ]
        return units.map { unit in
            unit.hasSuffix("*") || types.contains { unit.hasSuffix(".\($0)") } ? unit : "\(unit).service"
        }
    }

    private static func matches(_ table: OptionTable) throws(OptionProblem) -> [String] {
        let matches = table.strings("match") ?? []
        guard matches.count <= Self.maxConditions else {
            throw table.problem("match", "at most \(Self.maxConditions) matches")
        }
        for match in matches where match != "+" {
            let field = match.utf8.prefix { $0 != UInt8(ascii: "=") }
            let isField = field.allSatisfy { byte in
                byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
            }
            guard isField, !field.isEmpty, field.count < match.utf8.count, !match.utf8.contains(0) else {
                throw table.problem(
                    "match", "\"\(match)\" is not FIELD=value",
                    hint: "fields are written in capitals, as journalctl -o verbose shows them: \"_TRANSPORT=kernel\"")
            }
        }
        if matches.first == "+" || matches.last == "+" {
            throw table.problem("match", "\"+\" must stand between two matches")
        }
        return matches
    }

    private static func priority(_ table: OptionTable) throws(OptionProblem) -> Int? {
        guard let name = table.string("priority") else { return nil }
        guard let severity = Self.severities.firstIndex(where: { $0.name == name }) else {
            throw table.problem(
                "priority", "unknown priority \"\(name)\"",
                hint: "write one of \(Self.severities.map(\.name).joined(separator: ", "))")
        }
        return severity
    }

    private func checkPlace(_ table: OptionTable) throws(OptionProblem) {
        if self.directory != nil, self.namespace != nil {
            throw table.problem(
                "namespace", "directory and namespace exclude each other", hint: "leave one of them out")
        }
        if let directory = self.directory, !directory.hasPrefix("/") || directory.utf8.contains(0) {
            throw table.problem("directory", "\"\(directory)\" is not an absolute path")
        }
        if let name = self.namespace,
            name.isEmpty || name.hasPrefix("-") || name.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") })
        {
            throw table.problem("namespace", "\"\(name)\" is not the name of a journal namespace")
        }
        if self.since < .zero { throw table.problem("since", "since must not be negative", hint: "write \"1h\"") }
    }
}
