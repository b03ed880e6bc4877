internal import Logging
internal import NIOCore
package import Synchronization
internal import TailraceAccess

/// Lines in the relay's own log about who came in, who did not, and who took events away. Never a secret, a query or a
/// filter.
package final class AccessAudit: Sendable {
    /// For `/metrics`.
    package final class Counters: Sendable {
        package let logins = Atomic<Int>(0)
        package let loginsFailed = Atomic<Int>(0)
        /// Not even looked at, since there were too many failures before.
        package let loginsSlowed = Atomic<Int>(0)
        package let logouts = Atomic<Int>(0)
        /// Requests without anything that lets them in.
        package let unauthorized = Atomic<Int>(0)
        /// Requests that somebody's browser was made to send, and what a role may not do.
        package let forbidden = Atomic<Int>(0)
        /// More open streams than one principal may have.
        package let streamsRefused = Atomic<Int>(0)
    }

    package let counters = Counters()
    private let logger: Logger
    /// Whoever sends wrong tokens must not fill the disk with lines about it.
    private let budget = Mutex(RequestBudget(burst: 20, perSecond: 2))

    init(logger: Logger) { self.logger = logger }

    func signedIn(_ principal: Principal, _ request: HTTPRequest) {
        self.counters.logins.increment()
        self.logger.notice("Signed in", metadata: self.facts(request, principal))
    }

    func signedOut(_ principal: Principal, _ request: HTTPRequest) {
        self.counters.logouts.increment()
        self.logger.notice("Signed out", metadata: self.facts(request, principal))
    }

    func failed(account: String, _ request: HTTPRequest) {
        self.counters.loginsFailed.increment()
        self.write("A login failed", request, ["account": "\(account)"])
    }

    /// By a provider: nobody has a name yet.
    func failed(by reason: String, _ request: HTTPRequest) {
        self.counters.loginsFailed.increment()
        self.write("A login by the provider failed", request, ["reason": "\(reason)"])
    }

    func slowed(account: String, seconds: Int64, _ request: HTTPRequest) {
        self.counters.loginsSlowed.increment()
        self.write("A login has to wait", request, ["account": "\(account)", "seconds": "\(seconds)"])
    }

    func badToken(_ request: HTTPRequest) { self.write("A token is not known or is over", request, [:]) }

    func refused(_ request: HTTPRequest, _ principal: Principal, reason: String) {
        self.counters.forbidden.increment()
        self.write("Refused", request, ["user": "\(principal.name)", "path": "\(request.path)", "reason": "\(reason)"])
    }

    func admitted(_ request: HTTPRequest, _ principal: Principal) {
        guard request.path == "/api/v1/export" else { return }
        self.logger.notice("Export", metadata: self.facts(request, principal))
    }

    private func facts(_ request: HTTPRequest, _ principal: Principal) -> Logger.Metadata {
        [
            "user": "\(principal.name)", "by": "\(principal.kind.rawValue)", "role": "\(principal.role)",
            "address": "\(request.peer?.ipAddress ?? "unix")",
        ]
    }

    private func write(_ message: Logger.Message, _ request: HTTPRequest, _ more: Logger.Metadata) {
        guard self.budget.withLock({ $0.take() }) else { return }
        let address: Logger.Metadata = ["address": "\(request.peer?.ipAddress ?? "unix")"]
        self.logger.warning(message, metadata: address.merging(more) { $1 })
    }
}
