internal import FoundationEssentials
internal import TailraceAccess

/// What a provider says of itself (OpenID Connect Discovery 1.0 §3): where it is asked what.
struct ProviderDocument: Sendable {
    let authorization: ProviderURL
    let authorizationText: String
    let token: ProviderURL
    let keys: ProviderURL
    /// Whether the secret goes into the form instead of a header.
    let takesSecretInForm: Bool
    /// Whether what comes back names the issuer (RFC 9207).
    let namesIssuer: Bool

    private struct Members: Decodable {
        var issuer: String
        var authorization_endpoint: String
        var token_endpoint: String
        var jwks_uri: String
        var token_endpoint_auth_methods_supported: [String]?
        var code_challenge_methods_supported: [String]?
        var authorization_response_iss_parameter_supported: Bool?
    }

    /// Of an issuer without a `/` at its end.
    static func address(of issuer: String) throws(OpenIDError) -> ProviderURL {
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        return try ProviderURL(base + "/.well-known/openid-configuration")
    }

    init(_ body: [UInt8], of settings: IdentityProvider) throws(OpenIDError) {
        let members: Members
        do { members = try JSONDecoder().decode(Members.self, from: Data(body)) } catch {
            throw .unusable(what: "openid-configuration", reason: "it lacks what every provider has (\(error))")
        }
        guard members.issuer == settings.issuer else {
            throw .unusable(
                what: "openid-configuration",
                reason: "its issuer is \"\(members.issuer.prefix(200))\"; write exactly that as issuer in [auth.oidc]")
        }
        if let methods = members.code_challenge_methods_supported, !methods.contains("S256") {
            throw .unusable(what: "openid-configuration", reason: "it knows PKCE, but not S256")
        }
        self.authorization = try ProviderURL(members.authorization_endpoint)
        self.authorizationText = members.authorization_endpoint
        self.token = try ProviderURL(members.token_endpoint)
        self.keys = try ProviderURL(members.jwks_uri)
        let methods = members.token_endpoint_auth_methods_supported ?? ["client_secret_basic"]
        self.takesSecretInForm = !methods.contains("client_secret_basic") && methods.contains("client_secret_post")
        self.namesIssuer = members.authorization_response_iss_parameter_supported ?? false
    }
}
