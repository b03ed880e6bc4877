package import TailraceEvent
package import TailraceOptions

/// How the lines of a source are understood.
package enum Format: String, Sendable, CaseIterable {
    /// The line is the message; only a time and a level at its start are read.
    case plain
    /// One JSON object per line.
    case json
    /// `key=value key="quoted value"`.
    case logfmt
    /// RFC 5424, or RFC 3164 as programs and rsyslog really write it.
    case syslog
    /// Whichever of them the line proves to be, else plain.
    case auto
}

/// The codec's own keys of an `[[input]]` block.
package struct CodecOptions: Sendable {
    package var format: Format
    /// Longest line kept, in bytes; the rest of a longer one is counted in `truncated_bytes`.
    package var maxLineBytes: Int
    /// What a time means that names no zone.
    package var timeZone: TimeZoneRule
    /// The level of events that name none; nil leaves them without.
    package var level: Level?

    /// Room for a long stack trace or a fat JSON object; larger than any datagram.
    package static let defaultMaxLineBytes = 256 << 10
    /// Below, timestamps and headers would be cut; above, one line would be a batch of its own many times over.
    package static let maxLineBytesRange = 64...(16 << 20)

    package static let specs: [OptionSpec] = [
        OptionSpec(
            "format", .choice(Format.allCases.map(\.rawValue)), default: "auto",
            "How lines are understood; auto tells per line and falls back to plain"),
        OptionSpec("max_line", .size, default: "256KiB", "Longest line kept; the rest is counted in truncated_bytes"),
        OptionSpec(
            "time_zone", .string, default: "UTC",
            "The zone of times that name none: \"UTC\", \"local\" or an offset such as \"+02:00\""),
        OptionSpec("level", .choice(Level.allCases.map(\.name)), "The level of events that name none"),
    ]

    package init(
        format: Format = .auto, maxLineBytes: Int = Self.defaultMaxLineBytes, timeZone: TimeZoneRule = .utc,
        level: Level? = nil
    ) {
        self.format = format
        self.maxLineBytes = maxLineBytes
        self.timeZone = timeZone
        self.level = level
    }

    package init(_ table: OptionTable) throws(OptionProblem) {
        self.init()
        if let name = table.string("format") {
            guard let format = Format(rawValue: name) else {
                throw table.problem(
                    "format", "unknown format \"\(name)\"",
                    hint: "use one of \(Format.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            self.format = format
        }
        if let size = table.size("max_line") {
            guard let bytes = Int(exactly: size), Self.maxLineBytesRange.contains(bytes) else {
                throw table.problem(
                    "max_line", "max_line must be between 64 bytes and 16 MiB, not \(size) bytes",
                    hint: "the default is \"256KiB\"")
            }
            self.maxLineBytes = bytes
        }
        if let zone = table.string("time_zone") {
            guard let rule = TimeZoneRule(zone) else {
                throw table.problem(
                    "time_zone", "unknown time zone \"\(zone)\"",
                    hint: "use \"UTC\", \"local\" or an offset such as \"+02:00\"")
            }
            self.timeZone = rule
        }
        if let name = table.string("level") {
            guard let level = Level(name: name) else {
                throw table.problem(
                    "level", "unknown level \"\(name)\"",
                    hint: "use one of \(Level.allCases.map(\.name).joined(separator: ", "))")
            }
            self.level = level
        }
    }
}
