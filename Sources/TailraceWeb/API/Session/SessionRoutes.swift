internal import NIOCore
internal import NIOHTTP1
internal import TailraceHub

/// `/api/v1/session`: the conversation of `/ws` over plain requests.
enum SessionRoutes {
    static func add(to routes: inout RouteTable, _ sessions: HTTPSessions, hub: Hub, marks: any MarkDesk) {
        routes.on(.POST, "/api/v1/session") { Self.open($0, sessions, hub: hub, marks: marks) }
        routes.on(.GET, "/api/v1/session/{id}") { Self.poll($0, sessions) }
        routes.on(.POST, "/api/v1/session/{id}") { request in
            if let problem = request.jsonBodyProblem { return .response(problem.response) }
            return Self.with(request, sessions) { session in
                session.received(request.body)?.response ?? HTTPResponse(status: .noContent)
            }
        }
        routes.on(.DELETE, "/api/v1/session/{id}") { request in
            Self.with(request, sessions) { session in
                session.close()
                return HTTPResponse(status: .noContent)
            }
        }
    }

    private static func open(
        _ request: HTTPRequest, _ sessions: HTTPSessions, hub: Hub, marks: any MarkDesk
    ) -> HTTPAnswer {
        switch request.query.first(named: "mode") {
        case nil, "stream"?:
            let isCompressed = request.accepts("gzip", in: "Accept-Encoding")
            let session = StreamedSession(
                request, hub: hub, marks: marks, sessions: sessions, isCompressed: isCompressed)
            guard sessions.add(session, on: request.eventLoop) else { return Self.tooMany }
            return .stream(RelayRoutes.streamHead(isServerSent: true, isCompressed: isCompressed), session)
        case "poll"?:
            let session = PolledSession(eventLoop: request.eventLoop, sessions: sessions)
            guard sessions.add(session, on: request.eventLoop) else { return Self.tooMany }
            return .later(Self.answer(session.begin(request, hub: hub, marks: marks), to: request))
        case let mode?:
            return .response(Problem(.badRequest, "mode is \"\(mode)\"; expected stream or poll").response)
        }
    }

    private static var tooMany: HTTPAnswer { .response(SessionProblem.tooMany.response) }

    private static func poll(_ request: HTTPRequest, _ sessions: HTTPSessions) -> HTTPAnswer {
        guard let number = request.query.first(named: "answer").flatMap({ UInt64($0) }) else {
            let problem = Problem(
                .badRequest, "a poll names the answer that it wants: answer=1, and one more for each that came")
            return .response(problem.response)
        }
        guard let session = sessions.find(request.pathParameter) else {
            return .response(SessionProblem.unknown.response)
        }
        // What it would take out could not be told.
        guard request.method != .HEAD else { return .response(Self.response(ByteBuffer(), to: request)) }
        return .later(Self.answer(session.loop.flatSubmit { session.onLoop.poll(number) }, to: request))
    }

    private static func with(
        _ request: HTTPRequest, _ sessions: HTTPSessions,
        _ body: @escaping @Sendable (any HTTPSession) -> HTTPResponse
    ) -> HTTPAnswer {
        guard let session = sessions.find(request.pathParameter) else {
            return .response(SessionProblem.unknown.response)
        }
        return .later(session.loop.submit { body(session.onLoop) })
    }

    private static func answer(
        _ answer: EventLoopFuture<Result<ByteBuffer, SessionProblem>>, to request: HTTPRequest
    ) -> EventLoopFuture<HTTPResponse> {
        answer.map { result in
            switch result {
            case .success(let text): Self.response(text, to: request)
            case .failure(let problem): problem.response
            }
        }
    }

    private static func response(_ text: ByteBuffer, to request: HTTPRequest) -> HTTPResponse {
        let isCompressed = text.readableBytes > 0 && request.accepts("gzip", in: "Accept-Encoding")
        var response = RelayRoutes.streamHead(isServerSent: true, isCompressed: isCompressed)
        var encoding = StreamEncoding(isCompressed: isCompressed)
        response.body = encoding.encoded(text)
        response.body.writeImmutableBuffer(encoding.tail())
        return response
    }
}
