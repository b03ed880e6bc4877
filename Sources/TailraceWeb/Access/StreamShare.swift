internal import NIOHTTP1

/// One of the streams that a principal and an address may have open: as long as this lives.
final class StreamShare {
    enum Refusal: Error, Equatable {
        case principal
        case address

        var problem: Problem {
            let text = switch self {
            case .principal: "you have as many streams open as one may have ([auth] max_streams); close some"
            case .address:
                "there are as many streams open from your address as one may have "
                    + "([server] max_streams_per_address); close some"
            }
            return Problem(.tooManyRequests, text, headers: ["Retry-After": "5"])
        }
    }

    private let principal: (grant: AccessGrant, gate: any AccessGate)?
    private let address: (owner: String, limit: AddressLimit)?

    /// - Parameter address: of the peer; nil on a Unix socket.
    init(
        of grant: AccessGrant?, at gate: (any AccessGate)?, from address: String?, _ limit: AddressLimit?
    ) throws(Refusal) {
        let owner = limit?.owner(at: address)
        if let limit, let owner, !limit.begin(owner) { throw .address }
        if let grant, let gate, !gate.beginStream(grant) {
            if let limit, let owner { limit.end(owner) }
            throw .principal
        }
        self.principal = if let grant, let gate { (grant, gate) } else { nil }
        self.address = if let limit, let owner { (owner, limit) } else { nil }
    }

    deinit {
        if let principal { principal.gate.endStream(principal.grant) }
        if let address { address.limit.end(address.owner) }
    }
}

@available(*, unavailable)
extension StreamShare: Sendable {}
