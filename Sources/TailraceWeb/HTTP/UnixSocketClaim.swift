internal import Glibc

/// Makes way for a Unix socket: removes what a crash left, never a live one.
enum UnixSocketClaim {
    static func claim(_ path: String) throws(ListenError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ListenError(
                address: "unix:\(path)", reason: "something that is not a socket is there",
                hint: "move it away or choose another path")
        }
        guard Self.isAbandoned(path) else {
            throw ListenError(
                address: "unix:\(path)", reason: "another program is listening there",
                hint: "stop it or choose another path")
        }
        unlink(path)
    }

    /// Nobody listens on a socket that a dead process left: connecting is refused.
    private static func isAbandoned(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: path.utf8.prefix(target.count - 1))
        }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return outcome != 0 && errno == ECONNREFUSED
    }
}
