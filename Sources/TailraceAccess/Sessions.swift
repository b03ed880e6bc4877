internal import Synchronization
package import TailraceEvent

/// How long somebody stays signed in, and how many may.
package struct SessionLimits: Sendable, Hashable {
    /// Without a request or an open stream.
    package var maxIdle = Duration.seconds(12 * 3600)
    package var maxAge = Duration.seconds(7 * 86_400)
    /// All together; the one that was idle longest makes way.
    package var maxCount = 4096
    /// Of one account.
    package var maxPerAccount = 32

    package init() {}
}

/// Who is signed in by a cookie. The ids themselves are not kept, only their digests. Nothing of it outlives the relay.
package final class Sessions: Sendable {
    package struct Session: Sendable {
        /// What was shown at the login: while the configuration says the same, the session is good.
        package var credential: Credential
        package var created: Timestamp
        package var lastSeen: Timestamp
    }

    package enum Credential: Sendable, Hashable {
        case user(AccessPolicy.User)
        case token(AccessPolicy.Token)
        /// By a provider, which is asked no more until the session ends.
        case provided(IdentityProvider.User)

        package var account: String {
            switch self {
            case .user(let user): "user \(user.name)"
            case .token(let token): "token \(token.name)"
            case .provided(let user): "provided \(user.subject) \(user.issuer)"
            }
        }
    }

    /// What stands for an id.
    package struct Key: Sendable, Hashable {
        fileprivate let digest: [UInt8]

        package init(_ id: String) { self.digest = Secret.digest(id) }
    }

    private let sessions = Mutex<[Key: Session]>([:])

    package init() {}

    package var count: Int { self.sessions.withLock { $0.count } }

    /// A new id for somebody who has just proved who he is.
    package func begin(_ credential: Credential, limits: SessionLimits, now: Timestamp) -> String {
        let id = Secret.make()
        self.sessions.withLock { sessions in
            sessions = sessions.filter { Self.isGood($0.value, limits, now) }
            let own = sessions.filter { $0.value.credential.account == credential.account }
            if own.count >= limits.maxPerAccount { Self.dropIdlest(of: own, from: &sessions) }
            if sessions.count >= limits.maxCount { Self.dropIdlest(of: sessions, from: &sessions) }
            sessions[Key(id)] = Session(credential: credential, created: now, lastSeen: now)
        }
        return id
    }

    /// Whose session it is, while it lasts; using it keeps it.
    package func find(_ key: Key, limits: SessionLimits, now: Timestamp) -> Credential? {
        self.sessions.withLock { sessions in
            guard let session = sessions[key] else { return nil }
            guard Self.isGood(session, limits, now) else {
                sessions[key] = nil
                return nil
            }
            sessions[key]?.lastSeen = now
            return session.credential
        }
    }

    /// True if there was one.
    @discardableResult
    package func end(_ key: Key) -> Bool { self.sessions.withLock { $0.removeValue(forKey: key) != nil } }

    private static func dropIdlest(of candidates: [Key: Session], from sessions: inout [Key: Session]) {
        let idlest = candidates.min { $0.value.lastSeen.nanoseconds < $1.value.lastSeen.nanoseconds }
        if let idlest { sessions[idlest.key] = nil }
    }

    private static func isGood(_ session: Session, _ limits: SessionLimits, _ now: Timestamp) -> Bool {
        Self.seconds(session.lastSeen, now) < limits.maxIdle.components.seconds
            && Self.seconds(session.created, now) < limits.maxAge.components.seconds
    }

    private static func seconds(_ from: Timestamp, _ to: Timestamp) -> Int64 {
        (to.nanoseconds - from.nanoseconds) / 1_000_000_000
    }
}
