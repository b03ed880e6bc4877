import TailraceAccess
import TailraceOpenID
import TailraceOptions

extension ConfigurationReader {
    private static let callback = "/login-callback"
    private static let maxRules = 256
    private static let maxLabelBytes = 80

    /// `[auth.oidc]`: who signs people in, and which roles they have.
    mutating func provider(_ auth: OptionTable, _ policy: inout AccessPolicy) {
        guard let table = auth.table("oidc") else { return }
        guard policy.mode == .oidc else {
            self.checker.add(
                auth.problem("oidc", "[auth.oidc] has no effect", hint: "it is for mode = \"oidc\" in [auth]"))
            return
        }
        guard let issuer = self.address("issuer", of: table), let redirect = self.address("redirect_url", of: table),
            let client = table.string("client_id")
        else { return }
        self.checkCallback(redirect, table)
        let host = issuer.split(separator: "/").dropFirst().first.map(String.init) ?? issuer
        var provider = IdentityProvider(
            issuer: issuer, clientID: client, redirectURL: redirect, label: self.label(table) ?? host)
        provider.clientSecret = self.secret(table)
        provider.scopes = table.strings("scopes") ?? provider.scopes
        provider.userClaim = table.string("user_claim") ?? provider.userClaim
        provider.roleClaim = table.string("role_claim") ?? provider.roleClaim
        provider.rules = self.rules(table, policy)
        provider.defaultRole = table.string("default_role").flatMap { self.known($0, "default_role", table, policy) }
        provider.authorities = table.string("ca").map { FolderPath.resolve($0, besides: self.mainFile) }
        self.check(provider, table)
        policy.provider = provider
    }

    private mutating func address(_ key: String, of table: OptionTable) -> String? {
        guard let text = table.string(key) else { return nil }
        do throws(OpenIDError) { _ = try ProviderURL(text) } catch {
            self.checker.add(table.problem(key, "\(key) in [auth.oidc]: \(error.description)"))
            return nil
        }
        return text
    }

    private mutating func checkCallback(_ redirect: String, _ table: OptionTable) {
        guard !redirect.hasSuffix(Self.callback) else { return }
        self.checker.add(
            table.problem(
                "redirect_url", "redirect_url in [auth.oidc] does not end with \(Self.callback)",
                hint: "write where browsers reach this relay, as https://logs.example.com\(Self.callback)"))
    }

    private mutating func label(_ table: OptionTable) -> String? {
        guard let label = table.string("label") else { return nil }
        if label.isEmpty || label.utf8.count > Self.maxLabelBytes {
            self.checker.add(
                table.problem("label", "label in [auth.oidc] has not 1 to \(Self.maxLabelBytes) bytes"))
        }
        return label
    }

    private mutating func secret(_ table: OptionTable) -> String? {
        guard let secret = table.string("client_secret") else { return nil }
        if table.places["client_secret"].flatMap({ self.checker.unexpanded[$0] }) == nil {
            self.checker.add(
                table.problem(
                    "client_secret", "client_secret in [auth.oidc] stands in the file itself, where others may read it",
                    hint: "write client_secret = \"${credential:oidc-secret}\", or \"${file:…}\" with its place"))
        }
        return secret
    }

    // MARK: Roles

    private mutating func rules(_ table: OptionTable, _ policy: AccessPolicy) -> [IdentityProvider.Rule] {
        let texts = table.strings("roles") ?? []
        if texts.count > Self.maxRules {
            self.checker.add(
                table.problem("roles", "roles in [auth.oidc] has \(texts.count) lines; the limit is \(Self.maxRules)"))
        }
        return texts.enumerated().compactMap { index, text in
            // Values may have signs of equality, as names of directories do; roles have none.
            guard let equals = text.lastIndex(of: "=") else {
                self.checker.add(
                    table.problem(
                        "roles[\(index)]", "\"\(text)\" in roles of [auth.oidc] names no role",
                        hint: "write \"VALUE = ROLE\", such as \"ops = admin\""))
                return nil
            }
            let (value, role) = (Self.trimmed(text[..<equals]), Self.trimmed(text[text.index(after: equals)...]))
            return self.known(role, "roles[\(index)]", table, policy).map {
                IdentityProvider.Rule(value: value, role: $0)
            }
        }
    }

    private mutating func known(
        _ role: String, _ key: String, _ table: OptionTable, _ policy: AccessPolicy
    ) -> String? {
        if policy.role(named: role) != nil { return role }
        self.checker.add(
            table.problem(
                key, "\(key) in [auth.oidc] names the role \"\(role)\", which there is not",
                hint: Suggestion.hint(for: role, among: policy.roles.map(\.name), calledThem: "roles")))
        return nil
    }

    private mutating func check(_ provider: IdentityProvider, _ table: OptionTable) {
        if !provider.scopes.contains("openid") {
            self.checker.add(
                table.problem(
                    "scopes", "scopes in [auth.oidc] lack \"openid\"", hint: "without it there is no ID token"))
        }
        if table.strings("roles") == nil, table.string("default_role") == nil {
            self.checker.add(
                table.problem(
                    "issuer", "[auth.oidc] lets nobody in: it gives no role", hint: "add roles, or default_role"))
        }
        do throws(OpenIDError) { _ = try OpenIDProvider(provider) } catch {
            self.checker.add(table.problem("ca", "ca in [auth.oidc]: \(error.description)"))
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
