internal import TailraceEvent
internal import TailraceHub

/// The parameters that open a lens, as they come in a URL or an `open` message, before they are believed.
struct OpenParameters {
    var stream: String?
    var filter: String?
    var from: String?
    var since: String?
    var last: Int?
    var fields: [String]?
    var maxRate: Int?
    var consumer: String?

    /// Names in a URL; one that is not among them is left to others.
    private static let names: Set<String> = [
        "stream", "filter", "from", "since", "last", "fields", "max_rate", "consumer",
    ]

    init() {}

    init(_ query: QueryParameters) throws(ReaderProblem) {
        self.stream = query.first(named: "stream")
        self.filter = query.first(named: "filter")
        self.from = query.first(named: "from")
        self.since = query.first(named: "since")
        self.last = try Self.number(query, "last", atLeast: 0)
        self.maxRate = try Self.number(query, "max_rate", atLeast: 1)
        self.fields = query.first(named: "fields")?.split(separator: ",").map(String.init)
        self.consumer = query.first(named: "consumer")
    }

    /// True if the URL opens a lens by itself.
    static func isOpening(_ query: QueryParameters) -> Bool { query.pairs.contains { Self.names.contains($0.name) } }

    func request() throws(ReaderProblem) -> OpenRequest {
        let starts = [self.from != nil, self.since != nil, self.last != nil].filter { $0 }.count
        guard starts <= 1 else {
            throw ReaderProblem(.request, "from, since and last exclude each other", expected: "one of them")
        }
        return OpenRequest(
            stream: self.stream ?? "all", filter: self.filter ?? "", start: try self.start(), fields: self.fields,
            maxRate: self.maxRate, consumer: self.consumer)
    }

    private func start() throws(ReaderProblem) -> OpenRequest.Start {
        if let from = self.from {
            guard let position = Position(from) else { throw Self.badPosition("\"\(from)\"") }
            return .from(position)
        }
        if let since = self.since {
            guard let time = Self.time(since) else {
                throw ReaderProblem(
                    .request, "since is \"\(since)\"", expected: "a time span such as 15m or 2h, or an RFC 3339 time")
            }
            return .since(time)
        }
        return self.last.map { .last($0) } ?? .live
    }

    static func badPosition(_ shown: String) -> ReaderProblem {
        ReaderProblem(
            .position, "the position is \(shown)", expected: "epoch:seq as events and opened messages tell it")
    }

    private static func number(_ query: QueryParameters, _ name: String, atLeast: Int) throws(ReaderProblem) -> Int? {
        guard let text = query.first(named: name) else { return nil }
        guard let number = Int(text), number >= atLeast else {
            throw ReaderProblem(.request, "\(name) is \"\(text)\"", expected: "a whole number from \(atLeast)")
        }
        return number
    }

    /// `15m`, `2h`, `1d`, `90s`, `500ms` before now, or an RFC 3339 time.
    static func time(_ text: String) -> Timestamp? {
        if let time = Timestamp(rfc3339: text) { return time }
        guard let span = TimeSpan.nanoseconds(text) else { return nil }
        return Timestamp(nanoseconds: max(0, Timestamp.now().nanoseconds - span))
    }
}
