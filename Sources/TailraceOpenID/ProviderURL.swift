internal import NIOCore

/// The address of a provider's endpoint: `https://host:port/path?query`.
///
/// Without TLS only this machine is spoken to, since whoever stands between could sign in as anybody.
package struct ProviderURL: Sendable, Hashable {
    let isSecure: Bool
    let host: String
    let port: Int
    /// What stands in a request: the path and the query.
    let target: String
    /// `host` or `host:port`, as it stands in `Host`.
    let authority: String

    private static let maxBytes = 2048

    package init(_ text: String) throws(OpenIDError) {
        guard text.utf8.count <= Self.maxBytes, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw Self.problem(text, "it has signs that no URL has, or is too long")
        }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "https" || scheme == "http", text.dropFirst(scheme.count).hasPrefix("://") else {
            throw Self.problem(text, "it does not begin with https://")
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let target = rest.dropFirst(authority.count).prefix { $0 != "#" }
        guard !authority.contains("@"), let (host, port) = Self.split(authority) else {
            throw Self.problem(text, "its host or port is wrong")
        }
        self.isSecure = scheme == "https"
        self.host = host
        self.port = port ?? (self.isSecure ? 443 : 80)
        self.authority = String(authority)
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
        guard self.isSecure || ["localhost", "127.0.0.1", "::1"].contains(host) else {
            throw Self.problem(text, "http:// is for this machine alone; a provider needs https://")
        }
    }

    var isAddress: Bool { (try? SocketAddress(ipAddress: self.host, port: 0)) != nil }

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : nil
        let host = authority[..<(end ?? authority.firstIndex(of: ":") ?? authority.endIndex)]
        let name = end == nil ? host : host.dropFirst().dropLast()
        let tail = authority[host.endIndex...]
        guard !name.isEmpty else { return nil }
        guard !tail.isEmpty else { return (name.lowercased(), nil) }
        guard tail.hasPrefix(":"), let port = Int(tail.dropFirst()), (1...65_535).contains(port) else { return nil }
        return (name.lowercased(), port)
    }

    private static func problem(_ text: String, _ reason: String) -> OpenIDError {
        .unusable(what: "address \"\(text.prefix(100))\"", reason: reason)
    }
}
