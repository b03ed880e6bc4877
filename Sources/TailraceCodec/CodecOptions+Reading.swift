package import TailraceOptions

import TailraceEvent
import TailraceRegex

/// Reading the keys of a block.
extension CodecOptions {
    package init(_ table: OptionTable) throws(OptionProblem) {
        self.init()
        self.format = try Self.format(table)
        self.maxLineBytes = try Self.maxLineBytes(table)
        self.timeZone = try Self.timeZone(table)
        self.level = try table.string("level").map { (name) throws(OptionProblem) in
            try Self.level(name, table, "level")
        }
        self.timeFormats = try Self.timeFormats(table)
        self.names = MemberNames(
            time: try Self.names(table, "time_field"), level: try Self.names(table, "level_field"),
            message: try Self.names(table, "message_field"))
        self.levels = try Self.levels(table)
        self.readsLevelFromStatus = table.boolean("level_from_status") ?? false
        self.pattern = try Self.pattern(table, format: self.format, names: self.names)
        self.multiline = try Multiline(table)
    }

    private static func format(_ table: OptionTable) throws(OptionProblem) -> Format {
        guard let name = table.string("format") else { return .auto }
        guard let format = Format(rawValue: name) else {
            throw table.problem(
                "format", "unknown format \"\(name)\"",
                hint: "use one of \(Format.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return format
    }

    private static func maxLineBytes(_ table: OptionTable) throws(OptionProblem) -> Int {
        guard let size = table.size("max_line") else { return Self.defaultMaxLineBytes }
        guard let bytes = Int(exactly: size), Self.maxLineBytesRange.contains(bytes) else {
            throw table.problem(
                "max_line", "max_line must be between 64 bytes and 16 MiB, not \(size) bytes",
                hint: "the default is \"256KiB\"")
        }
        return bytes
    }

    private static func timeZone(_ table: OptionTable) throws(OptionProblem) -> TimeZoneRule {
        guard let zone = table.string("time_zone") else { return .utc }
        guard let rule = TimeZoneRule(zone) else {
            throw table.problem(
                "time_zone", "unknown time zone \"\(zone)\"",
                hint: "use \"UTC\", \"local\" or an offset such as \"+02:00\"")
        }
        return rule
    }

    private static func level(
        _ name: String, _ table: OptionTable, _ key: String
    ) throws(OptionProblem) -> Level {
        guard let level = Level(name: name) else {
            throw table.problem(
                key, "unknown level \"\(name)\"",
                hint: "use one of \(Level.allCases.map(\.name).joined(separator: ", "))")
        }
        return level
    }

    private static func timeFormats(_ table: OptionTable) throws(OptionProblem) -> [TimeFormat] {
        let texts = try Self.names(table, "time_format")
        var formats: [TimeFormat] = []
        for (index, text) in texts.enumerated() {
            do throws(TimeFormat.Problem) {
                formats.append(try TimeFormat(text))
            } catch {
                throw table.problem(
                    "time_format[\(index)]", "time_format \"\(text)\": \(error.message)",
                    hint: "write it such as \"%d.%m.%Y %H:%M:%S\"")
            }
        }
        return formats
    }

    private static func names(_ table: OptionTable, _ key: String) throws(OptionProblem) -> [String] {
        let names = table.strings(key) ?? []
        guard names.count <= Self.maxNames else {
            throw table.problem(
                key, "\(key) has \(names.count) entries, more than \(Self.maxNames)", hint: "remove some")
        }
        for (index, name) in names.enumerated() where name.isEmpty || name.utf8.count > MemberNames.maxNameBytes {
            throw table.problem(
                "\(key)[\(index)]", "\(key) must have 1 to \(MemberNames.maxNameBytes) bytes, not \(name.utf8.count)",
                hint: "name it as the lines do")
        }
        return names
    }

    private static func levels(_ table: OptionTable) throws(OptionProblem) -> LevelMap {
        let spellings = table.scalarsByName("levels") ?? [:]
        guard spellings.count <= LevelMap.maxSpellings else {
            throw table.problem(
                "levels", "levels has \(spellings.count) entries, more than \(LevelMap.maxSpellings)",
                hint: "only spellings that are not known have to be named")
        }
        var map = LevelMap()
        for (spelling, value) in spellings.sorted(by: { $0.key < $1.key }) {
            guard case .string(let name) = value else {
                throw table.problem(
                    "levels.\(spelling)", "the level of \"\(spelling)\" in levels is not a string",
                    hint: "write \"\(spelling)\" = \"warn\"")
            }
            map.add(spelling, try Self.level(name, table, "levels.\(spelling)"))
        }
        return map
    }

    private static func pattern(
        _ table: OptionTable, format: Format, names: MemberNames
    ) throws(OptionProblem) -> LinePattern? {
        guard let text = table.string("pattern") else {
            if format != .regex { return nil }
            throw table.problem(
                "format", "format = \"regex\" needs a pattern", hint: "write pattern = '^(?<time>\\S+) (?<message>.*)'")
        }
        guard format == .regex else {
            throw table.problem(
                "pattern", "pattern is of format = \"regex\", and this input has format \"\(format.rawValue)\"",
                hint: "write format = \"regex\", or remove it")
        }
        do throws(LinePattern.Problem) {
            return try LinePattern(text, names: names)
        } catch {
            throw table.problem("pattern", "pattern: \(error.message)", hint: error.hint)
        }
    }
}
