internal import JWTKit
internal import TailraceAccess
internal import TailraceEvent

/// What an ID token says (OpenID Connect Core 1.0 §2).
struct IDTokenClaims: JWTPayload {
    /// JSON as it comes.
    indirect enum Value: Codable, Sendable {
        case text(String)
        case number(Double)
        case flag(Bool)
        case list([Value])
        case members([String: Value])
        case null

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else if let members = try? container.decode([String: Value].self) {
                self = .members(members)
            } else {
                self = .null
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .flag(let flag): try container.encode(flag)
            case .list(let list): try container.encode(list)
            case .members(let members): try container.encode(members)
            case .null: try container.encodeNil()
            }
        }

        /// A text, or all texts of a list.
        var texts: [String] {
            switch self {
            case .text(let text): [text]
            case .list(let list): list.flatMap(\.ownTexts)
            case .number, .flag, .members, .null: []
            }
        }

        private var ownTexts: [String] { if case .text(let text) = self { [text] } else { [] } }
    }

    private let members: [String: Value]

    /// Clocks of two machines differ.
    private static let leewaySeconds: Double = 60
    private static let maxNameBytes = 256

    init(from decoder: any Decoder) throws { self.members = try [String: Value](from: decoder) }
    func encode(to encoder: any Encoder) throws { try self.members.encode(to: encoder) }

    /// All checks are in `user`, where what is expected is known.
    func verify(using algorithm: some JWTAlgorithm) throws {}

    /// Whom it names, if it is for this relay and this sign-in, and holds now (OpenID Connect Core 1.0 §3.1.3.7).
    func user(
        for settings: IdentityProvider, nonce: String, now: Timestamp
    ) throws(OpenIDError) -> IdentityProvider.User {
        guard let issuer = self.text("iss"), issuer == settings.issuer else {
            throw .wrongToken(reason: "its issuer (iss) is another")
        }
        let audience = self.members["aud"]?.texts ?? []
        guard audience.contains(settings.clientID) else {
            throw .wrongToken(reason: "it is for somebody else (aud); compare client_id in [auth.oidc]")
        }
        let party = self.text("azp")
        guard party == settings.clientID || party == nil && audience.count == 1 else {
            throw .wrongToken(reason: "it was given to another client (azp)")
        }
        try self.checkTimes(now)
        guard let own = self.text("nonce"), Secret.areEqual(Array(own.utf8), Array(nonce.utf8)) else {
            throw .wrongToken(reason: "it belongs to another sign-in (nonce)")
        }
        guard let subject = self.text("sub"), !subject.isEmpty, subject.utf8.count <= Self.maxNameBytes else {
            throw .wrongToken(reason: "it names nobody (sub)")
        }
        return try self.user(subject, settings)
    }

    private func user(_ subject: String, _ settings: IdentityProvider) throws(OpenIDError) -> IdentityProvider.User {
        let name = self.value(at: settings.userClaim)?.texts.first ?? ""
        let isName = !name.isEmpty && name.utf8.count <= Self.maxNameBytes
            && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        let values = self.value(at: settings.roleClaim)?.texts ?? []
        guard let role = settings.role(of: values) else {
            throw .noRole(name: isName ? name : subject, claim: settings.roleClaim, values: values)
        }
        // Only what decides: a provider may name hundreds of groups.
        let deciding = settings.rules.first { values.contains($0.value) }.map { [$0.value] } ?? []
        return IdentityProvider.User(
            issuer: settings.issuer, subject: subject, name: isName ? name : subject, roleValues: deciding, role: role)
    }

    private func checkTimes(_ now: Timestamp) throws(OpenIDError) {
        let seconds = Double(now.nanoseconds) / 1e9
        guard let expires = self.seconds("exp"), self.seconds("iat") != nil else {
            throw .wrongToken(reason: "it does not say how long it holds (exp, iat)")
        }
        guard seconds < expires + Self.leewaySeconds else {
            throw .wrongToken(reason: "it is over (exp); is this machine's clock right?")
        }
        let begins = max(self.seconds("nbf") ?? 0, self.seconds("iat") ?? 0)
        guard begins <= seconds + Self.leewaySeconds else {
            throw .wrongToken(reason: "it is of the future (iat, nbf); is this machine's clock right?")
        }
    }

    private func text(_ name: String) -> String? {
        if case .text(let text)? = self.members[name] { text } else { nil }
    }

    private func seconds(_ name: String) -> Double? {
        if case .number(let number)? = self.members[name] { number } else { nil }
    }

    /// The claim of this whole name, as some providers use addresses for names, else a member of a member.
    private func value(at path: String) -> Value? {
        if let value = self.members[path] { return value }
        var current = Value.members(self.members)
        for step in path.split(separator: ".") {
            guard case .members(let members) = current, let next = members[String(step)] else { return nil }
            current = next
        }
        return current
    }
}
