/// How a server is reached and what is shown to it.
package struct LinkSettings: Sendable, Hashable {
    /// `nats://host:4222` or `tls://host:4222`; each connection tries them in an order of its own.
    package var servers: [String]
    /// Shown in the server's list of connections.
    package var name: String
    /// A file with a user's JWT and its seed; read anew for each connection.
    package var credentials: String?
    package var user: String?
    package var password: String?
    package var authority: String?
    package var certificate: String?
    package var key: String?
    /// What tells files that were written anew under their old names.
    package var files: [String] = []

    package init(servers: [String], name: String) {
        self.servers = servers
        self.name = name
    }

    /// Certificates were given: nothing is sent before the server has shown its own.
    package var isSecure: Bool { self.authority != nil || self.certificate != nil }
}

/// How long the library may take; every call has one of these.
package enum LinkLimits {
    package static let connectMilliseconds: Int64 = 5000
    package static let callMilliseconds: Int64 = 5000
    package static let writeMilliseconds: Int64 = 10_000
    /// A server that says nothing to this many questions in this rhythm is gone.
    package static let pingMilliseconds: Int64 = 5000
    package static let pingsUnanswered: Int32 = 2
}
