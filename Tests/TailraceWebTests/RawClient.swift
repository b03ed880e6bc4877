import Glibc

/// A blocking TCP client that sends what it is told: the checks must not share code with the server.
final class RawClient {
    struct Failed: Error, CustomStringConvertible {
        var what: String
        var description: String { "\(self.what): errno \(errno)" }
    }

    struct Frame: Equatable {
        var first: UInt8
        var payload: [UInt8]
    }

    private let descriptor: Int32
    private var pending: [UInt8] = []

    init(port: Int, waitSeconds: Int = 20) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard outcome == 0 else { throw Failed(what: "connect") }
        // A hanging server fails the test instead of the run.
        var timeout = timeval(tv_sec: waitSeconds, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(self.descriptor) }

    func send(_ bytes: [UInt8]) throws {
        // A server that has refused may close while we still send.
        guard Glibc.send(self.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failed(what: "send")
        }
    }

    /// Sends, then reads until the server closes.
    func talk(_ text: String) throws -> String {
        try self.send(Array(text.utf8))
        return String(decoding: try self.readToEnd(), as: UTF8.self)
    }

    func readToEnd() throws -> [UInt8] {
        while try self.fill() {}
        defer { self.pending = [] }
        return self.pending
    }

    func readHead() throws -> String {
        while true {
            if let end = self.pending.firstRange(of: [0x0d, 0x0a, 0x0d, 0x0a]) {
                defer { self.pending.removeSubrange(..<end.upperBound) }
                return String(decoding: self.pending[..<end.upperBound], as: UTF8.self)
            }
            guard try self.fill() else { throw Failed(what: "end within a head") }
        }
    }

    func readFrame() throws -> Frame {
        let header = try self.take(2)
        var length = Int(header[1])
        if length == 126 { length = try self.take(2).reduce(0) { $0 << 8 | Int($1) } }
        return Frame(first: header[0], payload: try self.take(length))
    }

    static func handshake(_ path: String, _ more: String = "") -> [UInt8] {
        Array(
            """
            GET \(path) HTTP/1.1\r
            Host: localhost\r
            Upgrade: websocket\r
            Connection: keep-alive, Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \(more)\r\n
            """.utf8)
    }

    /// A short frame, masked.
    static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let mask: [UInt8] = [0xa1, 0xb2, 0xc3, 0xd4]
        return [first, 0x80 | UInt8(payload.count)] + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    /// A bound socket file that nobody listens on, as after a crash.
    static func leaveSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard outcome == 0 else { throw Failed(what: "bind") }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while self.pending.count < count {
            guard try self.fill() else { throw Failed(what: "end within a frame") }
        }
        defer { self.pending.removeFirst(count) }
        return Array(self.pending.prefix(count))
    }

    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(self.descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw Failed(what: "recv") }
        self.pending += chunk[..<count]
        return count > 0
    }
}

extension String {
    /// The bodies of responses that stand one behind the other.
    func components(after separator: String) -> [String] {
        self.split(separator: "HTTP/1.1 ").map { response in
            response.firstRange(of: separator).map { String(response[$0.upperBound...]) } ?? ""
        }
    }
}
