internal import NIOCore
internal import NIOHTTP1
internal import TailraceAccess
internal import TailraceEvent
internal import TailraceOpenID

/// `/login-oidc` leads to the provider, `/login-callback` is where it leads back to.
extension LoginRoutes {
    func addProvider(to routes: inout RouteTable) {
        guard let settings = self.policy.provider else { return }
        let provider = Result { () throws(OpenIDError) in try self.desk.provider(settings) }
        routes.on(.GET, "/login-oidc") { self.leave(provider, $0) }
        routes.on(.GET, "/login-callback") { self.comeBack(provider, $0) }
    }

    private func leave(_ provider: Result<OpenIDProvider, OpenIDError>, _ request: HTTPRequest) -> HTTPAnswer {
        let secret = SignInSecret.make()
        let cookie = SignInCookie(secret: secret, next: Self.next(request.query.first(named: "next") ?? ""))
        let isSecure = self.isSecure(request)
        return .later(
            request.eventLoop.makeFutureWithTask {
                do throws(OpenIDError) {
                    let place = try await provider.get().begin(secret)
                    return Self.seeOther(place, cookie: cookie.begin(isSecure: isSecure))
                } catch {
                    return self.failed(error, request, next: cookie.next)
                }
            })
    }

    private func comeBack(_ provider: Result<OpenIDProvider, OpenIDError>, _ request: HTTPRequest) -> HTTPAnswer {
        guard let cookie = request.cookie(named: SignInCookie.name).flatMap(SignInCookie.init) else {
            return .response(self.failed(.stale, request, next: "./"))
        }
        let account = Self.account(request)
        let wait = self.desk.throttle.wait(account: account, address: request.peer?.ipAddress, now: .now())
        guard wait == 0 else {
            self.desk.audit.slowed(account: account, seconds: wait, request)
            return .response(
                self.page(
                    .asking("Too many failed attempts. Try again in \(wait) s."), next: cookie.next,
                    status: .tooManyRequests, headers: ["Retry-After": "\(wait)"]))
        }
        let query = request.query
        let answer = OpenIDProvider.Return(
            state: query.first(named: "state"), code: query.first(named: "code"), issuer: query.first(named: "iss"),
            error: query.first(named: "error"), errorDescription: query.first(named: "error_description"))
        return .later(
            request.eventLoop.makeFutureWithTask {
                do throws(OpenIDError) {
                    let user = try await provider.get().finish(answer, cookie.secret)
                    return self.arrived(user, cookie, request)
                } catch {
                    return self.failed(error, request, next: cookie.next)
                }
            })
    }

    /// A page of the relay's own leads on: after a redirect that began at the provider a browser would keep back a
    /// cookie that is `SameSite=Strict`.
    private func arrived(
        _ user: IdentityProvider.User, _ cookie: SignInCookie, _ request: HTTPRequest
    ) -> HTTPResponse {
        let session = self.begin(.provided(user), request, now: .now())
        var response = self.page(.signedIn(user.name), next: cookie.next)
        response.headers.add(name: "Set-Cookie", value: session)
        response.headers.add(name: "Set-Cookie", value: SignInCookie.end(isSecure: self.isSecure(request)))
        response.headers.add(name: "Refresh", value: "0; url=\(cookie.next)")
        return response
    }

    private func failed(_ error: OpenIDError, _ request: HTTPRequest, next: String) -> HTTPResponse {
        self.desk.audit.failed(by: error.description, request)
        if error.isGuess {
            self.desk.throttle.failed(account: Self.account(request), address: request.peer?.ipAddress, now: .now())
        }
        return self.page(.asking(error.advice), next: next, status: error.status)
    }

    /// Whose attempts are counted: nobody has said who he is.
    private static func account(_ request: HTTPRequest) -> String {
        "a provider's, from \(request.peer?.ipAddress ?? "unix")"
    }
}

/// The cookie that a browser keeps from leaving to the provider until it comes back.
struct SignInCookie: Sendable {
    static let name = "tailrace_signin"
    /// Whoever has to find his second factor needs some minutes.
    private static let seconds = 600
    /// Browsers keep no longer cookies than 4096 bytes.
    private static let maxNextBytes = 2048

    let secret: SignInSecret
    /// Where to go afterwards.
    let next: String

    init(secret: SignInSecret, next: String) {
        self.secret = secret
        self.next = FormText.encode(next).utf8.count <= Self.maxNextBytes ? next : "./"
    }

    /// Nil for what the relay has not made.
    init?(_ value: String) {
        let parts = value.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let secret = SignInSecret(String(parts[0])),
            let next = PercentCoding.decode(parts[1].utf8, plusIsSpace: false)
        else { return nil }
        self.secret = secret
        self.next = LoginRoutes.next(next)
    }

    /// `Lax`, since the provider's page is what leads back.
    func begin(isSecure: Bool) -> String {
        Self.text("\(self.secret.text).\(FormText.encode(self.next))", seconds: Self.seconds, isSecure: isSecure)
    }

    static func end(isSecure: Bool) -> String { Self.text("", seconds: 0, isSecure: isSecure) }

    private static func text(_ value: String, seconds: Int, isSecure: Bool) -> String {
        "\(Self.name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}

extension OpenIDError {
    fileprivate var status: HTTPResponseStatus {
        switch self {
        case .unreachable, .unusable, .refused: .badGateway
        case .wrongToken, .denied, .noRole: .forbidden
        case .stale: .badRequest
        case .busy: .serviceUnavailable
        }
    }

    /// What somebody who tries codes and tokens brings about, and somebody who signs in does not.
    fileprivate var isGuess: Bool {
        switch self {
        case .refused, .wrongToken: true
        case .unreachable, .unusable, .denied, .stale, .noRole, .busy: false
        }
    }
}
