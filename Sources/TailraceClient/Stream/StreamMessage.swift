package import TailraceEvent

/// A line of `/api/v1/stream` or `/api/v1/events` that is not an event.
package enum StreamMessage: Sendable, Hashable {
    case opened(from: Position, missing: MissingEvents?)
    case live(Position)
    case beat(Position)
    case gap(MissingEvents)
    case error(ProblemReport)
    /// The relay ends the stream; `next` goes on in a page of history.
    case end(position: Position?, reason: String?, next: String?)
    case progress(searched: UInt64, total: UInt64?)
    /// Of a type that this version does not know: to be passed over.
    case unknown(String)

    /// Nil if the line is no message of a relay.
    package init?(_ line: [UInt8]) {
        guard let object = JSONMembers(line), let type = object.string("type") else { return nil }
        func position(_ name: String) -> Position? { object.string(name).flatMap { Position($0) } }
        switch type {
        case "opened":
            guard let from = position("from") else { return nil }
            self = .opened(from: from, missing: object.object("missing").map { MissingEvents($0) })
        case "live", "beat":
            guard let position = position("position") else { return nil }
            self = type == "live" ? .live(position) : .beat(position)
        case "gap": self = .gap(MissingEvents(object))
        case "error": self = .error(ProblemReport(object))
        case "end":
            self = .end(
                position: position("position"), reason: object.string("reason"), next: object.string("next"))
        case "progress":
            self = .progress(searched: object.unsigned("searched") ?? 0, total: object.unsigned("total"))
        default: self = .unknown(type)
        }
    }
}

/// Events that a reader does not get, as `gap` and `opened` tell of them.
package struct MissingEvents: Sendable, Hashable {
    package var from: UInt64?
    package var through: UInt64?
    /// Nil if nobody can know.
    package var count: UInt64?
    package var reason: String

    init(_ object: JSONMembers) {
        self.from = object.unsigned("from")
        self.through = object.unsigned("to")
        self.count = object.unsigned("count")
        self.reason = object.string("reason") ?? "unknown"
    }

    package var words: String {
        let many = self.count.map { $0 == 1 ? "1 event is" : "\($0) events are" } ?? "an unknown number of events is"
        let place = self.from.flatMap { from in self.through.map { from == $0 ? " (\(from))" : " (\(from) to \($0))" } }
        return "\(many) missing\(place ?? ""): \(self.explanation)"
    }

    private var explanation: String {
        switch self.reason {
        case "evicted": "the relay's log no longer has them"
        case "slow": "this reader did not keep up and the log no longer has them"
        case "sampled": "more than --max-rate allows"
        case "power-loss": "they were not on the relay's disk when its machine lost power"
        case "unknown-epoch": "the relay's log is another one now"
        default: self.reason
        }
    }
}
