import TailraceCodec
import TailraceOptions

/// What `type = "exec"` can be told.
struct ExecOptions: Sendable {
    enum Restart: String, Sendable, CaseIterable {
        case always
        /// Not after it ended with status 0.
        case onFailure = "on-failure"
        case never
    }

    /// The program, an absolute path, and its arguments: no shell sees them.
    var command: [String]
    var directory: String
    /// What the command's environment has beside a few variables of the relay's own.
    var environment: [String: String]
    var restart: Restart
    var delays: ClosedRange<Duration>
    /// How long it may take to end by itself once it is told to.
    var stopGrace: Duration
    var codec: CodecOptions

    /// The relay waits 5 s for its inputs.
    static let maxStopGrace = Duration.seconds(4)
    static let delayRange: ClosedRange<Duration> = .milliseconds(10)...(.seconds(86_400))
    /// Far below what Linux takes, far above what anybody writes.
    static let maxArguments = 1024

    static let specs: [OptionSpec] = [
        OptionSpec(
            "command", .strings, required: true,
            "the program, an absolute path, and its arguments, each by itself; no shell is involved"),
        OptionSpec("directory", .string, default: "/", "where it runs, an absolute path"),
        OptionSpec(
            "environment", .scalarsByName,
            "variables that it gets, as { LANG = \"C\" }, beside PATH HOME USER LOGNAME LANG TZ of the relay"),
        OptionSpec(
            "restart", .choice(Restart.allCases.map(\.rawValue)), default: "always",
            "whether it is started again after its end; on-failure only if the status was not 0"),
        OptionSpec(
            "restart_delay", .duration, default: "1s", "the pause before that, doubled from one failure to the next …"),
        OptionSpec("restart_delay_max", .duration, default: "1m", "… up to this one"),
        OptionSpec(
            "stop_grace", .duration, default: "3s",
            "how long it may take to end after SIGTERM before SIGKILL, at most 4s; so for all that it has started"),
    ]

    init(_ table: OptionTable) throws(OptionProblem) {
        self.command = try Self.command(table)
        self.directory = table.string("directory") ?? "/"
        guard self.directory.hasPrefix("/"), !self.directory.utf8.contains(0) else {
            throw table.problem(
                "directory", "\"\(self.directory)\" is not an absolute path", hint: "write \"/var/lib/app\"")
        }
        self.environment = try Self.environment(table)
        let restart = table.string("restart") ?? Restart.always.rawValue
        guard let restart = Restart(rawValue: restart) else {
            throw table.problem(
                "restart", "\"\(restart)\" is not a value of restart",
                hint: "write \"always\", \"on-failure\" or \"never\"")
        }
        self.restart = restart
        let first = table.duration("restart_delay") ?? .seconds(1)
        let longest = table.duration("restart_delay_max") ?? max(first, .seconds(60))
        guard Self.delayRange.contains(first) else {
            throw table.problem(
                "restart_delay", "restart_delay must be between 10ms and 1d", hint: "the default is \"1s\"")
        }
        guard Self.delayRange.contains(longest), longest >= first else {
            throw table.problem(
                "restart_delay_max", "restart_delay_max must be between restart_delay and 1d",
                hint: "the default is \"1m\"")
        }
        self.delays = first...longest
        self.stopGrace = table.duration("stop_grace") ?? .seconds(3)
        guard self.stopGrace >= .zero, self.stopGrace <= Self.maxStopGrace else {
            throw table.problem(
                "stop_grace", "stop_grace must be at most 4s, as the relay itself has to stop soon",
                hint: "the default is \"3s\"")
        }
        self.codec = try CodecOptions(table)
    }

    private static func command(_ table: OptionTable) throws(OptionProblem) -> [String] {
        let words = table.strings("command") ?? []
        guard let program = words.first, !program.isEmpty else {
            throw table.problem(
                "command", "command names no program",
                hint: "write command = [\"/usr/bin/docker\", \"logs\", \"-f\", \"web\"]")
        }
        guard words.count <= Self.maxArguments, !words.contains(where: { $0.utf8.contains(0) }) else {
            throw table.problem(
                "command", "command has more than \(Self.maxArguments) words, or a zero byte in one",
                hint: "put them into a script")
        }
        guard program.hasPrefix("/") else {
            throw table.problem(
                "command[0]", "\"\(program)\" is not an absolute path",
                hint: "write where the program is, as `command -v` says: \"/usr/bin/docker\"")
        }
        if words.count == 1, program.contains(" ") {
            let parts = program.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", ")
            throw table.problem(
                "command[0]", "command is one word with spaces, and no shell takes it apart",
                hint: "write command = [\(parts)]")
        }
        return words
    }

    private static func environment(_ table: OptionTable) throws(OptionProblem) -> [String: String] {
        var result: [String: String] = [:]
        for (name, value) in table.scalarsByName("environment") ?? [:] {
            guard !name.isEmpty, !name.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }) else {
                throw table.problem(
                    "environment", "\"\(name)\" is no name of a variable", hint: "leave \"=\" and zero bytes out")
            }
            let text =
                switch value {
                case .string(let text): text
                case .integer(let number): String(number)
                case .number(let number): String(number)
                case .boolean(let flag): String(flag)
                }
            guard !text.utf8.contains(0) else {
                throw table.problem("environment.\(name)", "the value has a zero byte", hint: "leave it out")
            }
            result[name] = text
        }
        return result
    }
}
