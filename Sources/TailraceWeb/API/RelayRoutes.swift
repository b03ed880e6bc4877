internal import NIOCore
internal import NIOHTTP1
internal import TailraceAccess
internal import TailraceEvent
package import TailraceHub

/// The relay's own routes: readers' streams and what is told about the relay.
package enum RelayRoutes {
    /// What the routes tell that is not the hub's to know; each returns JSON or text made on the spot.
    package struct Facts: Sendable {
        package var streams: @Sendable () -> [UInt8]
        /// What is told of the relay as a whole; nil for those who may not know.
        package var relay: Whole?
        /// Nil when ready, else why not.
        package var unready: @Sendable () -> String?

        package init(
            streams: @escaping @Sendable () -> [UInt8], relay: Whole?, unready: @escaping @Sendable () -> String?
        ) {
            self.streams = streams
            self.relay = relay
            self.unready = unready
        }
    }

    package struct Whole: Sendable {
        package var inputs: @Sendable () -> [UInt8]
        package var status: @Sendable () -> [UInt8]
        package var metrics: @Sendable () -> [UInt8]

        package init(
            inputs: @escaping @Sendable () -> [UInt8], status: @escaping @Sendable () -> [UInt8],
            metrics: @escaping @Sendable () -> [UInt8]
        ) {
            self.inputs = inputs
            self.status = status
            self.metrics = metrics
        }
    }

    private static func add(_ whole: Whole?, to routes: inout RouteTable) {
        guard let whole else { return routes.refuse(.GET, ["/api/v1/inputs", "/api/v1/status", "/metrics"]) }
        routes.on(.GET, "/api/v1/inputs") { _ in .response(.json(whole.inputs())) }
        routes.on(.GET, "/api/v1/status") { _ in .response(.json(whole.status())) }
        routes.on(.GET, "/metrics") { _ in .response(Self.metrics(whole.metrics())) }
    }

    /// Whether the relay lives and is ready, for those who watch over it: with the reason only where `tellsWhy`.
    package static func addHealth(
        to routes: inout RouteTable, tellsWhy: Bool, unready: @escaping @Sendable () -> String?
    ) {
        routes.on(.GET, "/healthz") { _ in .response(.text(.ok, "ok\n")) }
        routes.on(.GET, "/readyz") { _ in
            guard let reason = unready() else { return .response(.text(.ok, "ready\n")) }
            return .response(.text(.serviceUnavailable, tellsWhy ? reason + "\n" : "not ready\n"))
        }
    }

    /// `more` adds the routes that need what this target does not know.
    package static func table(
        hub: Hub, history: History, facts: Facts, marks: any MarkDesk, assets: AssetStore, sessions: HTTPSessions,
        debugEcho: Bool, more: (inout RouteTable) -> Void
    ) -> RouteTable {
        var routes = RouteTable()
        routes.webSocket("/ws") { Self.webSocket($0, hub: hub, marks: marks) }
        SessionRoutes.add(to: &routes, sessions, hub: hub, marks: marks)
        MarkRoutes.add(to: &routes, marks)
        VisitorRoute.add(to: &routes)
        if debugEcho { routes.webSocket("/debug/echo") { _ in .accept(EchoEndpoint(), .echo) } }
        routes.on(.GET, "/api/v1/stream") { Self.stream($0, hub: hub) }
        HistoryRoutes.add(to: &routes, history: history, hub: hub)
        ConsumerRoutes.add(to: &routes, hub.consumers)
        routes.on(.GET, "/api/v1/streams") { _ in .response(.json(facts.streams())) }
        routes.on(.GET, "/api/v1/panels") { Self.panels($0, hub: hub) }
        Self.add(facts.relay, to: &routes)
        more(&routes)
        Self.addHealth(to: &routes, tellsWhy: true, unready: facts.unready)
        routes.fallback { assets.answer($0) }
        return routes
    }

    private static func metrics(_ text: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: .ok, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
            body: ByteBuffer(bytes: text))
    }

    private static func webSocket(_ request: HTTPRequest, hub: Hub, marks: any MarkDesk) -> UpgradeDecision {
        let reader = WebSocketReader(
            hub: hub, marks: marks, eventLoop: request.eventLoop, limits: .control,
            firstOpen: Conversation.opening(request.query), user: request.principal?.name)
        return .accept(reader, .control)
    }

    /// The page does not wait: what its viewers look at comes by the socket.
    private static func panels(_ request: HTTPRequest, hub: Hub) -> HTTPAnswer {
        let panels = hub.panels
        switch request.query.first(named: "wait") {
        case nil, "yes"?:
            return .later(panels.glance(on: request.eventLoop).map { HTTPResponse.json(panels.json) })
        case "no"?: return .response(.json(panels.json))
        case let wait?:
            return .response(ReaderProblem(.request, "wait is \"\(wait)\"", expected: "yes or no").response)
        }
    }

    /// Proxies are told to pass every byte on as it comes.
    static func streamHead(isServerSent: Bool, isCompressed: Bool) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "Content-Type": isServerSent ? "text/event-stream" : "application/x-ndjson",
            "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Vary": "Accept, Accept-Encoding",
        ]
        if isCompressed { headers.add(name: "Content-Encoding", value: "gzip") }
        return HTTPResponse(status: .ok, headers: headers)
    }

    private static func stream(_ request: HTTPRequest, hub: Hub) -> HTTPAnswer {
        let isServerSent = request.accepts("text/event-stream", in: "Accept")
        do throws(ReaderProblem) {
            var parameters = try OpenParameters(request.query)
            if isServerSent, let last = request.headers.first(name: "Last-Event-ID") {
                parameters.from = last
                parameters.since = nil
                parameters.last = nil
            }
            let open = try parameters.request()
            try open.check(hub)
            let isCompressed = request.accepts("gzip", in: "Accept-Encoding")
            let head = Self.streamHead(isServerSent: isServerSent, isCompressed: isCompressed)
            return request.placing(open, hub: hub) { placed in
                let reader = StreamReader(
                    hub: hub, eventLoop: request.eventLoop, form: isServerSent ? .serverSentEvents : .lines,
                    request: placed, isCompressed: isCompressed)
                return .stream(head, reader)
            }
        } catch {
            return .response(error.response)
        }
    }
}

extension ReaderProblem {
    /// The problem as a 400 with the same members as the `error` message.
    package var response: HTTPResponse { self.response(.badRequest) }

    func response(_ status: HTTPResponseStatus, headers: HTTPHeaders = [:]) -> HTTPResponse {
        var problem = Problem(status, self.message, headers: headers)
        func add(_ name: String, _ value: String) {
            var json: [UInt8] = []
            JSONText.append(value, to: &json)
            problem.members.append((name, String(decoding: json, as: UTF8.self)))
        }
        add("code", self.code.rawValue)
        if let column = self.column { problem.members.append(("at", String(column))) }
        if let length = self.length { problem.members.append(("length", String(length))) }
        if let expected = self.expected { add("expected", expected) }
        if let suggestion = self.suggestion { add("suggestion", suggestion) }
        return problem.response
    }
}
