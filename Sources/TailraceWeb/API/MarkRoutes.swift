internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import TailraceAccess
internal import TailraceEvent

/// `/api/v1/marks`: notes over plain HTTP.
enum MarkRoutes {
    private static let defaultLimit = 100
    /// As many events as one answer decodes from disk in a moment.
    private static let maxLimit = 1000

    static func add(to routes: inout RouteTable, _ desk: any MarkDesk) {
        routes.on(.POST, "/api/v1/marks") { Self.post($0, desk) }
        routes.on(.GET, "/api/v1/marks") { Self.list($0, desk) }
    }

    private struct Form: Decodable {
        var seq: UInt64?
        var position: String?
        var text: String
        var stream: String?

        /// Nil unless one of the two names it.
        var subject: (seq: UInt64, epoch: String?)? {
            switch (self.seq, self.position) {
            case (let seq?, nil): (seq, nil)
            case (nil, let text?): Position(text).map { ($0.seq, $0.epoch) }
            case (nil, nil), (_?, _?): nil
            }
        }
    }

    private static func post(_ request: HTTPRequest, _ desk: any MarkDesk) -> HTTPAnswer {
        if let problem = request.jsonBodyProblem { return .response(problem.response) }
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(request.body.readableBytesView)),
            let (seq, epoch) = form.subject
        else {
            let problem = Problem(
                .badRequest,
                "a note is a JSON object with text and either the seq or the position of the event it is about")
            return .response(problem.response)
        }
        let draft = MarkDraft(
            seq: seq, epoch: epoch, text: form.text, user: request.principal?.name, peer: request.peer?.ipAddress,
            stream: form.stream ?? "all")
        let answer = desk.post(draft, on: request.eventLoop).map { position in
            var object = JSONObject()
            object.member("position", position.description)
            object.member("seq", position.seq)
            object.member("of", seq)
            return HTTPResponse.json(object.finish(), status: .created)
        }
        return .later(answer.flatMapErrorThrowing { try Self.response(to: $0) })
    }

    private static func list(_ request: HTTPRequest, _ desk: any MarkDesk) -> HTTPAnswer {
        var after: Position?
        if let from = request.query.first(named: "from") {
            guard let position = Position(from) else {
                let problem = Problem(
                    .badRequest,
                    "the position is \"\(from)\"; expected epoch:seq as events and opened messages tell it")
                return .response(problem.response)
            }
            after = position
        }
        var limit = Self.defaultLimit
        if let text = request.query.first(named: "limit") {
            guard let number = Int(text), (1...Self.maxLimit).contains(number) else {
                let problem = Problem(.badRequest, "limit is \"\(text)\"; expected 1 to \(Self.maxLimit)")
                return .response(problem.response)
            }
            limit = number
        }
        let answer = desk.list(after: after, limit: limit, on: request.eventLoop).map { HTTPResponse.json($0) }
        return .later(answer.flatMapErrorThrowing { try Self.response(to: $0) })
    }

    private static func response(to error: any Error) throws -> HTTPResponse {
        guard let problem = error as? MarkProblem else { throw error }
        let headers: HTTPHeaders = problem.isPassing ? ["Retry-After": "5"] : [:]
        return Problem(problem.status, problem.message, headers: headers).response
    }
}

extension MarkProblem {
    fileprivate var status: HTTPResponseStatus {
        switch self {
        case .empty, .tooLong, .otherLog: .badRequest
        case .noEvent: .notFound
        case .notForRole, .onHub: .forbidden
        case .tooMany: .tooManyRequests
        case .logBehind, .stopping, .unreadable: .serviceUnavailable
        }
    }

    fileprivate var isPassing: Bool {
        switch self {
        case .tooMany, .logBehind, .stopping: true
        case .empty, .tooLong, .noEvent, .otherLog, .unreadable, .notForRole, .onHub: false
        }
    }
}

extension HTTPRequest {
    /// Why the body is not taken for JSON; nil if it is called so.
    ///
    /// A page of another site can make a browser send a form or plain text here without asking, but not this type.
    package var jsonBodyProblem: Problem? {
        let type = self.headers.first(name: "Content-Type")?.split(separator: ";").first ?? ""
        let name = type.lowercased().filter { $0 != " " && $0 != "\t" }
        guard name != "application/json" else { return nil }
        return Problem(.unsupportedMediaType, "this takes JSON; send it with Content-Type: application/json")
    }
}
