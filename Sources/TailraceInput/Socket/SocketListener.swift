import CLinux
import Glibc

/// A listening socket: made here, or handed over by who started the relay.
final class SocketListener {
    let number: Int32
    /// What it is bound to, with the port that the kernel chose.
    let endpoint: SocketEndpoint
    /// Whether the socket outlives the relay: what waits in it is then read after the next start.
    let isHandedOver: Bool
    private let file: SocketFile?
    private let descriptor: OwnedDescriptor?
    private var drops: UInt32 = 0

    /// Connections that may wait for `accept`; the kernel lowers it to net.core.somaxconn.
    static let backlog: Int32 = 4096

    /// - Parameter handed: sockets that are bound already; one for this endpoint is taken instead of a new one.
    static func make(
        _ endpoint: SocketEndpoint, handed: [Int32], receiveBuffer: Int?
    ) throws(SystemRefusal) -> SocketListener {
        for number in handed {
            guard let bound = SocketEndpoint(boundTo: number), endpoint.isServed(by: bound) else { continue }
            return try SocketListener(handedOver: number, bound)
        }
        let listener =
            switch endpoint {
            case .unix(let place): try SocketListener(SocketFile.make(place), endpoint)
            case .network(let carriage, let address, let port):
                try SocketListener(network: carriage, address, port: port)
            }
        if let receiveBuffer, endpoint.carriage == .datagram {
            Self.setReceiveBuffer(listener.number, bytes: receiveBuffer)
        }
        return listener
    }

    private init(_ file: consuming SocketFile, _ endpoint: SocketEndpoint) {
        self.number = file.descriptor.number
        self.file = consume file
        self.descriptor = nil
        self.endpoint = endpoint
        self.isHandedOver = false
    }

    /// The handed over descriptor stays open in the relay, whatever becomes of the input; this one is a copy.
    private init(handedOver number: Int32, _ endpoint: SocketEndpoint) throws(SystemRefusal) {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw SystemRefusal("cannot use the socket handed over for \(endpoint)", errno: errno) }
        self.descriptor = OwnedDescriptor(copy)
        _ = fcntl(copy, F_SETFL, fcntl(copy, F_GETFL) | O_NONBLOCK)
        self.number = copy
        self.file = nil
        self.endpoint = endpoint
        self.isHandedOver = true
        // Those who handed it over may have left this to us, and twice does no harm.
        if endpoint.carriage != .datagram { listen(copy, Self.backlog) }
        self.drops = self.countedDrops() ?? 0
    }

    private init(network carriage: SocketCarriage, _ address: IPAddress, port: UInt16) throws(SystemRefusal) {
        let asked = SocketEndpoint.network(carriage, address, port: port)
        let number = socket(
            address.isV4 ? AF_INET : AF_INET6,
            carriage.socketType | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard number >= 0 else { throw Self.refusal(asked, errno: errno) }
        let owned = OwnedDescriptor(number)
        if carriage == .stream {
            // A restart must not wait for connections of the run before.
            Self.set(number, SOL_SOCKET, SO_REUSEADDR, 1)
            // Notices peers that went without a word; connections inherit it.
            Self.set(number, SOL_SOCKET, SO_KEEPALIVE, 1)
            Self.set(number, Int32(IPPROTO_TCP), TCP_KEEPIDLE, 60)
            Self.set(number, Int32(IPPROTO_TCP), TCP_KEEPINTVL, 15)
            Self.set(number, Int32(IPPROTO_TCP), TCP_KEEPCNT, 4)
        }
        // `[::]` is every address of both families.
        if !address.isV4 { Self.set(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, address.isAny ? 0 : 1) }
        guard address.withSocketAddress(port: port, { bind(number, $0, $1) }) == 0 else {
            throw Self.refusal(asked, errno: errno)
        }
        if carriage == .stream, listen(number, Self.backlog) != 0 { throw Self.refusal(asked, errno: errno) }
        self.number = number
        self.descriptor = consume owned
        self.file = nil
        self.endpoint = SocketEndpoint(boundTo: number) ?? asked
        self.isHandedOver = false
    }

    /// Whether senders are known by their processes; else by their addresses.
    var isLocal: Bool { if case .unix = self.endpoint { true } else { false } }

    /// Takes the socket's file away, if there is one and it is still this socket's.
    func removeFile() { self.file?.removeFile() }

    /// How many messages the kernel has thrown away since the last call, because they came faster than they were read.
    func newDrops() -> UInt32 {
        guard let total = self.countedDrops() else { return 0 }
        defer { self.drops = total }
        return total &- self.drops
    }

    /// `SK_MEMINFO_DROPS`, linux/sock_diag.h.
    private static let dropsIndex = 8

    /// `SO_MEMINFO`, sock_diag(7): the same count as in /proc/net/udp, modulo 2³².
    private func countedDrops() -> UInt32? {
        var facts = [UInt32](repeating: 0, count: 16)
        var length = socklen_t(facts.count * MemoryLayout<UInt32>.size)
        guard getsockopt(self.number, SOL_SOCKET, SO_MEMINFO, &facts, &length) == 0,
            Int(length) > Self.dropsIndex * MemoryLayout<UInt32>.size
        else { return nil }
        return facts[Self.dropsIndex]
    }

    private static func set(_ number: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(number, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Beyond the system's own limit only with the right to; without it, up to that limit.
    private static func setReceiveBuffer(_ number: Int32, bytes: Int) {
        // The kernel doubles what it is given, for its own book-keeping.
        let value = Int32(clamping: bytes / 2)
        Self.set(number, SOL_SOCKET, SO_RCVBUF, value)
        Self.set(number, SOL_SOCKET, SO_RCVBUFFORCE, value)
    }

    private static func refusal(_ endpoint: SocketEndpoint, errno code: Int32) -> SystemRefusal {
        let hint: String? =
            switch code {
            case EACCES:
                "ports below 1024 need a right: AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit, a .socket unit, "
                    + "or a higher port"
            case EADDRINUSE: "another program listens there; stop it (ss -lnp shows it) or choose another port"
            case EADDRNOTAVAIL: "this host does not have that address; \"*\" stands for all that it has"
            default: nil
            }
        return SystemRefusal("cannot listen on \(endpoint)", errno: code, hint: hint)
    }
}
