internal import NIOCore
internal import NIOHTTP1
package import TailraceAccess
internal import TailraceEvent
internal import TailraceHub

/// Lets in whom the configuration names, each to the routes of his role.
///
/// A role's routes are a table of their own, made over the events that the role may see and nothing else: what could be
/// forgotten on a route is not there to be found.
package struct RelayGate: AccessGate {
    /// What one role reaches.
    package struct Table: Sendable {
        package var routes: RouteTable
        /// Changes whenever the role comes to see other events.
        package var view: Int

        package init(routes: RouteTable, view: Int) {
            self.routes = routes
            self.view = view
        }
    }

    let policy: AccessPolicy
    let desk: LoginDesk
    private let tables: [String: Table]
    private let open: RouteTable

    /// - Parameters:
    ///   - tables: by the name of the role.
    ///   - open: what needs no login.
    package init(policy: AccessPolicy, desk: LoginDesk, tables: [String: Table], open: RouteTable) {
        self.policy = policy
        self.desk = desk
        self.tables = tables
        self.open = open
    }

    package func admit(_ request: HTTPRequest, isUpgrade: Bool) -> Admission {
        if request.query.pairs.contains(where: { AccessToken.isOne($0.value) }) {
            return .refuse(Self.tokenInAddress.response)
        }
        if self.open.has(request.path) { return .routes(self.open, nil) }
        let now = Timestamp.now()
        guard let grant = self.grant(for: request, now: now) else { return .refuse(self.loginRequired(request)) }
        if let problem = Self.forgery(request, grant, isUpgrade: isUpgrade) {
            self.desk.audit.refused(request, grant.principal, reason: problem.detail)
            return .refuse(problem.response)
        }
        guard let table = self.tables[grant.role.name] else { return .refuse(self.loginRequired(request)) }
        self.desk.audit.admitted(request, grant.principal)
        return .routes(table.routes, grant)
    }

    package func isCurrent(_ grant: AccessGrant) -> Bool {
        guard self.policy.role(named: grant.role.name) == grant.role,
            self.tables[grant.role.name]?.view == grant.view
        else { return false }
        let now = Timestamp.now()
        switch grant.proof {
        case .token(let token): return self.policy.isCurrent(token, now: now)
        case .session(let key, let credential):
            return self.desk.sessions.find(key, limits: self.policy.sessions, now: now) == credential
                && self.policy.isCurrent(credential, now: now)
        case .proxy(let address):
            guard self.policy.mode == .proxyHeader, self.policy.trustsHeaders(from: address) else { return false }
            guard let known = self.policy.user(named: grant.principal.name) else { return true }
            return known.role == grant.role.name
        }
    }

    package func beginStream(_ grant: AccessGrant) -> Bool {
        let isTaken = self.desk.streams.begin(grant.principal, limit: self.policy.maxStreams)
        if !isTaken { self.desk.audit.counters.streamsRefused.increment() }
        return isTaken
    }

    package func endStream(_ grant: AccessGrant) { self.desk.streams.end(grant.principal) }

    // MARK: Who asks

    private func grant(for request: HTTPRequest, now: Timestamp) -> AccessGrant? {
        // Proxies pass tokens of others on.
        if let shown = request.bearer, self.policy.mode != .proxyHeader || AccessToken.isOne(shown) {
            guard let token = self.policy.token(shown: shown, now: now) else {
                self.desk.audit.badToken(request)
                return nil
            }
            return self.grant(Principal(kind: .token, name: token.name, role: token.role), .token(token))
        }
        if self.policy.mode == .proxyHeader { return self.proxied(request) }
        guard let (key, credential) = self.desk.session(of: request, self.policy, now: now) else { return nil }
        return self.grant(credential.principal, .session(key, credential))
    }

    private func proxied(_ request: HTTPRequest) -> AccessGrant? {
        let address = request.peer?.ipAddress
        guard self.policy.trustsHeaders(from: address) else { return nil }
        let names = request.headers[self.policy.proxy.userHeader]
        // Two are one of the proxy and one of the client; nobody knows which is which.
        guard names.count == 1, Self.isName(names[0]) else { return nil }
        let offered = self.policy.proxy.roleHeader.map { request.headers[canonicalForm: $0].map(String.init) } ?? []
        guard let role = self.policy.role(ofProxied: names[0], offered: offered) else { return nil }
        return self.grant(Principal(kind: .proxy, name: names[0], role: role), .proxy(address: address))
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= Self.maxNameBytes && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    private static let maxNameBytes = 256

    private func grant(_ principal: Principal, _ proof: AccessGrant.Proof) -> AccessGrant? {
        guard let role = self.policy.role(named: principal.role), let table = self.tables[role.name] else { return nil }
        return AccessGrant(principal: principal, role: role, view: table.view, proof: proof)
    }

    // MARK: Refusals

    /// A browser adds cookies, and a proxy its headers, to requests that pages of others bring about.
    ///
    /// `HostPolicy` has refused every `Origin` that is not the relay's or allowed.
    private static func forgery(_ request: HTTPRequest, _ grant: AccessGrant, isUpgrade: Bool) -> Problem? {
        if case .token = grant.proof { return nil }
        if request.headers.contains(name: "Origin") { return nil }
        let isBySession = if case .session = grant.proof { true } else { false }
        if isUpgrade, isBySession {
            return Problem(
                .forbidden, "a WebSocket with a session cookie needs an Origin; programs show a token instead")
        }
        let site = request.headers.first(name: "Sec-Fetch-Site")
        let isOwn = site == "same-origin" || site == "none"
        guard request.method == .GET || request.method == .HEAD else {
            if isOwn || site == nil && !isBySession { return nil }
            return Problem(
                .forbidden, "with a session cookie a change needs an Origin or Sec-Fetch-Site of the relay's own page; "
                    + "programs show a token instead")
        }
        let isNavigation = request.headers.first(name: "Sec-Fetch-Mode") == "navigate"
        guard let site, !isOwn, !isNavigation else { return nil }
        return Problem(.forbidden, "a page of another site (\(site)) may not use this relay")
    }

    private func loginRequired(_ request: HTTPRequest) -> HTTPResponse {
        let wantsPage = request.method == .GET && request.accepts("text/html", in: "Accept")
        if wantsPage, self.policy.mode != .proxyHeader, request.bearer == nil {
            return LoginRoutes.redirect(to: "login", next: request)
        }
        let how =
            self.policy.mode == .proxyHeader
            ? "this relay is reached through its proxy, or with a token in Authorization: Bearer"
            : "sign in at /login, or show a token in Authorization: Bearer"
        self.desk.audit.counters.unauthorized.increment()
        return Problem(.unauthorized, how, headers: ["WWW-Authenticate": "Bearer realm=\"tailrace\""]).response
    }

    private static let tokenInAddress = Problem(
        .badRequest,
        "a token stands in the address, where histories and logs of proxies keep it: make a new one, remove this one, "
            + "and show it in Authorization: Bearer")
}

extension AccessPolicy {
    /// Whether what somebody signed in with still holds.
    func isCurrent(_ credential: Sessions.Credential, now: Timestamp) -> Bool {
        switch credential {
        case .user(let user): self.mode == .users && self.users.contains(user)
        case .token(let token): self.mode != .none && self.isCurrent(token, now: now)
        case .provided(let user): self.mode == .oidc && self.provider?.knows(user) == true
        }
    }
}

extension Sessions.Credential {
    var principal: Principal {
        switch self {
        case .user(let user): Principal(kind: .user, name: user.name, role: user.role)
        case .token(let token): Principal(kind: .token, name: token.name, role: token.role)
        case .provided(let user): Principal(kind: .provider, name: user.name, role: user.role)
        }
    }
}

extension HTTPRequest {
    /// What stands in `Authorization: Bearer …` (RFC 6750 §2.1).
    var bearer: String? {
        let fields = self.headers["Authorization"]
        guard fields.count == 1, fields[0].lowercased().hasPrefix("bearer ") else { return nil }
        return fields[0].dropFirst(7).trimmingSpaces
    }

    /// The first cookie of this name (RFC 6265 §4.2).
    func cookie(named name: String) -> String? {
        for field in self.headers["Cookie"] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2, parts[0].trimmingSpaces == name { return parts[1].trimmingSpaces }
            }
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(self.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
