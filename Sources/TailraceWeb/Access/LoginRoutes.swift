internal import NIOCore
internal import NIOHTTP1
package import TailraceAccess
internal import TailraceEvent
internal import TailraceOpenID

/// `/login` and `/logout`: a page that works without a script.
package struct LoginRoutes: Sendable {
    /// What the page needs before anybody is signed in, and nothing else of it.
    private static let files = ["/css/tokens.css", "/css/login.css", "/favicon.svg"]
    private static let maxAccountBytes = 256

    let policy: AccessPolicy
    let desk: LoginDesk
    private let assets: AssetStore
    /// The relay itself speaks TLS.
    private let isSecure: Bool

    package init(policy: AccessPolicy, desk: LoginDesk, assets: AssetStore, isSecure: Bool) {
        self.policy = policy
        self.desk = desk
        self.assets = assets
        self.isSecure = isSecure
    }

    package func add(to routes: inout RouteTable) {
        guard self.policy.mode != .proxyHeader else { return }
        routes.on(.GET, "/login") { self.show($0) }
        routes.on(.POST, "/login") { self.signIn($0) }
        routes.on(.POST, "/logout") { self.signOut($0) }
        self.addProvider(to: &routes)
        routes.give(Self.files, of: self.assets)
    }

    // MARK: In

    private struct Form {
        var account = ""
        var secret = ""
        var next = ""

        init?(_ request: HTTPRequest) {
            let type = request.headers.first(name: "Content-Type")?.split(separator: ";").first ?? ""
            guard type.lowercased() == "application/x-www-form-urlencoded",
                let fields = QueryParameters(decoding: String(buffer: request.body))
            else { return nil }
            self.account = fields.first(named: "account") ?? ""
            self.secret = fields.first(named: "secret") ?? ""
            self.next = fields.first(named: "next") ?? ""
        }
    }

    private func show(_ request: HTTPRequest) -> HTTPAnswer {
        let next = Self.next(request.query.first(named: "next") ?? "")
        if let (_, credential) = self.desk.session(of: request, self.policy, now: .now()) {
            return .response(self.page(.signedIn(credential.principal.name), next: next))
        }
        return .response(self.page(.asking(nil), next: next))
    }

    private func signIn(_ request: HTTPRequest) -> HTTPAnswer {
        if let problem = Self.forgery(request) { return .response(problem.response) }
        guard let form = Form(request), form.account.utf8.count <= Self.maxAccountBytes else {
            return .response(Problem(.badRequest, "a login is a form with account, secret and next").response)
        }
        let isByToken = form.secret.hasPrefix(AccessToken.prefix) || self.policy.mode != .users
        // A token says itself whose it is.
        let account = isByToken ? "a token" : form.account
        let address = request.peer?.ipAddress
        let wait = self.desk.throttle.wait(account: account, address: address, now: .now())
        guard wait == 0 else {
            self.desk.audit.slowed(account: account, seconds: wait, request)
            return .response(
                self.page(
                    .asking("Too many failed attempts. Try again in \(wait) s."), next: Self.next(form.next),
                    status: .tooManyRequests, headers: ["Retry-After": "\(wait)"]))
        }
        if isByToken {
            let token = self.policy.token(shown: form.secret, now: .now())
            return .response(self.finish(token.map { .token($0) }, account, form, request))
        }
        let user = self.policy.user(named: form.account)
        guard let check = self.desk.check(form.secret, of: user, in: self.policy, on: request.eventLoop) else {
            let text = "Too many sign in at this moment. Try again in a few seconds."
            return .response(
                self.page(
                    .asking(text), next: Self.next(form.next), status: .serviceUnavailable,
                    headers: ["Retry-After": "3"]))
        }
        return .later(
            check.map { isRight in self.finish(isRight ? user.map { .user($0) } : nil, account, form, request) })
    }

    private func finish(
        _ credential: Sessions.Credential?, _ account: String, _ form: Form, _ request: HTTPRequest
    ) -> HTTPResponse {
        let now = Timestamp.now()
        guard let credential else {
            self.desk.throttle.failed(account: account, address: request.peer?.ipAddress, now: now)
            self.desk.audit.failed(account: account, request)
            let text = self.policy.mode == .users ? "Name or password is wrong." : "That token is not known here."
            return self.page(.asking(text), next: Self.next(form.next), status: .forbidden)
        }
        if credential.isUser { self.desk.throttle.succeeded(account: account) }
        return Self.seeOther(Self.next(form.next), cookie: self.begin(credential, request, now: now))
    }

    /// The cookie of a new session.
    func begin(_ credential: Sessions.Credential, _ request: HTTPRequest, now: Timestamp) -> String {
        // Whoever planted an id in this browser gains nothing by it.
        if let old = request.cookie(named: SessionCookie.name) { self.desk.sessions.end(Sessions.Key(old)) }
        let id = self.desk.sessions.begin(credential, limits: self.policy.sessions, now: now)
        self.desk.audit.signedIn(credential.principal, request)
        return SessionCookie.begin(id, isSecure: self.isSecure(request))
    }

    // MARK: Out

    private func signOut(_ request: HTTPRequest) -> HTTPAnswer {
        if let problem = Self.forgery(request) { return .response(problem.response) }
        if let id = request.cookie(named: SessionCookie.name) {
            let key = Sessions.Key(id)
            let credential = self.desk.sessions.find(key, limits: self.policy.sessions, now: .now())
            self.desk.sessions.end(key)
            if let credential { self.desk.audit.signedOut(credential.principal, request) }
        }
        return .response(Self.seeOther("login", cookie: SessionCookie.end(isSecure: self.isSecure(request))))
    }

    // MARK: Answers

    /// Behind a proxy that ends TLS only the page's origin tells.
    func isSecure(_ request: HTTPRequest) -> Bool {
        self.isSecure || request.headers.first(name: "Origin")?.hasPrefix("https://") == true
            || self.policy.provider?.redirectURL.hasPrefix("https://") == true
    }

    func page(
        _ state: LoginPage.State, next: String, status: HTTPResponseStatus = .ok, headers: HTTPHeaders = [:]
    ) -> HTTPResponse {
        guard let template = self.assets.current.bytes(of: "/login.html") else {
            return .text(.serviceUnavailable, "the page's folder has no login.html; programs can show a token\n")
        }
        let page = LoginPage(
            template: template, asksForName: self.policy.mode == .users, provider: self.policy.provider?.label)
        let body = ByteBuffer(string: page.text(state, next: next))
        var response = HTTPResponse(status: status, headers: headers, body: body)
        response.headers.add(name: "Content-Type", value: "text/html; charset=utf-8")
        response.headers.add(name: "Cache-Control", value: "no-store")
        response.headers.add(name: "Content-Security-Policy", value: LoginPage.contentPolicy)
        // With `no-referrer` a browser would send its forms with `Origin: null`, which is no origin of ours.
        response.headers.add(name: "Referrer-Policy", value: "same-origin")
        return response
    }

    static func seeOther(_ location: String, cookie: String) -> HTTPResponse {
        HTTPResponse(
            status: .seeOther, headers: ["Location": location, "Set-Cookie": cookie, "Cache-Control": "no-store"])
    }

    /// Another site must not sign a browser in as somebody else, or out.
    private static func forgery(_ request: HTTPRequest) -> Problem? {
        let site = request.headers.first(name: "Sec-Fetch-Site")
        // An Origin was checked before.
        let isOwn = site == nil || site == "same-origin" || site == "none" || request.headers.contains(name: "Origin")
        return isOwn ? nil : Problem(.forbidden, "a page of another site may not sign in here")
    }

    /// Where the page leads afterwards: an address beside `/login` and nowhere else.
    static func next(_ text: String) -> String {
        let isOwn = text.hasPrefix("./") && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
        return isOwn && text.utf8.count <= Self.maxNextBytes ? text : "./"
    }

    private static let maxNextBytes = 8192

    /// To the login and, when that is done, back to what was asked for.
    static func redirect(to place: String, next request: HTTPRequest) -> HTTPResponse {
        // Relative to where the relay is behind a proxy; below that there are no pages.
        let isPage = request.path == "/"
        let place = isPage ? place : "/" + place
        let query = request.query.pairs.map { "\(FormText.encode($0.name))=\(FormText.encode($0.value))" }
            .joined(separator: "&")
        let next = isPage && !query.isEmpty ? "?next=" + FormText.encode("./?\(query)") : ""
        return HTTPResponse(status: .seeOther, headers: ["Location": place + next, "Cache-Control": "no-store"])
    }
}

extension Sessions.Credential {
    fileprivate var isUser: Bool { if case .user = self { true } else { false } }
}
