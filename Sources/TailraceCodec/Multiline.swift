package import TailraceOptions

import TailraceEvent
import TailraceRegex

/// How lines that belong together become one event.
package struct Multiline: Sendable {
    enum Rule: Sendable {
        /// A line that matches begins an event, every other belongs to the one before.
        case start(LinearPattern)
        /// Stack traces belong to each other and to the line that was logged with them.
        case traces(StackTraceRules)
    }

    var rule: Rule
    var maxLines = Self.defaultMaxLines
    var maxBytes = Self.defaultMaxBytes
    /// How long an event waits for a further line.
    package var timeout = Self.defaultTimeout

    /// Deep recursion in a JVM makes 1024 frames, and repeats itself.
    static let defaultMaxLines = 500
    static let maxLinesRange: ClosedRange<Int64> = 2...10_000
    static let defaultMaxBytes = 256 << 10
    static let maxBytesRange = 1024...(16 << 20)
    /// A program writes a trace at once; its parts are rarely further apart than a full second.
    static let defaultTimeout = Duration.seconds(1)
    static let timeoutRange: ClosedRange<Duration> = .milliseconds(10)...Duration.seconds(60)
    /// Events of one input that wait for further lines; beyond, the oldest no longer does.
    package static let maxOpen = 1024
    /// What waits behind an event of one source at most, so that the order of its lines is kept.
    static let maxHeldBytes = 4 << 20
    /// Timeouts that lines of other writers wait for an event which goes on and on.
    static let patience = 5

    package static let spec = OptionSpec(
        "multiline", .choiceOrTable(
            ["off"] + StackTraceRules.names,
            [
                OptionSpec("start", .string, "Regular expression (RE2) of the lines that begin an event"),
                OptionSpec(
                    "rule", .choice(StackTraceRules.names), "Stack traces of a language or auto, instead of start"),
                OptionSpec(
                    "max_lines", .integer(maxLinesRange), default: "500", "Lines of one event; more begin another"),
                OptionSpec("max_bytes", .size, default: "256KiB", "Bytes of one event; more begin another"),
                OptionSpec("timeout", .duration, default: "1s", "How long an event waits for a further line"),
            ]),
        default: "off",
        "Joins lines to events: the stack traces of a language, of all (\"auto\"), or { start = '^\\d' }")

    init(_ rule: Rule) { self.rule = rule }

    /// By the name of a shipped rule.
    package init?(named name: String) {
        guard let traces = StackTraceRules(named: name) else { return nil }
        self.rule = .traces(traces)
    }

    /// Nil if the input joins nothing.
    package init?(_ options: OptionTable) throws(OptionProblem) {
        if let name = options.string("multiline") {
            if name == "off" { return nil }
            guard let rule = Multiline(named: name) else {
                throw options.problem(
                    "multiline", "unknown rule \"\(name)\"",
                    hint: "use one of off, \(StackTraceRules.names.joined(separator: ", ")), or { start = '…' }")
            }
            self = rule
            return
        }
        guard let table = options.table("multiline") else { return nil }
        self.rule = try Self.rule(table)
        if let lines = table.integer("max_lines") {
            guard Self.maxLinesRange.contains(lines) else {
                throw table.problem("max_lines", "max_lines must be between 2 and 10000", hint: "the default is 500")
            }
            self.maxLines = Int(lines)
        }
        if let size = table.size("max_bytes") {
            guard let bytes = Int(exactly: size), Self.maxBytesRange.contains(bytes) else {
                throw table.problem(
                    "max_bytes", "max_bytes must be between 1 KiB and 16 MiB, not \(size) bytes",
                    hint: "the default is \"256KiB\"")
            }
            self.maxBytes = bytes
        }
        if let timeout = table.duration("timeout") {
            guard Self.timeoutRange.contains(timeout) else {
                throw table.problem("timeout", "timeout must be between 10ms and 1m", hint: "the default is \"1s\"")
            }
            self.timeout = timeout
        }
    }

    private static func rule(_ table: OptionTable) throws(OptionProblem) -> Rule {
        switch (table.string("start"), table.string("rule")) {
        case (let start?, nil):
            do throws(LinearPattern.CompileError) {
                return .start(try LinearPattern(start))
            } catch {
                throw table.problem("start", "start: \(error.description)", hint: "it is RE2 syntax")
            }
        case (nil, let name?):
            guard let traces = StackTraceRules(named: name) else {
                throw table.problem(
                    "rule", "unknown rule \"\(name)\"",
                    hint: "use one of \(StackTraceRules.names.joined(separator: ", "))")
            }
            return .traces(traces)
        case (nil, nil):
            throw OptionProblem(
                place: table.place, key: "multiline", message: "multiline has neither start nor rule",
                hint: "write { start = '^\\d{4}-' } or { rule = \"java\" }")
        case (.some, .some):
            throw table.problem("rule", "multiline has both start and rule", hint: "remove one of them")
        }
    }
}

extension Multiline {
    /// What a group that begins with this line knows of itself.
    func state(ofGroupFrom text: Span<UInt8>, hasHead: Bool) -> StackTraceState {
        switch self.rule {
        case .start: StackTraceState(hasHead: true)
        case .traces(let rules): rules.state(from: text, hasHead: hasHead)
        }
    }

    /// Whether a line may still be added.
    func canGoOn(_ state: StackTraceState) -> Bool { state.hasHead || state.isTrace }

    /// Whether the line belongs to the group whose state this is.
    func continues(_ text: Span<UInt8>, hasTime: Bool, _ state: inout StackTraceState) -> Bool {
        switch self.rule {
        case .start(let pattern): !pattern.matches(text.bytes)
        case .traces(let rules): !hasTime && rules.continues(text, &state)
        }
    }
}
