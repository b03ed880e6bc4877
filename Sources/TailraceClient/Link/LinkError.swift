/// Why a relay cannot be asked, or no longer.
package enum LinkError: Error, Sendable, CustomStringConvertible {
    /// No connection: nobody listens, no such host, no permission.
    case unreachable(RelayAddress, reason: String)
    /// The relay answered, and not with what was asked for.
    case refused(status: Int, ProblemReport)
    /// The connection ended before the answer did.
    case cut(reason: String)
    /// The relay found its log unreadable on the way.
    case unreadable(reason: String)
    /// Not even a beat came for so long.
    case silent(seconds: Int64)
    /// Something else than a relay answers there.
    case notARelay(RelayAddress, reason: String)
    /// There is no agreement on TLS, or the relay is not the one it should be.
    case insecure(RelayAddress, reason: String)
    /// The files that a client trusts or shows can't be used.
    case unusableTrust(LinkTrust, reason: String)

    package var description: String {
        switch self {
        case .unreachable(let address, let reason):
            "no relay answers at \(address.shown): \(reason); start one with `tailrace serve`, "
                + "or name another as URL or in TAILRACE_URL"
        case .refused(401, let problem):
            "the relay asks who is there: \(problem.detail); put a token into a file and name it in TAILRACE_TOKEN_FILE"
        case .refused(let status, let problem): "the relay refuses (\(status)): \(problem.detail)"
        case .cut(let reason): "the connection ended: \(reason)"
        case .unreadable(let reason): "the relay cannot read its log any further: \(reason)"
        case .silent(let seconds): "the relay has said nothing for \(seconds) s"
        case .notARelay(let address, let reason): "\(address.shown) does not answer like a relay: \(reason)"
        case .insecure(let address, let reason): "no safe connection to \(address.shown): \(reason)"
        case .unusableTrust(let trust, let reason):
            "the PEM files \(trust.files.joined(separator: ", ")) can't be used: \(reason); "
                + "see TAILRACE_CA_FILE, TAILRACE_CERT_FILE and TAILRACE_KEY_FILE"
        }
    }

    /// True if the same may succeed a moment later.
    package var isPassing: Bool {
        switch self {
        case .unreachable, .cut, .silent: true
        case .refused(let status, _): status >= 500 || status == 408 || status == 429
        case .unreadable, .notARelay, .insecure, .unusableTrust: false
        }
    }
}

/// What stands in an `application/problem+json` answer (RFC 9457), or in an `error` message.
package struct ProblemReport: Error, Sendable, Hashable {
    package var detail: String
    package var code: String?
    package var column: Int?
    package var length: Int?
    package var expected: String?
    package var suggestion: String?
}

extension LinkError {
    /// What came instead of an answer, harmless and not too long.
    static func notARelay(_ address: RelayAddress, line: [UInt8]) -> LinkError {
        .notARelay(address, reason: "\"\(SafeText.text(String(decoding: line.prefix(80), as: UTF8.self)))\"")
    }
}

extension ProblemReport {
    init(_ object: JSONMembers) {
        let detail = object.string("detail") ?? object.string("message") ?? object.string("title")
        self.detail = SafeText.text(detail ?? "no reason given")
        self.code = object.string("code")
        self.column = object.integer("at")
        self.length = object.integer("length")
        self.expected = object.string("expected")
        self.suggestion = object.string("suggestion")
    }

    init(body: [UInt8]) {
        if let object = JSONMembers(body) {
            self.init(object)
        } else {
            let text = String(decoding: body.prefix(200), as: UTF8.self)
            self.init(detail: text.split(separator: "\n").first.map { SafeText.text(String($0)) } ?? "no reason given")
        }
    }
}
