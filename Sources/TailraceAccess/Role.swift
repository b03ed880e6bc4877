/// What those who have the role may do.
package struct Role: Sendable, Hashable {
    package var name: String
    /// Streams whose events it shows; nil for all that is stored.
    package var streams: [String]?
    /// A filter that an event has to pass; empty for everything.
    package var filter: String
    /// May also see how the relay is, reload it, and ask what became of a line.
    package var isAdmin: Bool

    package init(name: String, streams: [String]? = nil, filter: String = "", isAdmin: Bool = false) {
        self.name = name
        self.streams = streams
        self.filter = filter
        self.isAdmin = isAdmin
    }

    /// Everything.
    package static let admin = Role(name: "admin", isAdmin: true)
    /// All events, and nothing else.
    package static let reader = Role(name: "reader")
    /// Those that need not be configured.
    package static let builtin = [Self.admin, Self.reader]
}

/// Who asks.
package struct Principal: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case token, user
        /// Named by a proxy.
        case proxy
        /// Signed in by a provider.
        case provider
    }

    package var kind: Kind
    package var name: String
    package var role: String

    package init(kind: Kind, name: String, role: String) {
        self.kind = kind
        self.name = name
        self.role = role
    }
}
