internal import NIOCore
internal import NIOHTTP1

/// Puts the parts of one request together and holds them against the limits: parts in, decisions out.
struct RequestAssembly {
    enum Action {
        case wait
        /// The client waits for `100 Continue` before it sends the body.
        case sendContinue
        case dispatch(Assembled)
        /// Answer and close: what follows on the connection can't be trusted or is not wanted.
        case refuse(Problem)
    }

    struct Assembled {
        var head: HTTPRequestHead
        var target: RequestTarget
        var body: ByteBuffer
    }

    private enum Phase {
        case head
        case body(Assembled)
    }

    private var phase = Phase.head

    var isMidRequest: Bool {
        switch self.phase {
        case .head: false
        case .body: true
        }
    }

    mutating func received(
        _ part: HTTPServerRequestPart, options: HTTPOptions, hosts: HostPolicy, isLocalSocket: Bool
    ) -> Action {
        switch (part, self.phase) {
        case (.head(let head), .head):
            return self.begin(head, options: options, hosts: hosts, isLocalSocket: isLocalSocket)
        case (.body(var chunk), .body(var request)):
            self.phase = .head  // no second reference while appending
            guard request.body.readableBytes + chunk.readableBytes <= options.maxBodyBytes else {
                return .refuse(Self.bodyTooLarge(options))
            }
            request.body.writeBuffer(&chunk)
            self.phase = .body(request)
            return .wait
        case (.end, .body(let request)):
            self.phase = .head
            return .dispatch(request)
        case (.head, .body), (.body, .head), (.end, .head):
            return .refuse(Problem(.badRequest, "the parts of the request are out of order"))
        }
    }

    private mutating func begin(
        _ head: HTTPRequestHead, options: HTTPOptions, hosts: HostPolicy, isLocalSocket: Bool
    ) -> Action {
        guard head.uri.utf8.count <= options.maxTargetBytes else {
            return .refuse(Problem(.uriTooLong, "the request target is longer than \(options.maxTargetBytes) bytes"))
        }
        let target: RequestTarget
        do throws(RequestTarget.Refusal) {
            target = try RequestTarget(head.uri)
        } catch {
            return .refuse(Self.problem(error))
        }
        if let problem = hosts.refusal(of: head, target: target, isLocalSocket: isLocalSocket) {
            return .refuse(problem)
        }
        if let length = head.headers.first(name: "Content-Length") {
            guard let count = Int(length) else {
                return .refuse(Problem(.badRequest, "Content-Length is not a number"))
            }
            guard count <= options.maxBodyBytes else { return .refuse(Self.bodyTooLarge(options)) }
        }
        self.phase = .body(Assembled(head: head, target: target, body: ByteBuffer()))
        let waits = head.version.isAtLeast1_1 && head.headers.first(name: "Expect")?.lowercased() == "100-continue"
        return waits ? .sendContinue : .wait
    }

    private static func problem(_ refusal: RequestTarget.Refusal) -> Problem {
        switch refusal {
        case .path: Problem(.notFound, "there can be nothing at such a path")
        case .query:
            Problem(.badRequest, "the query has a broken %-escape or more than \(QueryParameters.maxPairs) parameters")
        }
    }

    private static func bodyTooLarge(_ options: HTTPOptions) -> Problem {
        Problem(.payloadTooLarge, "the body is larger than \(options.maxBodyBytes) bytes")
    }
}
