internal import Glibc
internal import TailraceInput
internal import TailraceWeb

/// The listening sockets that systemd opened for the page (`tailrace.socket`).
///
/// They stay open while the relay restarts: whoever connects meanwhile waits in the kernel and is not refused.
struct HandedListeners {
    /// Their `FileDescriptorName=`.
    static let name = "http"

    private struct Listener {
        var descriptor: Int32
        var address: ListenAddress
    }

    private let listeners: [Listener]

    init(_ sockets: HandedSockets) throws(RelayError) {
        var listeners: [Listener] = []
        for descriptor in sockets.descriptors(named: Self.name) {
            listeners.append(Listener(descriptor: descriptor, address: try Self.address(of: descriptor)))
        }
        self.listeners = listeners
    }

    /// Where the server listens: on what was handed over, and beside it on the configured addresses that none of it
    /// has. The default address is only for those who were handed nothing.
    ///
    /// - Parameter hasLogin: readers have to say who they are.
    func addresses(
        for settings: ServerSettings, hasLogin: Bool = false
    ) throws(RelayError) -> [TailraceWeb.ListenAddress] {
        let handed = Set(self.listeners.map(\.address))
        if let exposed = handed.first(where: { !$0.isLocal }), !settings.insecure, !hasLogin {
            throw RelayError(
                "the socket that systemd handed over for the page: \(ConfigurationReader.exposure(exposed)); "
                    + "change ListenStream= in tailrace.socket, or set insecure = true in [server] to accept that")
        }
        var addresses: [TailraceWeb.ListenAddress] = []
        for listener in self.listeners {
            // A copy, since the server closes what it listens on and a later one may need the socket again.
            let copy = fcntl(listener.descriptor, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else {
                throw RelayError(
                    "cannot copy the socket for \(listener.address): \(String(cString: strerror(errno)).lowercased())")
            }
            addresses.append(.inherited(descriptor: copy))
        }
        let isDefault = settings.listen == [.standard]
        let others = handed.isEmpty || !isDefault ? settings.listen.filter { !handed.contains($0) } : []
        return addresses + others.map(TailraceWeb.ListenAddress.init)
    }

    private static func address(of descriptor: Int32) throws(RelayError) -> ListenAddress {
        guard Self.option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue),
            Self.option(SO_ACCEPTCONN, of: descriptor) == 1, let address = Self.localAddress(of: descriptor)
        else {
            throw RelayError(
                "what systemd handed over under the name \"\(Self.name)\" is no listening stream socket; in the "
                    + "socket's unit use ListenStream= with an address or a path, and Accept=no")
        }
        return address
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }

    private static func localAddress(of descriptor: Int32) -> ListenAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let outcome = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard outcome == 0 else { return nil }
        let family = Int32(storage.ss_family)
        return withUnsafeBytes(of: &storage) { bytes in
            switch family {
            case AF_INET: Self.network(bytes.load(as: sockaddr_in.self))
            case AF_INET6: Self.network(bytes.load(as: sockaddr_in6.self))
            case AF_UNIX: Self.path(bytes.prefix(Int(length)))
            default: nil
            }
        }
    }

    private static func network(_ address: sockaddr_in) -> ListenAddress? {
        var host = address.sin_addr
        return Self.text(AF_INET, &host).map { .tcp(host: $0, port: Int(UInt16(bigEndian: address.sin_port))) }
    }

    private static func network(_ address: sockaddr_in6) -> ListenAddress? {
        var host = address.sin6_addr
        return Self.text(AF_INET6, &host).map { .tcp(host: $0, port: Int(UInt16(bigEndian: address.sin6_port))) }
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, address, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// A name without a file begins with a zero byte and is written with `@`.
    private static func path(_ bytes: Slice<UnsafeRawBufferPointer>) -> ListenAddress {
        let path = bytes.dropFirst(MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 0)
        if path.first == 0 { return .unix(path: "@" + String(decoding: path.dropFirst(), as: UTF8.self)) }
        return .unix(path: String(decoding: path.prefix { $0 != 0 }, as: UTF8.self))
    }
}
