internal import NIOCore

/// The value of a `Host` header (RFC 9110 §7.2): host in lower case, port if named.
struct HostAndPort: Hashable {
    var host: String
    var port: Int?
    /// An IPv4 or bracketed IPv6 address.
    var isAddress: Bool

    init?(_ text: String) {
        let text = text.lowercased()
        var rest = text[...]
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let inside = String(text[text.index(after: text.startIndex)..<end])
            guard case .v6 = try? SocketAddress(ipAddress: inside, port: 0) else { return nil }
            self.host = String(text[...end])
            self.isAddress = true
            rest = text[text.index(after: end)...]
        } else {
            let end = text.firstIndex(of: ":") ?? text.endIndex
            self.host = String(text[..<end])
            guard !self.host.isEmpty, self.host.utf8.allSatisfy(Self.isNameByte) else { return nil }
            if case .v4 = try? SocketAddress(ipAddress: self.host, port: 0) {
                self.isAddress = true
            } else {
                self.isAddress = false
            }
            rest = text[end...]
        }
        guard !rest.isEmpty else { return }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        // `host:` with an empty port is legal and means the default.
        guard !digits.isEmpty else { return }
        guard let port = Int(digits), (1...65535).contains(port) else { return nil }
        self.port = port
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// An `Origin` of RFC 6454: scheme, host and port. `null` is none.
struct WebOrigin: Hashable, CustomStringConvertible {
    var scheme: String
    var authority: HostAndPort

    init?(_ text: String) {
        guard let range = text.firstRange(of: "://") else { return nil }
        self.scheme = text[..<range.lowerBound].lowercased()
        guard self.scheme == "http" || self.scheme == "https",
            let authority = HostAndPort(String(text[range.upperBound...]))
        else { return nil }
        self.authority = authority
    }

    var defaultPort: Int { self.scheme == "https" ? 443 : 80 }
    var port: Int { self.authority.port ?? self.defaultPort }
    var description: String { "\(self.scheme)://\(self.authority.host):\(self.port)" }
}
