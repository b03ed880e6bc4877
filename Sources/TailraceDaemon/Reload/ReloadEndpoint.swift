internal import NIOCore
internal import NIOHTTP1
internal import TailraceEvent
internal import TailraceWeb

/// `POST /api/v1/reload`: the same as SIGHUP, with an answer.
struct ReloadEndpoint: Sendable {
    let reloader: Reloader
    /// False where there is no file to read again.
    let hasFile: Bool

    func add(to routes: inout RouteTable) {
        routes.on(.POST, "/api/v1/reload") { self.answer($0) }
    }

    private func answer(_ request: HTTPRequest) -> HTTPAnswer {
        guard request.isFromThisHost else {
            return .response(
                Problem(.forbidden, "the configuration is read again only for this host; ask there, or send SIGHUP")
                    .response)
        }
        guard self.hasFile else {
            let problem = Problem(.conflict, "this relay was started without a file that could be read again")
            return .response(problem.response)
        }
        let promise = request.eventLoop.makePromise(of: HTTPResponse.self)
        let isTaken = self.reloader.ask { promise.succeed(Self.response(to: $0)) }
        guard isTaken else {
            promise.succeed(
                Problem(
                    .serviceUnavailable, "too many wait for a reload, or the relay stops",
                    headers: ["Retry-After": "2"]).response)
            return .later(promise.futureResult)
        }
        return .later(promise.futureResult)
    }

    private static func response(to outcome: ReloadOutcome?) -> HTTPResponse {
        guard let outcome else { return Problem(.serviceUnavailable, "the relay stops").response }
        if outcome.isApplied { return .json(outcome.json) }
        var problem = Problem(
            .unprocessableEntity, "the configuration is wrong, and the one before stays in force: "
                + (outcome.firstProblem ?? ""))
        problem.members = [("problems", Self.array(outcome.problems))]
        return problem.response
    }

    private static func array(_ texts: [String]) -> String {
        var json = Array("[".utf8)
        for (index, text) in texts.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            JSONText.append(text, to: &json)
        }
        return String(decoding: json + [UInt8(ascii: "]")], as: UTF8.self)
    }
}

extension HTTPRequest {
    /// Over a Unix socket, or from a loopback address.
    fileprivate var isFromThisHost: Bool {
        guard let address = self.peer?.ipAddress else { return true }
        return address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
    }
}
