import CLinux
import Glibc

/// What a socket carries.
enum SocketCarriage: String, Sendable, CaseIterable {
    /// Lines over connections.
    case stream
    /// One message per event, no connection.
    case datagram
    /// One message per event, over connections.
    case seqpacket

    var socketType: Int32 {
        switch self {
        case .stream: Int32(SOCK_STREAM.rawValue)
        case .datagram: Int32(SOCK_DGRAM.rawValue)
        case .seqpacket: Int32(SOCK_SEQPACKET.rawValue)
        }
    }
}

/// Where an input listens.
enum SocketEndpoint: Sendable, Hashable, CustomStringConvertible {
    case unix(UnixPlace)
    case network(SocketCarriage, IPAddress, port: UInt16)

    var carriage: SocketCarriage {
        switch self {
        case .unix(let place): place.carriage
        case .network(let carriage, _, _): carriage
        }
    }

    /// Whether other hosts can reach it.
    var isOpenToOthers: Bool {
        switch self {
        case .unix: false
        case .network(_, let address, _): !address.isLoopback
        }
    }

    /// As the configuration of a syslog input writes it.
    var description: String {
        switch self {
        case .unix(let place): (place.carriage == .datagram ? "unixgram:" : "unix:") + place.path
        case .network(let carriage, let address, let port):
            "\(carriage == .datagram ? "udp" : "tcp"):\(address.isV4 ? "\(address)" : "[\(address)]"):\(port)"
        }
    }

    /// Whether a socket with that address serves this one.
    func isServed(by other: SocketEndpoint) -> Bool {
        switch (self, other) {
        case (.unix(let mine), .unix(let theirs)): mine.path == theirs.path && mine.carriage == theirs.carriage
        case (.network(let carriage, let address, let port), .network(let other, let theirs, let theirPort)):
            carriage == other && port == theirPort && (address == theirs || (address.isAny && theirs.isAny))
        default: false
        }
    }

    /// The address that a socket is bound to; nil if it is of no kind that inputs know.
    init?(boundTo descriptor: Int32) {
        var type: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0,
            let carriage = SocketCarriage.allCases.first(where: { $0.socketType == type }),
            Self.name(of: descriptor, &address, &size) == 0
        else { return nil }
        if Int32(address.ss_family) == AF_UNIX {
            let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
            let path = withUnsafeBytes(of: address) { bytes in
                String(decoding: bytes[start..<max(start, Int(size))].prefix { $0 != 0 }, as: UTF8.self)
            }
            self = .unix(UnixPlace(path: path, carriage: carriage))
        } else if let host = IPAddress(address) {
            let port = withUnsafeBytes(of: address) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
            self = .network(carriage, host, port: port)
        } else {
            return nil
        }
    }

    private static func name(
        of descriptor: Int32, _ address: inout sockaddr_storage, _ size: inout socklen_t
    ) -> Int32 {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
    }
}

/// A Unix socket's file, and who may use it.
struct UnixPlace: Sendable, Hashable {
    var path: String
    var carriage: SocketCarriage
    /// The socket file's permission bits.
    var permissions: mode_t = 0o660
    /// A user's name or number; nil leaves the relay's own.
    var owner: String?
    var group: String?

    /// `sockaddr_un.sun_path` less its final zero, unix(7).
    static let maxPathBytes = 107
}
