package import TailraceEvent
package import TailraceOptions

/// The codec's own keys of an `[[input]]` block.
package struct CodecOptions: Sendable {
    package var format: Format
    /// Longest line kept, in bytes; the rest of a longer one is counted in `truncated_bytes`.
    package var maxLineBytes: Int
    /// What a time means that names no zone.
    package var timeZone: TimeZoneRule
    /// The level of events that name none; nil leaves them without.
    package var level: Level?
    /// Shapes of times that are tried before those that are recognised.
    package var timeFormats: [TimeFormat] = []
    /// What the members of a structured line are for the event.
    var names = MemberNames.standard
    /// The source's own spellings of levels.
    var levels = LevelMap()
    /// Whether the status of an access log makes a level.
    var readsLevelFromStatus = false
    /// What `format = "regex"` looks for.
    var pattern: LinePattern?
    /// How several lines become one event; nil for never.
    package var multiline: Multiline?

    /// Room for a long stack trace or a fat JSON object; larger than any datagram.
    package static let defaultMaxLineBytes = 256 << 10
    /// Below, timestamps and headers would be cut; above, one line would be a batch of its own many times over.
    package static let maxLineBytesRange = 64...(16 << 20)
    /// Names in one of `time_field`, `level_field` and `message_field`, and shapes in `time_format`.
    static let maxNames = 8

    package static let specs: [OptionSpec] = [
        OptionSpec(
            "format", .choice(Format.allCases.map(\.rawValue)), default: "auto",
            "How lines are understood; auto tells per line and falls back to plain"),
        OptionSpec(
            "pattern", .string, "Regular expression (RE2) of format = \"regex\", with a named group for each field"),
        OptionSpec("max_line", .size, default: "256KiB", "Longest line kept; the rest is counted in truncated_bytes"),
        OptionSpec(
            "time_zone", .string, default: "UTC",
            "The zone of times that name none: \"UTC\", \"local\" or an offset such as \"+02:00\""),
        OptionSpec(
            "time_format", .strings, "Shapes of times to try before those that are recognised: \"%d.%m.%Y %H:%M:%S\""),
        OptionSpec("time_field", .strings, "Members or groups that hold the time, before those that are known"),
        OptionSpec("level_field", .strings, "Members or groups that hold the level, before those that are known"),
        OptionSpec("message_field", .strings, "Members or groups that hold the message, before those that are known"),
        OptionSpec(
            "levels", .scalarsByName, "The source's own spellings of levels: { W = \"warn\", \"9\" = \"error\" }"),
        OptionSpec(
            "level_from_status", .boolean, default: "false",
            "Gives lines of access logs a level: 5xx error, 4xx warn, else info"),
        OptionSpec("level", .choice(Level.allCases.map(\.name)), "The level of events that name none"),
        Multiline.spec,
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
}
