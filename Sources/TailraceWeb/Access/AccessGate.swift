package import TailraceAccess

/// Decides of every request what it may reach before any route is looked at. Without one everybody reaches everything.
package protocol AccessGate: Sendable {
    /// Called on the channel's event loop; must not block.
    func admit(_ request: HTTPRequest, isUpgrade: Bool) -> Admission
    /// Whether what was let in before still would be; asked once a second for each connection that stays open.
    func isCurrent(_ grant: AccessGrant) -> Bool
    /// A stream or WebSocket begins; false if its owner has too many.
    func beginStream(_ grant: AccessGrant) -> Bool
    func endStream(_ grant: AccessGrant)
}

package enum Admission {
    /// The routes that this client has; without a grant those that everybody has.
    case routes(RouteTable, AccessGrant?)
    case refuse(HTTPResponse)
}

/// Who was let in, and by what.
package struct AccessGrant: Sendable, Hashable {
    enum Proof: Sendable, Hashable {
        case token(AccessPolicy.Token)
        case session(Sessions.Key, Sessions.Credential)
        /// What a proxy at this address says; nil is a Unix socket.
        case proxy(address: String?)
    }

    package var principal: Principal
    var role: Role
    /// Of the events that the role had then.
    var view: Int
    var proof: Proof
}
