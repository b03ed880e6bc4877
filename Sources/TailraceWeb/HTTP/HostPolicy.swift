package import NIOHTTP1

/// Which names the relay answers to, and which pages may talk to it.
///
/// A page of another site can reach a loopback port by a DNS name of its own that resolves to 127.0.0.1 ("rebinding");
/// such a request carries that name in `Host`. So `Host` must be a loopback name, an IP address (which no DNS answer
/// can rebind), or a configured name.
package struct HostPolicy: Sendable {
    private var names: Set<String>
    private var origins: Set<String>
    private let allowsAllNames: Bool
    private let allowsAllOrigins: Bool

    /// - Parameters:
    ///   - allowedHosts: further names without port, as in `logs.example.com`.
    ///   - allowedOrigins: pages of other origins that may connect, as in `https://logs.example.com`; their hosts count
    ///     as allowed names, since a proxy passes them on.
    ///
    /// `*` in a list allows all.
    package init(allowedHosts: [String] = [], allowedOrigins: [String] = []) {
        let origins = allowedOrigins.compactMap { WebOrigin($0) }
        self.names = Set(allowedHosts.map { $0.lowercased() } + origins.map(\.authority.host))
        self.origins = Set(origins.map(\.description))
        self.allowsAllNames = allowedHosts.contains("*")
        self.allowsAllOrigins = allowedOrigins.contains("*")
    }

    /// Nil where the request may go on.
    ///
    /// - Parameter isLocalSocket: on a Unix socket no browser is at the other end but a proxy, which chooses the name.
    package func refusal(of head: HTTPRequestHead, target: RequestTarget, isLocalSocket: Bool) -> Problem? {
        let fields = head.headers["Host"]
        guard fields.count <= 1, fields.count == 1 || !head.version.isAtLeast1_1 else {
            return Problem(.badRequest, "a request needs exactly one Host header")
        }
        guard let text = target.authority ?? fields.first else { return nil }
        guard let host = HostAndPort(text) else {
            return Problem(.badRequest, "the Host header is not a host and port")
        }
        guard isLocalSocket || self.isAllowed(host) else {
            return Problem(
                .forbidden,
                "this relay does not answer to the name \(host.host); "
                    + "use its address, or add the name to [server] allowed_hosts")
        }
        return self.originRefusal(of: head, host: host)
    }

    private func originRefusal(of head: HTTPRequestHead, host: HostAndPort) -> Problem? {
        let fields = head.headers["Origin"]
        guard let text = fields.first else {
            // No-cors requests of foreign pages (images, scripts) carry no Origin; links and typed addresses may come.
            let isForeign = head.headers.first(name: "Sec-Fetch-Site") == "cross-site"
            let isNavigation = head.headers.first(name: "Sec-Fetch-Mode") == "navigate"
            return isForeign && !isNavigation ? Self.foreignOrigin("another site") : nil
        }
        if self.allowsAllOrigins { return nil }
        guard fields.count == 1, let origin = WebOrigin(text), self.isAllowed(origin, at: host) else {
            return Self.foreignOrigin(text)
        }
        return nil
    }

    private static func foreignOrigin(_ name: String) -> Problem {
        Problem(.forbidden, "pages of \(name) may not use this relay; add the origin to [server] allowed_origins")
    }

    /// The origin to name in `Access-Control-Allow-Origin`: only those of the list, same-origin pages need none.
    package func crossOriginGrant(_ headers: HTTPHeaders) -> String? {
        guard let text = headers.first(name: "Origin"), let origin = WebOrigin(text) else { return nil }
        return self.allowsAllOrigins || self.origins.contains(origin.description) ? text : nil
    }

    private func isAllowed(_ host: HostAndPort) -> Bool {
        self.allowsAllNames || host.isAddress || host.host == "localhost" || host.host.hasSuffix(".localhost")
            || self.names.contains(host.host)
    }

    private func isAllowed(_ origin: WebOrigin, at host: HostAndPort) -> Bool {
        if self.origins.contains(origin.description) { return true }
        // A proxy may have ended TLS, so the scheme is the origin's; its default port may be left out on either side.
        return origin.authority.host == host.host && origin.port == (host.port ?? origin.defaultPort)
    }
}
