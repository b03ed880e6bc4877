internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import TailraceEvent
internal import TailraceHub

/// `/api/v1/consumers`: readers whose position the relay keeps.
enum ConsumerRoutes {
    static func add(to routes: inout RouteTable, _ consumers: Consumers) {
        routes.on(.GET, "/api/v1/consumers") { _ in .response(.json(Self.list(consumers))) }
        routes.on(.GET, "/api/v1/consumers/{name}") { request in
            Self.answer(request, consumers) { name throws(ConsumerProblem) in
                .response(Self.response(try consumers.view(name)))
            }
        }
        routes.on(.DELETE, "/api/v1/consumers/{name}") { request in
            Self.answer(request, consumers) { name throws(ConsumerProblem) in
                Self.later(consumers.delete(name, on: request.eventLoop))
            }
        }
        routes.on(.POST, "/api/v1/consumers/{name}/commit") { request in
            Self.answer(request, consumers) { name throws(ConsumerProblem) in
                try Self.commit(request, name, consumers)
            }
        }
    }

    private static func answer(
        _ request: HTTPRequest, _ consumers: Consumers,
        _ body: (ConsumerName) throws(ConsumerProblem) -> HTTPAnswer
    ) -> HTTPAnswer {
        do throws(ConsumerProblem) { return try body(try consumers.admit(request.pathParameter)) } catch {
            return .response(error.response)
        }
    }

    private static func list(_ consumers: Consumers) -> [UInt8] {
        var object = JSONObject()
        object.member("max_count", consumers.limits.maxCount)
        object.member("consumers", objects: consumers.views().map { view in { view.write(into: &$0) } })
        return object.finish()
    }

    private struct Form: Decodable {
        var position: String
        var rewind: Bool?
    }

    private static func commit(
        _ request: HTTPRequest, _ name: ConsumerName, _ consumers: Consumers
    ) throws(ConsumerProblem) -> HTTPAnswer {
        if let problem = request.jsonBodyProblem { return .response(problem.response) }
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(request.body.readableBytesView)) else {
            throw .reader(
                ReaderProblem(
                    .request, "a commit is a JSON object with position and, to go back on purpose, \"rewind\":true"))
        }
        guard let position = Position(form.position) else {
            throw .reader(OpenParameters.badPosition("\"\(form.position)\""))
        }
        return Self.later(
            consumers.commit(name, position, rewinds: form.rewind ?? false, on: request.eventLoop))
    }

    private static func later(_ view: EventLoopFuture<ConsumerView>) -> HTTPAnswer {
        .later(view.map(Self.response).recover { ConsumerProblem(of: $0).response })
    }

    private static func response(_ view: ConsumerView) -> HTTPResponse {
        var object = JSONObject()
        view.write(into: &object)
        return .json(object.finish())
    }
}

extension ConsumerProblem {
    /// The problem of a failed future: what is no problem of a consumer means that nobody works any more.
    init(of error: any Error) { self = error as? ConsumerProblem ?? .stopping }

    /// The members of an `error` message, with the status that fits.
    var response: HTTPResponse {
        let (status, headers): (HTTPResponseStatus, HTTPHeaders) =
            switch self {
            case .reader(let problem) where problem.code == .log: (.serviceUnavailable, ["Retry-After": "5"])
            case .badName, .otherLog, .reader: (.badRequest, [:])
            case .unknown: (.notFound, [:])
            case .tooMany, .backwards: (.conflict, [:])
            case .unavailable, .stopping: (.serviceUnavailable, ["Retry-After": "5"])
            }
        return self.asReaderProblem.response(status, headers: headers)
    }
}

extension HTTPRequest {
    /// Continues once it is known where the request's consumer stands. One that is not there yet is made, but not for a
    /// HEAD, nor because a link on a page of another site was followed.
    func placing(
        _ open: OpenRequest, hub: Hub, _ next: @escaping (OpenRequest) -> HTTPAnswer
    ) -> HTTPAnswer {
        guard let name = open.consumer else { return next(open) }
        // With an `Origin` it was decided before whether the page may ask.
        let isForeign = self.headers.first(name: "Sec-Fetch-Site") == "cross-site"
        guard !isForeign || self.headers.contains(name: "Origin") else {
            let reason = "a link on a page of another site may not use a consumer; type the address"
            return .response(Problem(.forbidden, reason).response)
        }
        guard self.method != .HEAD else {
            do throws(ConsumerProblem) { try hub.consumers.check(name) } catch { return .response(error.response) }
            return next(open)
        }
        return .deferred { reply in
            hub.consumers.place(open, streams: hub.streams, on: self.eventLoop).assumeIsolated().whenComplete {
                switch $0 {
                case .success(let placed): reply(next(placed))
                case .failure(let error): reply(.response(ConsumerProblem(of: error).response))
                }
            }
        }
    }
}
