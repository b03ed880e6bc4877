internal import FoundationEssentials
package import TailraceAccess
internal import TailraceEvent

/// Signs people in by OpenID Connect: the authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636).
package actor OpenIDProvider {
    package nonisolated let settings: IdentityProvider
    private let link: ProviderLink
    private let clock = ContinuousClock()
    private var document: (value: ProviderDocument, at: ContinuousClock.Instant)?
    private var keys: (value: ProviderKeys, at: ContinuousClock.Instant)?
    private var failure: (error: OpenIDError, at: ContinuousClock.Instant)?
    private var open = 0

    /// Endpoints move rarely, and with notice.
    private static let documentLife = Duration.seconds(3600)
    /// A key that was withdrawn is believed no longer than this.
    private static let keysLife = Duration.seconds(12 * 3600)
    /// A token with a key that is not known asks for the keys anew, but not more often than this.
    private static let keysRest = Duration.seconds(10)
    /// Nobody who calls up the login again and again makes the relay ask a provider that is down each time.
    private static let failureRest = Duration.seconds(3)
    /// Sign-ins whose answers are waited for.
    private static let maxOpen = 16

    package init(_ settings: IdentityProvider) throws(OpenIDError) {
        self.settings = settings
        self.link = try ProviderLink(authorities: settings.authorities)
    }

    /// Where a browser goes to sign in.
    package func begin(_ secret: SignInSecret) async throws(OpenIDError) -> String {
        let document = try await self.guarded { () async throws(OpenIDError) in try await self.currentDocument() }
        let query = FormText.encode([
            ("response_type", "code"), ("client_id", self.settings.clientID),
            ("redirect_uri", self.settings.redirectURL), ("scope", self.settings.scopes.joined(separator: " ")),
            ("state", secret.state), ("nonce", secret.nonce), ("code_challenge", secret.challenge),
            ("code_challenge_method", "S256"),
        ])
        return document.authorizationText + (document.authorizationText.contains("?") ? "&" : "?") + query
    }

    /// What a browser brought back.
    package struct Return: Sendable {
        package var state: String?
        package var code: String?
        package var issuer: String?
        package var error: String?
        package var errorDescription: String?

        package init(state: String?, code: String?, issuer: String?, error: String?, errorDescription: String?) {
            self.state = state
            self.code = code
            self.issuer = issuer
            self.error = error
            self.errorDescription = errorDescription
        }
    }

    /// Who has signed in.
    package func finish(
        _ answer: Return, _ secret: SignInSecret
    ) async throws(OpenIDError) -> IdentityProvider.User {
        guard let state = answer.state, Secret.areEqual(Array(state.utf8), Array(secret.state.utf8)) else {
            throw .stale
        }
        if let error = answer.error {
            throw .denied(error: Self.short(error), reason: answer.errorDescription.map(Self.short))
        }
        guard let code = answer.code, !code.isEmpty else { throw .stale }
        return try await self.guarded { () async throws(OpenIDError) in
            let document = try await self.currentDocument()
            guard answer.issuer == self.settings.issuer || answer.issuer == nil && !document.namesIssuer else {
                throw .wrongToken(reason: "the answer is of another provider (iss)")
            }
            let token = try await self.exchange(code, secret, document)
            return try await self.claims(of: token, document)
                .user(for: self.settings, nonce: secret.nonce, now: .now())
        }
    }

    private func guarded<Result>(
        _ body: () async throws(OpenIDError) -> Result
    ) async throws(OpenIDError) -> Result {
        guard self.open < Self.maxOpen else { throw .busy }
        self.open += 1
        defer { self.open -= 1 }
        return try await body()
    }

    // MARK: Asking the provider

    private func currentDocument() async throws(OpenIDError) -> ProviderDocument {
        if let document, self.clock.now - document.at < Self.documentLife { return document.value }
        if let failure, self.clock.now - failure.at < Self.failureRest { throw failure.error }
        do throws(OpenIDError) {
            let answer = try await self.link.get(ProviderDocument.address(of: self.settings.issuer))
            guard answer.status == 200 else {
                throw .unusable(
                    what: "openid-configuration", reason: "status \(answer.status); is issuer in [auth.oidc] right?")
            }
            let value = try ProviderDocument(answer.body, of: self.settings)
            self.document = (value, self.clock.now)
            return value
        } catch {
            self.failure = (error, self.clock.now)
            // An old one is better than nobody coming in; keys and tokens are checked all the same.
            if let document { return document.value }
            throw error
        }
    }

    private struct TokenAnswer: Decodable {
        var id_token: String?
        var error: String?
        var error_description: String?
    }

    private func exchange(
        _ code: String, _ secret: SignInSecret, _ document: ProviderDocument
    ) async throws(OpenIDError) -> String {
        var form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", self.settings.redirectURL),
            ("client_id", self.settings.clientID), ("code_verifier", secret.verifier),
        ]
        var authorization: String?
        if let password = self.settings.clientSecret {
            if document.takesSecretInForm {
                form.append(("client_secret", password))
            } else {
                // RFC 6749 §2.3.1: encoded twice.
                let pair = FormText.encode(self.settings.clientID) + ":" + FormText.encode(password)
                authorization = "Basic " + Data(pair.utf8).base64EncodedString()
            }
        }
        let answer = try await self.link.post(
            document.token, form: FormText.encode(form.map { (name: $0.0, value: $0.1) }), authorization: authorization)
        let told = try? JSONDecoder().decode(TokenAnswer.self, from: Data(answer.body))
        guard answer.status == 200 else {
            throw .refused(
                error: Self.short(told?.error ?? "status \(answer.status)"),
                reason: told?.error_description.map(Self.short))
        }
        guard let token = told?.id_token else {
            throw .unusable(what: "answer", reason: "it has no id_token; do the scopes have openid?")
        }
        return token
    }

    private func claims(of token: String, _ document: ProviderDocument) async throws(OpenIDError) -> IDTokenClaims {
        let header = try ProviderKeys.header(of: token)
        if let keys, self.clock.now - keys.at < Self.keysLife, let key = keys.value.key(for: header) {
            return try await ProviderKeys.claims(of: token, signedWith: key, header)
        }
        // The provider has changed its keys, or somebody shows a token of his own making.
        if let keys, self.clock.now - keys.at < Self.keysRest {
            throw .wrongToken(reason: "its key (kid) is none of the provider's")
        }
        let answer = try await self.link.get(document.keys)
        guard answer.status == 200 else { throw .unusable(what: "set of keys", reason: "status \(answer.status)") }
        let keys = try ProviderKeys(answer.body)
        self.keys = (keys, self.clock.now)
        guard let key = keys.key(for: header) else {
            throw .wrongToken(reason: "its key (kid) is none of the provider's")
        }
        return try await ProviderKeys.claims(of: token, signedWith: key, header)
    }

    /// What others wrote goes into a line of the log.
    private static func short(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(200).map { $0.value < 0x20 ? " " : $0 }))
    }
}
