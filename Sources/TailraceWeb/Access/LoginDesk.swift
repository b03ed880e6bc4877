package import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization
package import TailraceAccess
internal import TailraceEvent
internal import TailraceHub
internal import TailraceOpenID

/// What outlives a reload: who is signed in, who failed to, who has streams open.
package final class LoginDesk: Sendable {
    /// Hashing a password takes tens of milliseconds: other requests must not wait for it, and those who guess must not
    /// make memory grow.
    private static let maxWaitingHashes = 16

    package let sessions = Sessions()
    package let audit: AccessAudit
    let throttle = LoginThrottle()
    let streams = OpenShares<Principal>()
    private let addresses = OpenShares<String>()
    private let hashers = NIOThreadPool(numberOfThreads: 1)
    private let waiting = Atomic<Int>(0)
    private let hasHashers = Atomic<Bool>(false)
    private let provider = Mutex<OpenIDProvider?>(nil)

    package init(logger: Logger) { self.audit = AccessAudit(logger: logger) }

    /// Whether the password is the user's; nil if too many wait to be told. As long for a user that there is not.
    func check(
        _ password: String, of user: AccessPolicy.User?, in policy: AccessPolicy, on loop: any EventLoop
    ) -> EventLoopFuture<Bool>? {
        guard self.waiting.wrappingAdd(1, ordering: .relaxed).newValue <= Self.maxWaitingHashes else {
            self.waiting.wrappingSubtract(1, ordering: .relaxed)
            return nil
        }
        if !self.hasHashers.exchange(true, ordering: .acquiringAndReleasing) { self.hashers.start() }
        let (hash, isKnown) = (user?.password ?? policy.users.lazy.compactMap(\.password).first, user?.password != nil)
        return self.hashers.runIfActive(eventLoop: loop) {
            let isRight = hash?.matches(password) ?? false
            return isRight && isKnown
        }.always { _ in self.waiting.wrappingSubtract(1, ordering: .relaxed) }
    }

    /// - Parameter exempt: whom one address says nothing of, beside this machine.
    package func addressLimit(_ limit: Int, exempt: [AddressRange]) -> AddressLimit {
        AddressLimit(limit: limit, exempt: AddressRange.loopback + exempt, shares: self.addresses)
    }

    /// Who signs people in; what it has learned of its keys outlives a reload that leaves it as it is.
    func provider(_ settings: IdentityProvider) throws(OpenIDError) -> OpenIDProvider {
        if let known = self.provider.withLock({ $0 }), known.settings == settings { return known }
        let made = try OpenIDProvider(settings)
        self.provider.withLock { $0 = made }
        return made
    }

    /// Who is signed in by the request's cookie.
    func session(
        of request: HTTPRequest, _ policy: AccessPolicy, now: Timestamp
    ) -> (key: Sessions.Key, credential: Sessions.Credential)? {
        guard let id = request.cookie(named: SessionCookie.name) else { return nil }
        let key = Sessions.Key(id)
        guard let credential = self.sessions.find(key, limits: policy.sessions, now: now),
            policy.isCurrent(credential, now: now)
        else { return nil }
        return (key, credential)
    }

    package func stop() async {
        if self.hasHashers.load(ordering: .acquiring) { try? await self.hashers.shutdownGracefully() }
    }
}
