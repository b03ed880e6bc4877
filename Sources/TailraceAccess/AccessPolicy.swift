package import TailraceEvent

/// Who is let in as whom: what the configuration says.
package struct AccessPolicy: Sendable, Hashable {
    package enum Mode: String, Sendable, CaseIterable {
        case none, token, users
        /// A provider of OpenID Connect signs people in.
        case oidc
        case proxyHeader = "proxy-header"
    }

    package struct Token: Sendable, Hashable {
        package var name: String
        package var digest: [UInt8]
        package var role: String
        package var expires: Timestamp?

        package init(name: String, digest: [UInt8], role: String, expires: Timestamp? = nil) {
            self.name = name
            self.digest = digest
            self.role = role
            self.expires = expires
        }
    }

    package struct User: Sendable, Hashable {
        package var name: String
        /// Nil for one whom a proxy knows.
        package var password: PasswordHash?
        package var role: String

        package init(name: String, password: PasswordHash?, role: String) {
            self.name = name
            self.password = password
            self.role = role
        }
    }

    package struct Proxy: Sendable, Hashable {
        /// Peers whose headers are believed.
        package var addresses: [AddressRange] = []
        /// So are those on a Unix socket.
        package var trustsUnixSockets = false
        package var userHeader = "X-Forwarded-User"
        /// Names of roles, separated by commas; nil asks for none.
        package var roleHeader: String?
        /// Of a user who has none.
        package var defaultRole: String?

        package init() {}
    }

    package var mode = Mode.none
    package var roles: [Role] = Role.builtin
    package var tokens: [Token] = []
    package var users: [User] = []
    package var proxy = Proxy()
    /// For `oidc` only.
    package var provider: IdentityProvider?
    package var sessions = SessionLimits()
    /// Streams and WebSockets that one principal holds open at a time.
    package var maxStreams = 32

    package init() {}

    package func role(named name: String) -> Role? { self.roles.first { $0.name == name } }
    /// Those that somebody can have.
    package var usedRoles: [Role] {
        switch self.mode {
        case .none: return []
        case .proxyHeader: return self.roles
        case .token, .users, .oidc:
            let people = self.provider.map { $0.rules.map(\.role) + [$0.defaultRole].compactMap(\.self) }
            let used = Set(self.tokens.map(\.role) + (people ?? self.users.map(\.role)))
            return self.roles.filter { used.contains($0.name) }
        }
    }

    package func user(named name: String) -> User? { self.users.first { $0.name == name } }
}

extension AccessPolicy {
    /// The token that a client shows; nil if it is none, or is over.
    package func token(shown text: String, now: Timestamp) -> Token? {
        guard let digest = AccessToken.digest(ofShown: text) else { return nil }
        // All of them are looked at, so that the time taken says nothing.
        var found: Token?
        for token in self.tokens where Secret.areEqual(token.digest, digest) { found = token }
        return found.flatMap { self.isValid($0, now: now) ? $0 : nil }
    }

    /// Whether a token that was let in would still be.
    package func isCurrent(_ token: Token, now: Timestamp) -> Bool {
        self.tokens.contains(token) && self.isValid(token, now: now)
    }

    private func isValid(_ token: Token, now: Timestamp) -> Bool {
        token.expires.map { now.nanoseconds < $0.nanoseconds } ?? true
    }

    /// - Parameter address: of the peer; nil on a Unix socket.
    package func trustsHeaders(from address: String?) -> Bool {
        guard let address else { return self.proxy.trustsUnixSockets }
        return self.proxy.addresses.contains { $0.contains(address) }
    }

    /// The role of somebody whom a proxy names: his own, else the first of the proxy's that there is, else the common
    /// one.
    package func role(ofProxied user: String, offered: [String]) -> String? {
        if let known = self.user(named: user) { return known.role }
        return offered.first { self.role(named: $0) != nil } ?? self.proxy.defaultRole
    }
}
