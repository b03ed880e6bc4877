internal import TailraceEvent
internal import TailraceLog

/// A message to a reader that is not a batch of events: its type and its JSON text.
struct ControlMessage: Sendable {
    var type: String
    var json: [UInt8]

    init(_ type: String, _ members: (inout JSONObject) -> Void) {
        self.type = type
        var object = JSONObject()
        object.member("type", type)
        members(&object)
        self.json = object.finish()
    }

    static func live(_ position: Position) -> ControlMessage {
        ControlMessage("live") { $0.member("position", position.description) }
    }

    static func beat(_ position: Position) -> ControlMessage {
        ControlMessage("beat") {
            $0.member("position", position.description)
            $0.member("time", Timestamp.now().rfc3339)
        }
    }

    static func gap(from: UInt64, through: UInt64, count: UInt64, reason: String) -> ControlMessage {
        ControlMessage("gap") {
            $0.member("from", from)
            $0.member("to", through)
            $0.member("count", count)
            $0.member("reason", reason)
        }
    }

    static func end(_ reason: String, position: Position) -> ControlMessage {
        ControlMessage("end") {
            $0.member("position", position.description)
            $0.member("reason", reason)
        }
    }

    static func error(_ problem: ReaderProblem) -> ControlMessage {
        ControlMessage("error") {
            $0.member("code", problem.code.rawValue)
            $0.member("message", problem.message)
            if let panel = problem.panel { $0.member("panel", panel) }
            if let column = problem.column { $0.member("at", UInt64(column)) }
            if let length = problem.length { $0.member("length", UInt64(length)) }
            if let expected = problem.expected { $0.member("expected", expected) }
            if let suggestion = problem.suggestion { $0.member("suggestion", suggestion) }
        }
    }

    static func fetched(from: UInt64, through: UInt64, count: UInt64, complete: Bool) -> ControlMessage {
        ControlMessage("fetched") {
            $0.member("from", from)
            $0.member("to", through)
            $0.member("count", count)
            $0.member("complete", complete)
        }
    }
}

/// Why a reader's request was not carried out; the connection stays.
package struct ReaderProblem: Error, Sendable {
    package enum Code: String, Sendable {
        case filter, position, stream, request, log, mark, watch, consumer
    }

    package var code: Code
    package var message: String
    /// 1-based column in the filter.
    package var column: Int?
    package var length: Int?
    package var expected: String?
    package var suggestion: String?
    /// Which of the panels of a `watch`, from 0.
    package var panel: Int?

    package init(
        _ code: Code, _ message: String, column: Int? = nil, length: Int? = nil, expected: String? = nil,
        suggestion: String? = nil, panel: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.column = column
        self.length = length
        self.expected = expected
        self.suggestion = suggestion
        self.panel = panel
    }
}
