import TailraceCodec
import TailraceOptions

/// The file input's own keys.
struct FileOptions: Sendable {
    /// Where reading begins in files that exist at the input's very first start.
    enum Start: Sendable, Hashable {
        case start
        case end
        /// The last so many bytes, from the next start of a line.
        case last(UInt64)
    }

    var patterns: [GlobPattern]
    var exclude: [ExcludePattern]
    var from: Start
    /// How often to look where the kernel does not announce changes.
    var poll: Duration
    var maxOpenFiles: Int
    var inflate: InflateLimits
    /// nil goes by the byte order mark.
    var encoding: TextEncoding?

    static let specs: [OptionSpec] = [
        OptionSpec(
            "paths", .strings, required: true,
            "Files to follow: absolute paths, in which * ? [a-z] match inside a name and ** any number of folders"),
        OptionSpec(
            "exclude", .strings, default: "[]",
            "What to leave out of them: patterns of names (\"*.gz\"), or with a / of whole paths"),
        OptionSpec(
            "from", .string, default: "-1MiB",
            "Where to begin in files that exist at the first start: \"start\", \"end\", or \"-1MiB\" for the last MiB; "
                + "files that appear later are read whole"),
        OptionSpec(
            "poll", .duration, default: "250ms",
            "How often to look for changes where the kernel does not announce them, such as on network file systems"),
        OptionSpec(
            "max_open_files", .integer(Self.openFilesRange), default: String(Self.defaultMaxOpenFiles),
            "Files kept open at once; idle ones beyond are closed and opened again when they grow"),
        OptionSpec(
            "encoding", .choice([Self.autoEncoding] + TextEncoding.allCases.map(\.rawValue)), default: "auto",
            "What the bytes are; auto goes by the byte order mark, and without one takes UTF-8"),
    ] + InflateLimits.specs

    private static let autoEncoding = "auto"

    /// Half of the 1,024 descriptors a process gets where nobody raised the limit: readers need theirs.
    static let defaultMaxOpenFiles = 512
    static let openFilesRange: ClosedRange<Int64> = 4...1_000_000
    /// Faster would spin, slower would be mistaken for a hang.
    static let pollRange: ClosedRange<Duration> = .milliseconds(10)...Duration.seconds(3600)
    static let defaultPoll = Duration.milliseconds(250)
    static let defaultStart = Start.last(1 << 20)

    init(_ table: OptionTable) throws(OptionProblem) {
        let paths = table.strings("paths") ?? []
        guard !paths.isEmpty else {
            throw table.problem("paths", "no files to follow", hint: "write paths = [\"/var/log/*.log\"]")
        }
        self.patterns = []
        for text in paths {
            do throws(GlobPattern.Problem) {
                self.patterns.append(try GlobPattern(text))
            } catch {
                throw table.problem("paths", error.message, hint: "write it from the root: \"/var/log/*.log\"")
            }
        }
        self.exclude = []
        for text in table.strings("exclude") ?? [] {
            do throws(GlobPattern.Problem) {
                self.exclude.append(try ExcludePattern(text))
            } catch {
                throw table.problem("exclude", error.message, hint: "write a name such as \"*.gz\" or an absolute path")
            }
        }
        self.from = try Self.start(table)
        self.poll = table.duration("poll") ?? Self.defaultPoll
        guard Self.pollRange.contains(self.poll) else {
            throw table.problem("poll", "poll must be between 10ms and 1h", hint: "the default is \"250ms\"")
        }
        let openFiles = table.integer("max_open_files") ?? Int64(Self.defaultMaxOpenFiles)
        guard Self.openFilesRange.contains(openFiles) else {
            throw table.problem(
                "max_open_files",
                "max_open_files must be between \(Self.openFilesRange.lowerBound) and \(Self.openFilesRange.upperBound)"
            )
        }
        self.maxOpenFiles = Int(openFiles)
        self.inflate = try InflateLimits(table)
        self.encoding = try Self.encoding(table)
    }

    private static func encoding(_ table: OptionTable) throws(OptionProblem) -> TextEncoding? {
        guard let name = table.string("encoding"), name != Self.autoEncoding else { return nil }
        guard let encoding = TextEncoding(rawValue: name) else {
            throw table.problem(
                "encoding", "unknown encoding \"\(name)\"",
                hint: "use one of auto, \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return encoding
    }

    private static func start(_ table: OptionTable) throws(OptionProblem) -> Start {
        switch table.string("from") {
        case nil: return Self.defaultStart
        case "start": return .start
        case "end": return .end
        case let text?:
            guard text.hasPrefix("-"), let bytes = Self.bytes(text.dropFirst()) else {
                throw table.problem(
                    "from", "\"\(text)\" is not a place to begin",
                    hint: "use \"start\", \"end\" or a size behind a minus such as \"-1MiB\"")
            }
            return .last(bytes)
        }
    }

    /// `1MiB`, `64kB`, `1000`.
    private static func bytes(_ text: Substring) -> UInt64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: UInt64] = [
            "": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
            "kB": 1000, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
        ]
        guard let number = UInt64(digits), let unit = units[text.dropFirst(digits.count)] else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : bytes
    }
}
