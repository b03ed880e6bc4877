import Glibc

/// One address of `[server] listen`.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    case tcp(host: String, port: Int)
    case unix(path: String)

    package static let standard = ListenAddress.tcp(host: "127.0.0.1", port: 8245)

    /// The longest path a Unix socket can have: `sun_path` less its terminator (unix(7)).
    package static let maxUnixPathBytes = 107

    /// Why a text is not an address, and what to write.
    package struct Problem: Error, Sendable, Hashable {
        package var message: String
        package var hint: String
    }

    /// Reads `HOST:PORT`, `[IPV6]:PORT` or `unix:/PATH`.
    package init(parsing text: String) throws(Problem) {
        if text.hasPrefix("unix:") {
            self = .unix(path: try Self.unixPath(String(text.dropFirst(5)), in: text))
        } else {
            self = try Self.tcp(text)
        }
    }

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Only this host can connect.
    package var isLocal: Bool {
        switch self {
        case .unix: true
        case .tcp(let host, _): Self.isLoopback(host)
        }
    }

    private static func unixPath(_ path: String, in text: String) throws(Problem) -> String {
        guard path.hasPrefix("/") else {
            throw Problem(message: "\"\(text)\" has no absolute path", hint: "write \"unix:/run/tailrace/http.sock\"")
        }
        guard path.utf8.count <= Self.maxUnixPathBytes else {
            throw Problem(
                message: "the path in \"\(text)\" is longer than the \(Self.maxUnixPathBytes) bytes a socket can have",
                hint: "use a shorter path")
        }
        return path
    }

    private static func tcp(_ text: String) throws(Problem) -> ListenAddress {
        let example = "write an address and a port such as \"127.0.0.1:8245\", \"[::1]:8245\" or \"0.0.0.0:8245\""
        guard let colon = text.lastIndex(of: ":") else {
            throw Problem(message: "\"\(text)\" has no port", hint: example)
        }
        let portText = text[text.index(after: colon)...]
        guard !portText.isEmpty, portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(portText)
        else {
            throw Problem(message: "\"\(portText)\" in \"\(text)\" is not a port from 0 to 65535", hint: example)
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 2
        if isBracketed { host = host.dropFirst().dropLast() }
        guard Self.isHost(host, isBracketed: isBracketed) else {
            throw Problem(message: "\"\(text)\" has no valid host", hint: example)
        }
        return .tcp(host: String(host), port: Int(port))
    }

    private static func isHost(_ host: Substring, isBracketed: Bool) -> Bool {
        if isBracketed { return Self.ipv6(String(host)) != nil }
        guard !host.isEmpty, host.utf8.count <= 253 else { return false }
        return host.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        var ipv4 = in_addr()
        if inet_pton(AF_INET, host, &ipv4) == 1 { return UInt32(bigEndian: ipv4.s_addr) >> 24 == 127 }
        guard let ipv6 = Self.ipv6(host) else { return false }
        let isMapped = ipv6[..<10].allSatisfy { $0 == 0 } && ipv6[10] == 0xFF && ipv6[11] == 0xFF
        return (ipv6[..<15].allSatisfy { $0 == 0 } && ipv6[15] == 1) || (isMapped && ipv6[12] == 127)
    }

    /// The 16 bytes of an IPv6 address, in network order.
    private static func ipv6(_ text: String) -> [UInt8]? {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: &address) { [UInt8]($0) }
    }
}
