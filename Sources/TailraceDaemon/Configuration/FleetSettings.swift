/// `[fleet]`: the log on NATS JetStream.
package struct FleetSettings: Sendable, Hashable {
    package enum Mode: String, Sendable, CaseIterable { case off, agent, hub }

    package var mode: Mode
    package var servers: [String]
    package var name: String
    /// Nil for the host's own name.
    package var host: String?
    /// Nil for the one that the fleet's name gives.
    package var stream: String?
    package var replicas: Int
    package var maxBytes: Int64
    package var maxAge: Duration
    package var window: Int
    package var catchUpRate: Int
    package var credentials: String?
    package var user: String?
    package var password: String?
    package var authority: String?
    package var certificate: String?
    package var key: String?
    package var since: Duration
    package var resendTimeout: Duration

    package init(mode: Mode = .off, servers: [String] = [], name: String = "") {
        self.mode = mode
        self.servers = servers
        self.name = name
        self.replicas = 1
        self.maxBytes = 10 << 30
        self.maxAge = .seconds(7 * 86_400)
        self.window = 64
        self.catchUpRate = 20_000
        self.since = .seconds(3600)
        self.resendTimeout = .seconds(30)
    }
}
