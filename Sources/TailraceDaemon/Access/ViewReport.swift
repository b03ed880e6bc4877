internal import NIOCore
internal import NIOHTTP1
internal import TailraceEvent
internal import TailraceHub
internal import TailraceWeb

/// `/api/v1/streams` for a role with a view: the streams that it has, without counts, which are those of the whole log.
struct ViewReport {
    let routes: [RouteBlock]
    let streams: StreamTable

    func json() -> [UInt8] {
        var object = JSONObject()
        object.member("streams", objects: self.streams.names.map { name in { self.describe(name, into: &$0) } })
        object.member("dropped", objects: [])
        return object.finish()
    }

    private func describe(_ name: String, into object: inout JSONObject) {
        let route = self.routes.first { $0.name == name }
        object.member("name", name)
        object.member("where", route?.filter?.text ?? "")
        object.member("from", strings: [])
    }
}

/// For roles that see a part of the log: notes name events by numbers of the whole.
struct NoMarkDesk: MarkDesk {
    func post(_ draft: MarkDraft, on eventLoop: any EventLoop) -> EventLoopFuture<Position> {
        eventLoop.makeFailedFuture(MarkProblem.notForRole)
    }

    func countRefusal() {}

    func list(after position: Position?, limit: Int, on eventLoop: any EventLoop) -> EventLoopFuture<[UInt8]> {
        eventLoop.makeFailedFuture(MarkProblem.notForRole)
    }
}

/// `GET /api/v1/routes`: what an administrator can ask of the relay.
enum RouteListing {
    static func add(to routes: inout RouteTable) {
        let json = Self.json(routes.listing)
        routes.on(.GET, "/api/v1/routes") { _ in .response(.json(json)) }
    }

    private static func json(_ listing: [(path: String, methods: [String])]) -> [UInt8] {
        var object = JSONObject()
        object.member(
            "routes",
            objects: listing.map { route in
                {
                    $0.member("path", route.path)
                    $0.member("methods", strings: route.methods)
                }
            })
        return object.finish()
    }
}
