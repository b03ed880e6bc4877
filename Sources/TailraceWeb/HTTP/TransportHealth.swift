internal import Glibc
internal import NIOCore

/// Asks the kernel whether a peer's TCP still answers: tells a peer that vanished from one that merely does not read.
///
/// A vanished peer leaves segments, or probes of its closed window, unanswered; a slow reader's kernel answers both.
enum TransportHealth {
    /// Calls back on the event loop, at once. True for sockets other than TCP, which have no half-open state.
    static func check(_ channel: any Channel, _ then: @escaping (_ isAnswering: Bool) -> Void) {
        guard channel.remoteAddress?.protocol != .unix, let provider = channel as? any SocketOptionProvider else {
            then(true)
            return
        }
        provider.getTCPInfo().assumeIsolated().whenComplete { result in
            switch result {
            case .success(let info): then(Self.isAnswering(info))
            case .failure: then(true)
            }
        }
    }

    private static func isAnswering(_ info: tcp_info) -> Bool {
        let isWaiting = info.tcpi_unacked > 0 || info.tcpi_probes >= Self.unansweredProbes
        return !isWaiting || info.tcpi_last_ack_recv < Self.silenceMilliseconds
    }

    /// One is on its way most of the time.
    private static let unansweredProbes = 2
    /// With a sweep each second this ends half-open connections within 30 seconds.
    private static let silenceMilliseconds = 28_000
}
