package import NIOHTTP1

/// Paths to handlers: exact ones, and a few with one segment that varies.
package struct RouteTable: Sendable {
    /// What to do with a request to a path.
    enum Match {
        case handler(HTTPHandler)
        case webSocket(UpgradeHandler)
        case fallback(HTTPResponse)
        case problem(Problem)
    }

    private var handlers: [String: [String: HTTPHandler]] = [:]
    private var templates: [PathTemplate] = []
    private var upgrades: [String: UpgradeHandler] = [:]
    private var fallback: @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil }

    /// Why no route answers at the moment, only files of the page; nil if they do.
    private var hold: @Sendable () -> Problem? = { nil }

    package init() {}

    package mutating func holdBack(while hold: @escaping @Sendable () -> Problem?) { self.hold = hold }

    /// One segment of the path may be `{name}`; the request has it as `pathParameter`. A route for GET answers HEAD
    /// too; the body is left out where the response is written.
    package mutating func on(_ method: HTTPMethod, _ path: String, _ handler: @escaping HTTPHandler) {
        if let template = PathTemplate(path), !self.templates.contains(template) { self.templates.append(template) }
        self.handlers[path, default: [:]][method.rawValue] = handler
        if method == .GET { self.handlers[path, default: [:]]["HEAD"] = handler }
    }

    /// Answers for paths that others have and this table's clients have not.
    package mutating func refuse(_ method: HTTPMethod, _ paths: [String]) {
        let response = Problem(.forbidden, "this is for those whose role has admin = true").response
        for path in paths { self.on(method, path) { _ in .response(response) } }
    }

    /// Files that are given as they are, whatever else there is.
    mutating func give(_ paths: [String], of assets: AssetStore) {
        for path in paths {
            self.on(.GET, path) { .response(assets.answer($0) ?? HTTPResponse(status: .notFound)) }
        }
    }

    package mutating func webSocket(_ path: String, _ handler: @escaping UpgradeHandler) {
        self.upgrades[path] = handler
    }

    /// Asked for GET and HEAD of paths without a route: the page's files.
    package mutating func fallback(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse?) {
        self.fallback = answer
    }

    /// Whether a path has a route; files of the page have none.
    func has(_ path: String) -> Bool { self.upgrades[path] != nil || self.route(of: path) != nil }

    /// All routes: path and methods.
    package var listing: [(path: String, methods: [String])] {
        let plain = self.handlers.map { (path: $0.key, methods: $0.value.keys.sorted()) }
        return (plain + self.upgrades.keys.map { (path: $0, methods: ["GET"]) }).sorted { $0.path < $1.path }
    }

    func match(_ request: HTTPRequest) -> Match {
        if self.has(request.path), let problem = self.hold() { return .problem(problem) }
        if let upgrade = self.upgrades[request.path] {
            return request.method == .GET ? .webSocket(upgrade) : .problem(Self.methodNotAllowed(["GET"]))
        }
        if let (path, parameter) = self.route(of: request.path), let methods = self.handlers[path] {
            guard let handler = methods[request.method.rawValue] else {
                return .problem(Self.methodNotAllowed(methods.keys.sorted()))
            }
            guard let parameter else { return .handler(handler) }
            return .handler { request in
                var request = request
                request.pathParameter = parameter
                return handler(request)
            }
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

    private func route(of path: String) -> (path: String, parameter: String?)? {
        for template in self.templates {
            if let parameter = template.parameter(in: path) { return (template.path, parameter) }
        }
        return self.handlers[path] == nil ? nil : (path, nil)
    }

    private static func methodNotAllowed(_ allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(.methodNotAllowed, "this path answers \(list)", headers: ["Allow": list])
    }
}

/// A path with a segment that varies: `/api/v1/consumers/{name}/commit`.
struct PathTemplate: Sendable, Hashable {
    let path: String
    private let prefix: String
    private let suffix: String

    /// Nil for a path without `{…}`.
    init?(_ path: String) {
        guard let open = path.firstIndex(of: "{"), let close = path.firstIndex(of: "}"), open < close else {
            return nil
        }
        self.path = path
        self.prefix = String(path[..<open])
        self.suffix = String(path[path.index(after: close)...])
    }

    /// The segment, nil if the path is another one.
    func parameter(in path: String) -> String? {
        guard path.utf8.count > self.prefix.utf8.count + self.suffix.utf8.count, path.hasPrefix(self.prefix),
            path.hasSuffix(self.suffix)
        else { return nil }
        let segment = path.dropFirst(self.prefix.count).dropLast(self.suffix.count)
        return segment.utf8.contains(UInt8(ascii: "/")) ? nil : String(segment)
    }
}
