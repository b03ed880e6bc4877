/// Where people sign in by OpenID Connect, and which roles they have then.
package struct IdentityProvider: Sendable, Hashable {
    /// Whoever has this value in the role claim has this role.
    package struct Rule: Sendable, Hashable {
        package var value: String
        package var role: String

        package init(value: String, role: String) {
            self.value = value
            self.role = role
        }
    }

    /// As the provider writes it in its tokens.
    package var issuer: String
    package var clientID: String
    /// Nil for a client that only PKCE protects.
    package var clientSecret: String?
    /// Where the provider sends browsers back to: the relay's `/login-callback` as they reach it.
    package var redirectURL: String
    package var scopes = ["openid", "profile"]
    package var userClaim = "preferred_username"
    /// `a.b` is a member of a member.
    package var roleClaim = "groups"
    /// The first that fits counts.
    package var rules: [Rule] = []
    /// Of those whom no rule fits; nil refuses them.
    package var defaultRole: String?
    /// PEM file of the authorities to believe; nil for the system's.
    package var authorities: String?
    /// What the login calls it.
    package var label: String

    package init(issuer: String, clientID: String, redirectURL: String, label: String) {
        self.issuer = issuer
        self.clientID = clientID
        self.redirectURL = redirectURL
        self.label = label
    }

    package func role(of values: [String]) -> String? {
        self.rules.first { values.contains($0.value) }?.role ?? self.defaultRole
    }

    /// Whether somebody who signed in there has the same role still.
    package func knows(_ user: User) -> Bool {
        user.issuer == self.issuer && self.role(of: user.roleValues) == user.role
    }

    /// Somebody as the provider described him when he signed in.
    package struct User: Sendable, Hashable {
        package var issuer: String
        /// Never given to anybody else by this issuer, unlike the name.
        package var subject: String
        package var name: String
        package var roleValues: [String]
        package var role: String

        package init(issuer: String, subject: String, name: String, roleValues: [String], role: String) {
            self.issuer = issuer
            self.subject = subject
            self.name = name
            self.roleValues = roleValues
            self.role = role
        }
    }
}
