internal import CLinux
internal import Glibc

/// A connection to a relay's Unix socket, of the kind that the socket turns out to be.
package struct SenderSocket: ~Copyable {
    package enum Kind: Sendable, Hashable { case stream, messages }

    package struct Problem: Error, Sendable, CustomStringConvertible {
        package var description: String
    }

    package let kind: Kind
    package let path: String
    private let descriptor: Int32

    package init(path: String) throws(Problem) {
        self.path = path
        for (number, kind) in [(SOCK_STREAM, Kind.stream), (SOCK_DGRAM, .messages), (SOCK_SEQPACKET, .messages)] {
            let descriptor = socket(AF_UNIX, Int32(number.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw Self.problem(path, errno) }
            if try Self.connect(descriptor, path) == 0 {
                self.descriptor = descriptor
                self.kind = kind
                return
            }
            let code = errno
            close(descriptor)
            // The socket is of another kind.
            guard code == EPROTOTYPE else { throw Self.problem(path, code) }
        }
        throw Self.problem(path, EPROTOTYPE)
    }

    deinit { close(self.descriptor) }

    /// Writes all of it; waits while the relay is behind.
    package func write(_ bytes: some Collection<UInt8>) throws(Problem) {
        let bytes = Array(bytes)
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress! + start, $0.count - start, 0)
            }
            if count >= 0 { start += count } else if errno != EINTR { throw Self.problem(self.path, errno) }
        }
    }

    /// Sends one message; false if it is longer than the kernel lets through.
    package func send(message: [UInt8]) throws(Problem) -> Bool {
        while true {
            let count = message.withUnsafeBytes { Glibc.send(self.descriptor, $0.baseAddress, $0.count, 0) }
            if count >= 0 { return true }
            switch errno {
            case EINTR: continue
            case EMSGSIZE: if !self.makeRoom(for: message.count) { return false }
            default: throw Self.problem(self.path, errno)
            }
        }
    }

    /// The kernel doubles what is asked for and takes its own book-keeping from it.
    private func makeRoom(for bytes: Int) -> Bool {
        var before: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(self.descriptor, SOL_SOCKET, SO_SNDBUF, &before, &size)
        var wanted = Int32(clamping: bytes + 4096)
        if setsockopt(self.descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &wanted, size) != 0 {
            setsockopt(self.descriptor, SOL_SOCKET, SO_SNDBUF, &wanted, size)
        }
        var after: Int32 = 0
        getsockopt(self.descriptor, SOL_SOCKET, SO_SNDBUF, &after, &size)
        return after > before
    }

    private static func connect(_ descriptor: Int32, _ path: String) throws(Problem) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Problem(description: "the path of a socket has at most 107 bytes: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func problem(_ path: String, _ code: Int32) -> Problem {
        let reason =
            switch code {
            case ENOENT: "there is no such socket; start the relay, or name its socket with --socket"
            case ECONNREFUSED: "nobody listens there; start the relay, or name its socket with --socket"
            case EACCES, EPERM: "no permission; join the group that may write to it"
            case EPIPE, ECONNRESET: "the relay closed it; lines that it had not read yet are lost, send them again"
            case ENOTSOCK: "it is not a socket"
            default: String(cString: strerror(code))
            }
        return Problem(description: "cannot send to \(path): \(reason)")
    }
}
