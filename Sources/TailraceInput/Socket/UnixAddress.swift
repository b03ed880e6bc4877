import CLinux
import Glibc

/// `sockaddr_un` made from a path.
enum UnixAddress {
    /// `bind(2)`; the path must have at most `UnixPlace.maxPathBytes` bytes.
    static func bind(_ descriptor: Int32, to path: String) -> Int32 {
        Self.withAddress(path) { Glibc.bind(descriptor, $0, $1) }
    }

    /// `connect(2)`.
    static func connect(_ descriptor: Int32, to path: String) -> Int32 {
        Self.withAddress(path) { Glibc.connect(descriptor, $0, $1) }
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count <= UnixPlace.maxPathBytes else {
            errno = ENAMETOOLONG
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
