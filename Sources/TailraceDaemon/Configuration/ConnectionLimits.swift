internal import NIOCore
internal import TailraceWeb

/// `[server] limits`: what one connection may take.
package struct ConnectionLimits: Sendable, Hashable {
    /// Bytes of a request before its body.
    package var maxHead: Int64 = 16 << 10
    package var maxHeaderFields = 64
    /// Until a request has arrived.
    package var requestTimeout = Duration.seconds(5)
    /// Without a request.
    package var idleTimeout = Duration.seconds(60)
    /// Without a byte that the reader takes of what waits for it.
    package var stallTimeout = Duration.seconds(300)

    package init() {}

    static let head: ClosedRange<Int64> = (1 << 10)...(64 << 10)
    static let headerFields: ClosedRange<Int64> = 16...1000
    static let request: ClosedRange<Duration> = .seconds(1)...(.seconds(60))
    static let wait: ClosedRange<Duration> = .seconds(5)...(.seconds(3600))
}

extension HTTPOptions {
    mutating func limit(_ limits: ConnectionLimits) {
        self.maxHeadBytes = Int(limits.maxHead)
        self.maxHeaderFields = limits.maxHeaderFields
        self.requestDeadline = TimeAmount(limits.requestTimeout)
        self.idleTimeout = TimeAmount(limits.idleTimeout)
        self.writeStallTimeout = TimeAmount(limits.stallTimeout)
    }
}
