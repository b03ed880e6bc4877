/// Where a relay is reached, and what an address copied from its page says beyond that.
package struct RelayAddress: Sendable, Hashable {
    package enum Endpoint: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    package static let standard = RelayAddress(endpoint: .tcp(host: "127.0.0.1", port: Self.standardPort))
    static let standardPort = 8245
    /// `sun_path` of `unix(7)`, without its end.
    static let maxUnixPathBytes = 107

    package var endpoint: Endpoint
    package var isSecure = false
    /// The folder that the relay's page lies in, with a slash at both ends: another than `/` behind some proxies.
    package var folder = "/"
    /// The view that the page's address holds.
    package var query: [QueryItem] = []

    /// Reads `http://host:port/…`, `ws://…`, `unix:/path`, `host:port` or `host`, with the query of a page.
    package init(parsing text: String) throws(AddressError) {
        if let rest = Self.rest(of: text, behind: "unix:") {
            self = try Self.unix(rest, text)
        } else if let rest = Self.rest(of: text, behind: "http://") ?? Self.rest(of: text, behind: "ws://") {
            self = try Self.tcp(rest, text, isSecure: false, standardPort: 80)
        } else if let rest = Self.rest(of: text, behind: "https://") ?? Self.rest(of: text, behind: "wss://") {
            self = try Self.tcp(rest, text, isSecure: true, standardPort: 443)
        } else if text.contains("://") {
            throw AddressError(text, "not an address of a relay; expected http://HOST:PORT or unix:/PATH")
        } else {
            self = try Self.tcp(text[...], text, isSecure: false, standardPort: Self.standardPort)
        }
    }

    init(endpoint: Endpoint) { self.endpoint = endpoint }

    /// The address without the view, for messages.
    package var shown: String {
        switch self.endpoint {
        case .unix(let path): return "unix:\(path)"
        case .tcp(let host, let port):
            let name = host.contains(":") ? "[\(host)]" : host
            return "\(self.isSecure ? "https" : "http")://\(name):\(port)\(self.folder == "/" ? "" : self.folder)"
        }
    }

    /// `Host` of requests.
    var hostHeader: String {
        switch self.endpoint {
        case .unix: return "localhost"
        case .tcp(let host, let port): return "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }

    private static func rest(of text: String, behind scheme: String) -> Substring? {
        text.prefix(scheme.count).lowercased() == scheme ? text.dropFirst(scheme.count) : nil
    }
}

extension RelayAddress {
    private static func unix(_ rest: Substring, _ text: String) throws(AddressError) -> RelayAddress {
        let (body, query) = try Self.split(rest, text)
        // `unix:///run/x` is the same as `unix:/run/x`.
        let path = body.hasPrefix("//") ? String(body.dropFirst(2)) : String(body)
        guard path.hasPrefix("/") else {
            throw AddressError(text, "the path of a socket begins with /, as in unix:/run/tailrace/http.sock")
        }
        guard path.utf8.count <= Self.maxUnixPathBytes, !path.utf8.contains(0) else {
            throw AddressError(text, "the path of a socket has at most \(Self.maxUnixPathBytes) bytes")
        }
        var address = RelayAddress(endpoint: .unix(path: path))
        address.query = query
        return address
    }

    private static func tcp(
        _ rest: Substring, _ text: String, isSecure: Bool, standardPort: Int
    ) throws(AddressError) -> RelayAddress {
        let (body, query) = try Self.split(rest, text)
        let slash = body.firstIndex(of: "/") ?? body.endIndex
        let (host, port) = try Self.hostAndPort(body[..<slash], text, standardPort: standardPort)
        var address = RelayAddress(endpoint: .tcp(host: host, port: port))
        address.isSecure = isSecure
        address.folder = Self.folder(of: body[slash...])
        address.query = query
        return address
    }

    /// The part before `?` and the parameters behind it; a fragment is the page's own business.
    private static func split(_ rest: Substring, _ text: String) throws(AddressError) -> (Substring, [QueryItem]) {
        let whole = rest.prefix { $0 != "#" }
        let mark = whole.firstIndex(of: "?") ?? whole.endIndex
        guard mark < whole.endIndex else { return (whole, []) }
        guard let query = QueryItem.list(decoding: whole[whole.index(after: mark)...]) else {
            throw AddressError(text, "a % in it is not followed by two hexadecimal digits, or it is not UTF-8")
        }
        return (whole[..<mark], query)
    }

    private static func hostAndPort(
        _ authority: Substring, _ text: String, standardPort: Int
    ) throws(AddressError) -> (String, Int) {
        guard !authority.contains("@") else {
            throw AddressError(text, "a name or password does not belong into an address, where others can read it")
        }
        var host = authority
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw AddressError(text, "the \"[\" is not closed") }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let behind = authority[authority.index(after: close)...]
            if behind.hasPrefix(":") { port = behind.dropFirst() } else if !behind.isEmpty { host = "" }
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        let isName = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
        guard !host.isEmpty, isName else { throw AddressError(text, "expected HOST:PORT, as in 127.0.0.1:8245") }
        guard let port else { return (String(host), standardPort) }
        guard let number = UInt16(port), number > 0 else {
            throw AddressError(text, "the port is \"\(port)\"; expected a number from 1 to 65535")
        }
        return (String(host), Int(number))
    }

    /// The folder of a page, a socket or an endpoint of the relay.
    private static func folder(of path: Substring) -> String {
        var path = path
        if let range = path.range(ofSuffixFrom: "/api/v1/") { path = path[...range] }
        guard let slash = path.lastIndex(of: "/") else { return "/" }
        let folder = path[...slash].utf8.map { byte in
            byte > 0x20 && byte < 0x7f ? String(Unicode.Scalar(byte)) : PercentCoding.encodeByte(byte)
        }
        return folder.joined()
    }
}

extension Substring {
    /// Where the first `text` begins.
    fileprivate func range(ofSuffixFrom text: String) -> Substring.Index? {
        self.indices.first { self[$0...].hasPrefix(text) }
    }
}
