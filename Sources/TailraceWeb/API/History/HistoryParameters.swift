internal import TailraceEvent
internal import TailraceHub

/// The parameters that all questions to the past share, as they come in a URL.
struct HistoryParameters {
    let request: HistoryRequest
    private let query: QueryParameters

    init(_ query: QueryParameters) throws(ReaderProblem) {
        self.query = query
        self.request = HistoryRequest(
            stream: query.first(named: "stream") ?? "all", filter: query.first(named: "filter") ?? "",
            from: try Self.position(query, "from"), to: try Self.position(query, "to"),
            since: try Self.time(query, "since"), until: try Self.time(query, "until"),
            order: try Self.order(query),
            fields: query.first(named: "fields")?.split(separator: ",").map(String.init))
    }

    func value(_ name: String) -> String? { self.query.first(named: name) }

    func number(_ name: String, in range: ClosedRange<Int>) throws(ReaderProblem) -> Int? {
        guard let text = self.query.first(named: name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let most = range.upperBound == .max ? "" : " to \(range.upperBound)"
            throw ReaderProblem(
                .request, "\(name) is \"\(text)\"", expected: "a whole number from \(range.lowerBound)\(most)")
        }
        return number
    }

    private static func position(_ query: QueryParameters, _ name: String) throws(ReaderProblem) -> Position? {
        guard let text = query.first(named: name) else { return nil }
        guard let position = Position(text) else { throw OpenParameters.badPosition("\"\(text)\"") }
        return position
    }

    private static func time(_ query: QueryParameters, _ name: String) throws(ReaderProblem) -> Timestamp? {
        guard let text = query.first(named: name) else { return nil }
        guard let time = OpenParameters.time(text) else {
            throw ReaderProblem(
                .request, "\(name) is \"\(text)\"", expected: "a time span such as 15m or 2h, or an RFC 3339 time")
        }
        return time
    }

    private static func order(_ query: QueryParameters) throws(ReaderProblem) -> HistoryRequest.Order {
        guard let text = query.first(named: "order") else { return .ascending }
        guard let order = HistoryRequest.Order(rawValue: text) else {
            throw ReaderProblem(
                .request, "order is \"\(text)\"", expected: "asc (oldest first) or desc (newest first)")
        }
        return order
    }
}
