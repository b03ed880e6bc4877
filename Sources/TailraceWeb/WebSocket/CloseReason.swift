/// Why a WebSocket is closed: the one table of codes, mirrored in `docs/protocol.md`.
package enum CloseReason: UInt16, Sendable, CaseIterable {
    /// The client asked for it, or the endpoint is done.
    case normal = 1000
    case goingAway = 1001
    /// A frame that RFC 6455 forbids: unmasked, reserved bits or opcodes, fragments out of order, a bad close.
    case protocolError = 1002
    /// A kind of message that the endpoint does not take, as binary on `/ws`.
    case unsupportedData = 1003
    /// Text that is not UTF-8, or a payload that does not inflate.
    case invalidData = 1007
    case policyViolation = 1008
    /// A frame or message above the limit, or too many fragments.
    case tooBig = 1009
    case internalError = 1011
    /// The relay stops or restarts; come back with your last position.
    case serviceRestart = 1012
    /// Too many readers right now.
    case tryAgainLater = 1013

    package var code: UInt16 { self.rawValue }

    /// What the close frame says to people.
    package var text: StaticString {
        switch self {
        case .normal: "done"
        case .goingAway: "going away"
        case .protocolError: "protocol error"
        case .unsupportedData: "this endpoint takes text messages only"
        case .invalidData: "invalid data in the message"
        case .policyViolation: "not allowed"
        case .tooBig: "message too big"
        case .internalError: "internal error"
        case .serviceRestart: "relay restarts; reconnect and resume from your position"
        case .tryAgainLater: "too many readers; try again later"
        }
    }

    /// Whether a client that did nothing wrong should connect again, with back-off.
    package var clientShouldReconnect: Bool {
        switch self {
        case .goingAway, .internalError, .serviceRestart, .tryAgainLater: true
        case .normal, .protocolError, .unsupportedData, .invalidData, .policyViolation, .tooBig: false
        }
    }

    /// Whether the client broke the protocol or a limit.
    var isClientFault: Bool {
        switch self {
        case .protocolError, .unsupportedData, .invalidData, .policyViolation, .tooBig: true
        case .normal, .goingAway, .internalError, .serviceRestart, .tryAgainLater: false
        }
    }

    /// Whether a peer may send this code (RFC 6455 §7.4): not the ones reserved for what happened locally.
    package static func isValid(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
