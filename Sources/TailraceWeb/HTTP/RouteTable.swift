package import NIOHTTP1

/// Exact paths to handlers; nothing is matched by prefix or pattern.
package struct RouteTable: Sendable {
    /// What to do with a request to a path.
    enum Match {
        case handler(HTTPHandler)
        case webSocket(UpgradeHandler)
        case fallback(HTTPResponse)
        case problem(Problem)
    }

    private var handlers: [String: [String: HTTPHandler]] = [:]
    private var upgrades: [String: UpgradeHandler] = [:]
    private var fallback: @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil }

    package init() {}

    /// A route for GET answers HEAD too; the body is left out where the response is written.
    package mutating func on(_ method: HTTPMethod, _ path: String, _ handler: @escaping HTTPHandler) {
        self.handlers[path, default: [:]][method.rawValue] = handler
        if method == .GET { self.handlers[path, default: [:]]["HEAD"] = handler }
    }

    package mutating func webSocket(_ path: String, _ handler: @escaping UpgradeHandler) {
        self.upgrades[path] = handler
    }

    /// Asked for GET and HEAD of paths without a route: the page's files.
    package mutating func fallback(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse?) {
        self.fallback = answer
    }

    func match(_ request: HTTPRequest) -> Match {
        if let upgrade = self.upgrades[request.path] {
            return request.method == .GET ? .webSocket(upgrade) : .problem(Self.methodNotAllowed(["GET"]))
        }
        if let methods = self.handlers[request.path] {
            if let handler = methods[request.method.rawValue] { return .handler(handler) }
            return .problem(Self.methodNotAllowed(methods.keys.sorted()))
        }
        guard let response = self.fallback(request) else {
            return .problem(
                Problem(.notFound, "there is nothing at this path; / is the page, /api/v1/status the relay's state"))
        }
        guard request.method == .GET || request.method == .HEAD else {
            return .problem(Self.methodNotAllowed(["GET", "HEAD"]))
        }
        return .fallback(response)
    }

    private static func methodNotAllowed(_ allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(.methodNotAllowed, "this path answers \(list)", headers: ["Allow": list])
    }
}
