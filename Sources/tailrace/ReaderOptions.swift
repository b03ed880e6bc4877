import ArgumentParser
import Glibc
import TailraceClient
import TailraceEvent
import TailraceFilter

extension EventPrinter.Form: ExpressibleByArgument {}
extension Terminal.Colour: ExpressibleByArgument {}
extension ClockText.Style: ExpressibleByArgument {}

/// What `tail` and `query` share: which relay, which events, how they look.
struct ReaderOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The relay and the filter.",
            discussion: "A first word that is an address (http://HOST:PORT, unix:/PATH, 127.0.0.1:8245) names the "
                + "relay; the address of a view copied from the page will do. Without one it is $TAILRACE_URL, else "
                + "http://127.0.0.1:8245. All other words together are the filter; if the first of them begins with "
                + "a -, write -- before it.",
            valueName: "url-and-filter"))
    var words: [String] = []

    @Option(help: "The stream to read: all, or the name of a route.")
    var stream: String?

    @Option(help: "Begin at this time: 15m, 1h30m, 14:30 or 2026-11-22T14:30Z.")
    var since: String?

    @Option(help: "Leave out what happened after this time, and end when it has passed.")
    var until: String?

    @Option(name: [.customShort("n"), .long], help: "Begin with the last so many matching events.")
    var last: Int?

    @Option(help: ArgumentHelp("Begin behind this position, or at the start.", valueName: "position"))
    var from: String?

    @Option(name: .shortAndLong, help: "The form of the output.")
    var output: EventPrinter.Form = .text

    @Option(help: "Fields to show, with commas; all, or none. By default those that tell what happened.")
    var fields: String?

    @Option(help: "Colours: on a terminal unless NO_COLOR is set, or as said here.")
    var color: Terminal.Colour = .auto

    @Option(help: "How times are shown.")
    var time: ClockText.Style = .clock

    @Option(help: "The zone of times shown and of times of day: local, UTC, +02:00 or Europe/Berlin.")
    var zone: String = "local"

    func validate() throws {
        let starts = [self.since, self.from, self.last.map(String.init)].compactMap { $0 }
        guard starts.count <= 1 else { throw ValidationError("--since, --last and --from exclude each other.") }
        if let last = self.last, !(0...100_000).contains(last) {
            throw ValidationError("--last is \(last); expected 0 to 100000.")
        }
    }
}

/// What the options come to.
struct ReaderPlan: Sendable {
    var link: RelayLink
    var stream: String
    var filter: Filter
    var zone: TimeZoneChoice
    var settings: EventPrinter.Settings
    var since: Timestamp?
    var until: Timestamp?
    var from: String?
    var last: Int?
    /// Names for the relay to send; nil for all.
    var topLevelFields: [String]?

    init(_ options: ReaderOptions) throws {
        let target: RelayTarget
        do {
            target = try RelayTarget(words: options.words, standardAddress: Environment.value("TAILRACE_URL"))
            self.link = try RelayLink(target.address, trust: try Environment.trust)
        } catch let error as AddressError {
            throw CommandFailure(error.description, code: 2)
        } catch let error as LinkError {
            throw CommandFailure(error.description)
        }
        let view = target.address.query
        self.filter = try target.filters.map { try FilterWords.parse($0) }.reduce(.everything) { $0.and($1) }
        do { self.zone = try TimeZoneChoice(parsing: options.zone) } catch {
            throw CommandFailure("--zone: \(error)", code: 2)
        }
        self.stream = options.stream ?? view.first(named: "stream") ?? "all"
        self.settings = Self.settings(options, zone: self.zone)
        // A line as it was written is kept in the fields.
        self.topLevelFields = options.output == .raw ? nil : self.settings.fields.topLevelNames
        let isPlaced = options.since != nil || options.from != nil || options.last != nil
        self.from = options.from ?? (isPlaced ? nil : view.first(named: "from"))
        self.last = options.last ?? (isPlaced ? nil : view.first(named: "last").flatMap { Int($0) })
        let times = ReaderTimes(zone: self.zone, now: .now())
        let bounds = self.filter.timeBounds
        self.until =
            try times.time(options.until ?? view.first(named: "until"), "--until") ?? times.time(bounds.until)
        self.since = try times.time(options.since ?? (isPlaced ? nil : view.first(named: "since")), "--since")
        if self.since == nil, !isPlaced { self.since = times.time(bounds.since) }
        if bounds.around != nil {
            throw CommandFailure("around: is for the page; name a place with --from and --limit", code: 2)
        }
        self.filter = self.filter.withoutTimeBounds
        if let from = self.from, from != "start", Position(from) == nil {
            throw CommandFailure(
                "--from: \"\(from)\" is not a position; expected one such as fb5rwzwimj:3, or start", code: 2)
        }
    }

    /// The parameters that say what is read, without where it begins.
    var query: [QueryItem] {
        var items = [QueryItem("stream", self.stream)]
        if !self.filter.isEverything { items.append(QueryItem("filter", self.filter.canonical)) }
        if let names = self.topLevelFields { items.append(QueryItem("fields", names.joined(separator: ","))) }
        return items
    }

    func printer(stop: StopSwitch) -> EventPrinter {
        EventPrinter(self.settings, filter: self.filter, output: OutputPipe(STDOUT_FILENO, stop: stop))
    }

    private static func settings(_ options: ReaderOptions, zone: TimeZoneChoice) -> EventPrinter.Settings {
        let isOn = Terminal.usesColour(options.color, on: STDOUT_FILENO, environment: Environment.colours)
        let isForPrograms = options.output == .logfmt || options.output == .json
        return EventPrinter.Settings(
            form: options.output, paint: Paint(isOn: isOn), clock: ClockText(style: options.time, zone: zone),
            fields: options.fields == nil && isForPrograms ? .all : FieldText.Choice(parsing: options.fields),
            isTerminal: Terminal.isTerminal(STDOUT_FILENO))
    }
}

/// Reads times of the command line as the filter language reads them.
struct ReaderTimes {
    var zone: TimeZoneChoice
    var now: Timestamp

    func time(_ text: String?, _ name: String) throws -> Timestamp? {
        guard let text else { return nil }
        guard let edge = TimeBounds.Edge(text) else {
            throw CommandFailure(
                "\(name): \"\(text)\" is no time; expected 15m, 1h30m, 14:30 or 2026-11-22T14:30Z", code: 2)
        }
        return self.time(edge)
    }

    func time(_ edge: TimeBounds.Edge?) -> Timestamp? {
        edge?.resolved(now: self.now, utcOffset: self.zone.offset(atSecond: self.now.nanoseconds / 1_000_000_000))
    }
}

enum FilterWords {
    /// Parses a filter; what is wrong is shown below it.
    static func parse(_ text: String) throws -> Filter {
        do { return try Filter(parsing: text) } catch {
            throw CommandFailure(
                "wrong filter: \(error)\(Self.marked(text, column: error.column, length: error.length))", code: 2)
        }
    }

    /// The text on a line of its own, and under it a mark at what is wrong.
    static func marked(_ text: String, column: Int, length: Int) -> String {
        let spaces = String(repeating: " ", count: max(0, column - 1))
        let line = SafeText.text(text.map { $0 == "\t" ? " " : String($0) }.joined())
        return "\n  \(line)\n  \(spaces)\(String(repeating: "^", count: max(1, length)))"
    }
}

enum Environment {
    static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Whom commands believe where a relay's address begins with https://.
    static var trust: LinkTrust {
        get throws {
            LinkTrust(
                authorities: Self.value("TAILRACE_CA_FILE"), certificate: Self.value("TAILRACE_CERT_FILE"),
                key: Self.value("TAILRACE_KEY_FILE"), token: try ClientToken.found())
        }
    }

    /// What `Terminal.usesColour` looks at.
    static var colours: [String: String] {
        var found: [String: String] = [:]
        for name in ["NO_COLOR", "TERM"] { found[name] = Self.value(name) }
        return found
    }
}
