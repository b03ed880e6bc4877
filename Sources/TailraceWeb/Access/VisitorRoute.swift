internal import NIOHTTP1
internal import TailraceAccess
internal import TailraceEvent

/// `/api/v1/me`: as whom somebody was let in, for the page to show.
enum VisitorRoute {
    static func add(to routes: inout RouteTable) {
        routes.on(.GET, "/api/v1/me") { .response(.json(Self.json($0))) }
    }

    private static func json(_ request: HTTPRequest) -> [UInt8] {
        var json: [UInt8] = []
        json += #"{"user":"#.utf8
        Self.append(request.principal?.name, to: &json)
        json += #","by":"#.utf8
        Self.append(request.principal?.kind.rawValue, to: &json)
        json += #","role":"#.utf8
        Self.append(request.principal?.role, to: &json)
        // What a program shows with each request, or a proxy adds, the relay can't take away.
        let isSignedIn = request.principal.map { $0.kind != .proxy && request.bearer == nil } ?? false
        json += #","signs_out":\#(isSignedIn)}"#.utf8
        return json
    }

    private static func append(_ text: String?, to json: inout [UInt8]) {
        guard let text else { return json += "null".utf8 }
        JSONText.append(text, to: &json)
    }
}
