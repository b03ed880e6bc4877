import Glibc

/// The other end of `NOTIFY_SOCKET`: what systemd would read.
final class NotifyEnd {
    /// In the form of the variable; a name without a file, so that nothing is left behind.
    let name: String
    private let descriptor: Int32

    init() throws {
        self.name = "@tailrace-test-\(getpid())-\(UInt64.random(in: .min ... .max))"
        self.descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: self.name.utf8)
            path[0] = 0
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + self.name.utf8.count)
        let outcome = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(self.descriptor, $0, length) }
        }
        guard outcome == 0 else { throw Failure(code: errno) }
    }

    deinit { close(self.descriptor) }

    struct Failure: Error { var code: Int32 }

    /// The next message; nil if none comes within the time.
    func next(milliseconds: Int32) -> [String]? {
        var waiting = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(self.descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
