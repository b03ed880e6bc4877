package import TailraceEvent

/// A line of `/api/v1/stream` or `/api/v1/events` that is not an event.
package enum StreamMessage: Sendable, Hashable {
    case opened(from: Position, missing: MissingEvents?, isNewConsumer: Bool)
    case live(Position)
    case beat(Position)
    case gap(MissingEvents)
    case error(ProblemReport)
    case end(StreamEnd)
    /// Events that a search has looked at, and how many they are going to be, if that can be told already.
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
            self = .opened(
                from: from, missing: object.object("missing").map { MissingEvents($0) },
                isNewConsumer: object.object("consumer")?.bool("new") ?? false)
        case "live", "beat":
            guard let position = position("position") else { return nil }
            self = type == "live" ? .live(position) : .beat(position)
        case "gap": self = .gap(MissingEvents(object))
        case "error": self = .error(ProblemReport(object))
        case "end": self = .end(StreamEnd(object))
        case "progress":
            let searched = object.unsigned("searched") ?? 0
            // A share too small for its total to be a number tells nothing.
            let total = object.number("share").flatMap { UInt64(exactly: (Double(searched) / $0).rounded()) }
            self = .progress(searched: searched, total: total)
        default: self = .unknown(type)
        }
    }
}

/// How a stream ends, or a page of history.
package struct StreamEnd: Sendable, Hashable {
    package var position: Position?
    package var reason: String?
    /// Goes on in the following page; nil if this was the last.
    package var next: String?
    /// Events that were looked at for this page.
    package var searched: UInt64
    /// Why the relay could not read its log on.
    package var failure: String?

    init(_ object: JSONMembers) {
        self.position = object.string("position").flatMap { Position($0) }
        self.reason = object.string("reason")
        self.next = object.string("next")
        self.searched = object.unsigned("searched") ?? 0
        self.failure = object.string("error")
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
        case "damaged": "the relay's log is damaged there"
        case "slow": "this reader did not keep up and the log no longer has them"
        case "sampled": "more than --max-rate allows"
        case "power-loss": "they were not on the relay's disk when its machine lost power"
        case "unknown-epoch": "the relay's log is another one now"
        default: self.reason
        }
    }
}
