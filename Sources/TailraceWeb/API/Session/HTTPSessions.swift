internal import NIOCore
package import Synchronization

/// The open sessions, by the id that only their viewers know.
package final class HTTPSessions: Sendable {
    /// A fallback for the few behind a bad proxy; each holds up to `Mailbox.maxWaitingBytes`.
    package static let maxCount = 1000
    /// A viewer that leaves so much unread may not ask for more.
    static let maxUnreadBytes = 4 * Mailbox.maxWaitingBytes

    /// Opened since the start.
    package let opened = Atomic<Int>(0)
    /// Not opened because `maxCount` was reached.
    package let refused = Atomic<Int>(0)
    private let sessions = Mutex<[String: Reference]>([:])

    /// A session as other threads hold it.
    struct Reference: Sendable {
        let loop: any EventLoop
        private let session: NIOLoopBound<any HTTPSession>

        init(_ session: any HTTPSession, on loop: any EventLoop) {
            self.loop = loop
            self.session = NIOLoopBound(session, eventLoop: loop)
        }

        /// Only on the loop.
        var onLoop: any HTTPSession { self.session.value }
    }

    package init() {}

    package var count: Int { self.sessions.withLock { $0.count } }

    /// 128 random bits from the system, which is all that stands between a session and a stranger.
    static func makeID() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let bits: UInt64 = random.next()
            let digits = String(bits, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// False where there are too many.
    func add(_ session: any HTTPSession, on loop: any EventLoop) -> Bool {
        let (id, reference) = (session.id, Reference(session, on: loop))
        let isTaken = self.sessions.withLock { sessions in
            guard sessions.count < Self.maxCount else { return false }
            sessions[id] = reference
            return true
        }
        if isTaken { self.opened.increment() } else { self.refused.increment() }
        return isTaken
    }

    func find(_ id: String) -> Reference? { self.sessions.withLock { $0[id] } }

    func remove(_ id: String) {
        self.sessions.withLock { $0[id] = nil }
    }
}
