internal import Glibc

/// Sends single datagrams to a Unix socket and never waits: what the other end does not take at once is not sent.
struct DatagramSocket: Sendable {
    private let address: sockaddr_un
    private let length: socklen_t

    /// Nil where the text names no socket: an absolute path, or `@` and a name for one without a file (unix(7)).
    init?(_ place: String) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isAbstract = place.hasPrefix("@")
        let bytes = Array(place.utf8)
        guard place.hasPrefix("/") || isAbstract, bytes.count > 1, bytes.count <= ListenAddress.maxUnixPathBytes,
            !bytes.contains(0)
        else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: bytes)
            if isAbstract { path[0] = 0 }
        }
        self.address = address
        let family = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 0
        // The zero behind a path counts; a name without a file ends where its length says.
        self.length = socklen_t(family + bytes.count + (isAbstract ? 0 : 1))
    }

    /// True if the other end has it.
    func send(_ bytes: [UInt8]) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        let sent = withUnsafePointer(to: self.address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, flags, $0, self.length)
            }
        }
        return sent == bytes.count
    }
}
