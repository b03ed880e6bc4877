package import TailraceEvent

/// How an agent stands, as it is told in status and metrics.
package struct AgentStatus: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case connecting
        case connected
        /// The server does not let it in.
        case refused
        /// There is no way to a server, or no stream that takes what is published.
        case disconnected
    }

    package var state = State.connecting
    package var server = ""
    /// Why it is not connected.
    package var reason: String?
    package var since: Timestamp
    package var stream: String
    package var host: String
    /// The last number of the log that is in the stream with all before it.
    package var through: UInt64 = 0
    /// Events of the log that are not.
    package var lagEvents: UInt64 = 0
    /// For how long the oldest of them has been waiting.
    package var lagSeconds: Double = 0
    package var underWay = 0
    package var window: Int
    package var publishedMessages: UInt64 = 0
    package var publishedEvents: UInt64 = 0
    package var publishedBytes: UInt64 = 0
    package var acknowledged: UInt64 = 0
    /// The stream had them already.
    package var duplicates: UInt64 = 0
    /// Published once more, since no acknowledgement had come.
    package var republished: UInt64 = 0
    package var failures: UInt64 = 0
    package var connects: UInt64 = 0
    package var attemptsFailed: UInt64 = 0
    package var gapEvents: UInt64 = 0
    package var resendRequests: UInt64 = 0
    package var resendRefused: UInt64 = 0
    package var resentEvents: UInt64 = 0

    init(_ settings: AgentSettings) {
        self.since = .now()
        self.stream = settings.plan.name
        self.host = settings.host
        self.window = settings.window
    }
}
