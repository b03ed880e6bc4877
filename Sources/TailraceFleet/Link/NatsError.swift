internal import CNats

/// What a call to the server came to when it failed.
package struct NatsError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// Nobody answered in time; what was asked may have happened all the same.
        case timeout
        /// Nobody listens: no such stream, or JetStream is off.
        case noResponders
        case notPermitted
        /// Wrong user, password, token or certificate, or one that has run out.
        case authentication
        case notFound
        /// A key or stream is there already, or has another revision.
        case exists
        case disconnected
        /// More than the server takes in one message.
        case tooLarge
        case other
    }

    package var kind: Kind
    /// JetStream's own number of the error, 0 if it gave none.
    package var code: Int
    package var text: String

    package init(_ kind: Kind, code: Int = 0, _ text: String) {
        self.kind = kind
        self.code = code
        self.text = text
    }

    package var description: String { self.code == 0 ? self.text : "\(self.text) (JetStream error \(self.code))" }

    /// Of a call that this thread has just made.
    init(_ status: natsStatus, code: jsErrCode = jsErrCode(rawValue: 0), doing what: String) {
        var last = NATS_OK
        let detail = Self.withoutPlace(nats_GetLastError(&last).map { String(cString: $0) } ?? "")
        let name = String(cString: natsStatus_GetText(status))
        let number = Int(code.rawValue)
        self.init(
            Self.kind(of: status, code: number, detail: detail), code: number,
            "\(what): \(detail.isEmpty || last != status ? name : detail)")
    }

    static func kind(of status: natsStatus, code: Int, detail: String) -> Kind {
        switch code {
        // Stream, consumer, message.
        case 10059, 10014, 10037: return .notFound
        // Name in use, wrong last sequence.
        case 10058, 10071, 10164: return .exists
        // JetStream is not enabled, for the server or the account.
        case 10076, 10039: return .noResponders
        default: break
        }
        switch status {
        case NATS_TIMEOUT: return .timeout
        case NATS_NO_RESPONDERS: return .noResponders
        case NATS_NOT_PERMITTED: return .notPermitted
        case NATS_CONNECTION_AUTH_FAILED, NATS_SSL_ERROR, NATS_SECURE_CONNECTION_REQUIRED: return .authentication
        case NATS_NOT_FOUND: return .notFound
        case NATS_MAX_PAYLOAD: return .tooLarge
        case NATS_CONNECTION_CLOSED, NATS_CONNECTION_DISCONNECTED, NATS_NO_SERVER, NATS_IO_ERROR,
            NATS_STALE_CONNECTION, NATS_INVALID_SUBSCRIPTION, NATS_NOT_YET_CONNECTED, NATS_DRAINING:
            return Self.isRefusal(detail) ? .authentication : .disconnected
        default: return Self.isRefusal(detail) ? .authentication : .other
        }
    }

    /// The library begins its messages with a place in its own source, as `(conn.c:123): `.
    private static func withoutPlace(_ text: String) -> String {
        guard text.hasPrefix("("), let end = text.firstRange(of: "): ") else { return text }
        return String(text[end.upperBound...])
    }

    private static func isRefusal(_ detail: String) -> Bool {
        let lower = detail.lowercased()
        return ["authorization violation", "authentication", "expired", "revoked"].contains { lower.contains($0) }
    }
}
