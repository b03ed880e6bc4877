internal import TailraceOpenID

/// The page of the login: `login.html` with the parts that differ put in.
struct LoginPage {
    enum State {
        /// With what went wrong, if something did.
        case asking(String?)
        case signedIn(String)
    }

    /// Its own styles and nothing else; forms lead back here only.
    static let contentPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'"

    let template: String
    let asksForName: Bool
    /// Who signs people in, as the page calls it.
    let provider: String?

    init(template: [UInt8], asksForName: Bool, provider: String?) {
        self.provider = provider
        self.template = String(decoding: template, as: UTF8.self)
        self.asksForName = asksForName
    }

    func text(_ state: State, next: String) -> String {
        let part = switch state {
        case .asking(let problem): self.form(problem, next: next)
        case .signedIn(let name): Self.farewell(name, next: next)
        }
        return self.template.replacing("<!--form-->", with: part)
    }

    private func form(_ problem: String?, next: String) -> String {
        let message = problem.map { "<p class=\"login-problem\" role=\"alert\">\(Self.escaped($0))</p>\n" } ?? ""
        let name =
            self.asksForName
            ? """
            <label for="account">Name</label>
            <input id="account" name="account" autocomplete="username" autocapitalize="off" spellcheck="false" \
            maxlength="256" required autofocus>

            """ : ""
        let (label, kind) = self.asksForName ? ("Password", "current-password") : (self.tokenLabel, "off")
        let (head, button) = self.provider.map { (self.way(to: $0, next) + message, "Sign in with it") }
            ?? (message, "Sign in")
        return """
            <form method="post" action="login">
            \(head)\(name)<label for="secret">\(label)</label>
            <input id="secret" name="secret" type="password" autocomplete="\(kind)" maxlength="512" \
            required\(self.asksForName || self.provider != nil ? "" : " autofocus")>
            <input type="hidden" name="next" value="\(Self.escaped(next))">
            <button type="submit">\(button)</button>
            </form>
            """
    }

    private var tokenLabel: String { self.provider == nil ? "Token" : "Or by a token" }

    /// A link and no form: what leads away from here must not depend on where forms may lead.
    private func way(to provider: String, _ next: String) -> String {
        let query = FormText.encode(next)
        return """
            <a class="login-provider" href="login-oidc?next=\(Self.escaped(query))" autofocus>\
            Sign in with \(Self.escaped(provider))</a>

            """
    }

    private static func farewell(_ name: String, next: String) -> String {
        """
        <form method="post" action="logout">
        <p>Signed in as <b>\(Self.escaped(name))</b></p>
        <a href="\(Self.escaped(next))">To the logs</a>
        <button type="submit">Sign out</button>
        </form>
        """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
