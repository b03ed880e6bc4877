package import NIOCore

/// Decides from silence whether a peer is still there: a ping after a while, the end after 28 seconds.
package struct PeerLiveness {
    package enum Verdict {
        case alive
        case ping
        /// Not a byte came, not even an answer to the ping.
        case silent
    }

    private var lastHeard: NIODeadline
    private var hasPinged = false

    package init(now: NIODeadline) { self.lastHeard = now }

    package mutating func heard(now: NIODeadline) {
        self.lastHeard = now
        self.hasPinged = false
    }

    package mutating func verdict(now: NIODeadline) -> Verdict {
        let silence = now - self.lastHeard
        if silence >= Self.silenceLimit { return .silent }
        guard silence >= Self.pingAfter, !self.hasPinged else { return .alive }
        self.hasPinged = true
        return .ping
    }

    /// From here on only the peer's end of the socket is awaited.
    mutating func startLinger(now: NIODeadline) { self.lastHeard = now }

    func lingerIsOver(now: NIODeadline) -> Bool { now - self.lastHeard >= Self.lingerTime }

    private static let pingAfter = TimeAmount.seconds(15)
    /// With a sweep each second this ends half-open connections within 30 seconds.
    private static let silenceLimit = TimeAmount.seconds(28)
    private static let lingerTime = TimeAmount.seconds(2)
}
