import TailraceCodec
import TailraceEvent
import TailraceOptions

/// What `type = "journald"` can be told.
struct JournaldOptions: Sendable {
    var units: [String]
    /// `FIELD=value` and `+`, as journalctl takes them.
    var matches: [String]
    /// Folders with journal files; none for this machine's journal.
    var directories: [String]
    /// A name, `*` for all, or `+` and a name for that one and the default.
    var namespace: String?
    var boot: Boot
    /// How far back the very first start goes; nil for as far as the boot does.
    var since: Duration?
    /// The highest syslog severity number that is wanted.
    var priority: Int?
    /// How entries become one event; nil for never.
    var multiline: Multiline?

    enum Boot: Sendable {
        case all
        /// The one that this machine is in.
        case current
        case choice(JournalBootChoice)
    }

    static let specs: [OptionSpec] = [
        OptionSpec(
            "units", .strings, "only these units, as journalctl --unit shows them; * ? [ ] are patterns; default all"),
        OptionSpec(
            "match", .strings,
            "FIELD=value: the same field again means or, another one and; \"+\" begins an alternative"),
        OptionSpec("priority", .choice(Self.severities.map(\.name)), "only entries at least so severe"),
        OptionSpec("directory", .strings, "folders with journal files, instead of this machine's journal"),
        OptionSpec(
            "namespace", .string,
            "a journal namespace of this machine, \"+NAME\" for that one and the default, \"*\" for all"),
        OptionSpec(
            "boot", .string, default: "all",
            "entries of \"all\" boots, of the \"current\" one, or of one as journalctl --boot takes it: \"-1\", an id"),
        OptionSpec(
            "since", .duration, default: "1h", "how far back the first start goes; later starts go on where they were"),
    ]

    /// By syslog severity, 0 to 7.
    private static let severities: [Level] = (0...7).compactMap { Level(syslogSeverity: $0) }
    /// Entries are compared with each of them.
    private static let maxConditions = 256
    /// Each has a reader of its own.
    private static let maxDirectories = 16

    init(_ table: OptionTable) throws(OptionProblem) {
        self.units = try Self.units(table)
        self.matches = try Self.matches(table)
        self.directories = try Self.directories(table)
        self.namespace = table.string("namespace")
        self.boot = try Self.boot(table)
        self.since = table.duration("since")
        self.priority = try Self.priority(table)
        self.multiline = try Multiline(table)
        if self.since == nil, !self.boot.isChosen { self.since = .seconds(3600) }
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

    private static func directories(_ table: OptionTable) throws(OptionProblem) -> [String] {
        let directories = table.strings("directory") ?? []
        guard directories.count <= Self.maxDirectories else {
            throw table.problem(
                "directory", "at most \(Self.maxDirectories) folders", hint: "make another input for the others")
        }
        for (index, directory) in directories.enumerated() {
            guard directory.hasPrefix("/"), !directory.utf8.contains(0) else {
                throw table.problem("directory", "\"\(directory)\" is not an absolute path")
            }
            guard !directories[..<index].contains(directory) else {
                throw table.problem("directory", "\"\(directory)\" is there twice", hint: "remove one of them")
            }
        }
        return directories
    }

    private static func boot(_ table: OptionTable) throws(OptionProblem) -> Boot {
        switch table.string("boot") ?? "all" {
        case "all": return .all
        case "current": return .current
        case let text:
            guard let choice = JournalBootChoice(text) else {
                throw table.problem(
                    "boot", "\"\(text)\" is no boot",
                    hint: "write \"all\", \"current\", \"-1\" for the one before, or an id of journalctl --list-boots")
            }
            return .choice(choice)
        }
    }

    private func checkPlace(_ table: OptionTable) throws(OptionProblem) {
        if !self.directories.isEmpty, self.namespace != nil {
            throw table.problem(
                "namespace", "directory and namespace exclude each other", hint: "leave one of them out")
        }
        if let namespace = self.namespace, namespace != "*" {
            let name = namespace.hasPrefix("+") ? namespace.dropFirst() : namespace[...]
            let isName = name.utf8.allSatisfy { ![0, UInt8(ascii: "/"), UInt8(ascii: "*")].contains($0) }
            guard isName, !name.isEmpty, !name.hasPrefix("-"), !name.hasPrefix("+") else {
                throw table.problem(
                    "namespace", "\"\(namespace)\" is not the name of a journal namespace",
                    hint: "write its name, \"+NAME\" for it and the default, or \"*\" for all")
            }
        }
        if let since = self.since, since < .zero {
            throw table.problem("since", "since must not be negative", hint: "write \"1h\"")
        }
    }
}

extension JournaldOptions.Boot {
    /// One is named, so that all of it is meant.
    var isChosen: Bool { if case .choice = self { true } else { false } }
}
