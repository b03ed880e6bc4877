import Glibc
import TailraceCodec

/// One HTTP request over a connection of its own: enough to ask a relay a question.
enum OneRequest {
    struct Answer {
        var status: Int
        var body: [UInt8]

        /// What a problem says, RFC 9457.
        var detail: String { JSONMembers(self.body)?.string("detail") ?? "without a reason" }
    }

    /// A report is a few KiB.
    private static let maxAnswerBytes = 4 << 20
    private static let timeoutSeconds = 30

    static func post(_ url: String, path: String, json: [UInt8]) throws(CommandFailure) -> Answer {
        let (host, port) = try Self.authority(of: url)
        let socket = try Self.connect(host, port, url)
        defer { close(socket) }
        let shownHost = host.contains(":") ? "[\(host)]" : host
        let head = "POST \(path) HTTP/1.1\r\nHost: \(shownHost):\(port)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(json.count)\r\nConnection: close\r\n\r\n"
        try Self.send(Array(head.utf8) + json, over: socket, url)
        return try Self.answer(Self.receive(from: socket, url), url)
    }

    private static func authority(of url: String) throws(CommandFailure) -> (host: String, port: String) {
        let wrong = CommandFailure("\"\(url)\" is not the address of a relay; write http://HOST:PORT", code: 2)
        guard url.hasPrefix("http://") else { throw wrong }
        let authority = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            let rest = authority[authority.index(after: end)...]
            return (String(authority[authority.index(after: authority.startIndex)..<end]), Self.port(rest))
        }
        let host = authority.prefix { $0 != ":" }
        guard !host.isEmpty else { throw wrong }
        return (String(host), Self.port(authority.dropFirst(host.count)))
    }

    private static func port(_ text: Substring) -> String { text.count > 1 ? String(text.dropFirst()) : "80" }

    private static func connect(_ host: String, _ port: String, _ url: String) throws(CommandFailure) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, port, &hints, &found)
        guard status == 0 else {
            throw CommandFailure("cannot find \(host): \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(found) }
        var next = found
        var reason = "no address"
        while let address = next?.pointee {
            let socket = Glibc.socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
            if socket >= 0 {
                var limit = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
                let size = socklen_t(MemoryLayout<timeval>.size)
                setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
                setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
                if Glibc.connect(socket, address.ai_addr, address.ai_addrlen) == 0 { return socket }
                reason = String(cString: strerror(errno))
                close(socket)
            }
            next = address.ai_next
        }
        throw CommandFailure("cannot reach \(url): \(reason); is the relay running there?")
    }

    private static func send(_ bytes: [UInt8], over socket: Int32, _ url: String) throws(CommandFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, 0) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.broken(url) }
            sent += count
        }
    }

    private static func receive(from socket: Int32, _ url: String) throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= Self.maxAnswerBytes {
            let count = recv(socket, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.broken(url) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw CommandFailure("\(url) sends more than an answer; is it a relay?")
    }

    private static func broken(_ url: String) -> CommandFailure {
        CommandFailure("the connection to \(url) broke: \(String(cString: strerror(errno)))")
    }

    private static func answer(_ bytes: [UInt8], _ url: String) throws(CommandFailure) -> Answer {
        let text = String(decoding: bytes.prefix(16), as: UTF8.self)
        let words = text.split(separator: " ")
        let end = bytes.indices.dropLast(3).first { bytes[$0..<$0 + 4].elementsEqual([0x0d, 0x0a, 0x0d, 0x0a]) }
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1].prefix(3)), let end else {
            throw CommandFailure("\(url) does not answer in HTTP; is it a relay?")
        }
        return Answer(status: status, body: Array(bytes[(end + 4)...]))
    }
}
