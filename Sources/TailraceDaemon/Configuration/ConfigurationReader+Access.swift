import TailraceAccess
import TailraceEvent
import TailraceFilter
import TailraceOptions

extension ConfigurationReader {
    /// Read before all others, since it decides what they may say.
    mutating func access(_ auth: OptionTable, _ root: [String: ConfigurationNode]) -> AccessSettings {
        var settings = AccessSettings()
        settings.policy.mode = auth.string("mode").flatMap(AccessPolicy.Mode.init) ?? .none
        self.sessions(auth, &settings)
        settings.policy.roles += self.roles(self.blocks("role", of: root), &settings)
        settings.policy.tokens = self.tokens(self.blocks("token", of: root), &settings)
        settings.policy.users = self.users(self.blocks("user", of: root), &settings)
        self.proxy(auth, &settings.policy)
        self.provider(auth, &settings.policy)
        self.checkMode(auth, settings.policy)
        return settings
    }

    private mutating func sessions(_ auth: OptionTable, _ settings: inout AccessSettings) {
        let limits = AccessLimits.session
        settings.policy.sessions.maxIdle =
            self.duration("session_idle", of: auth, in: limits, label: "[auth]") ?? settings.policy.sessions.maxIdle
        settings.policy.sessions.maxAge =
            self.duration("session_max", of: auth, in: limits, label: "[auth]") ?? settings.policy.sessions.maxAge
        settings.policy.maxStreams = auth.integer("max_streams").map(Int.init) ?? settings.policy.maxStreams
        settings.viewMaxSize =
            self.size("view_max_size", of: auth, in: AccessLimits.viewSize, label: "[auth]") ?? settings.viewMaxSize
    }

    // MARK: Roles

    private mutating func roles(_ nodes: [ConfigurationNode], _ settings: inout AccessSettings) -> [Role] {
        self.checkCount(nodes, limit: AccessLimits.maxRoles, label: "[[role]]")
        var names = NameList(label: "[[role]]")
        let builtin = Role.builtin.map { ($0.name, "the role \"\($0.name)\" always exists") }
        var roles: [Role] = []
        for node in nodes {
            let name = names.take(node, reserved: Dictionary(uniqueKeysWithValues: builtin), checker: &self.checker)
            let label = name.map { "[[role]] \"\($0)\"" } ?? "[[role]]"
            let table = self.checker.table(node, specs: ConfigurationSpecs.role, label: label)
            settings.blocks.append(.init(name: "role", table: table))
            let filter = self.roleFilter(node, label: label)
            guard let name else { continue }
            roles.append(
                Role(
                    name: name, streams: table.strings("streams"), filter: filter,
                    isAdmin: table.boolean("admin") ?? false))
            self.checkScope(roles[roles.count - 1], table, label: label)
        }
        return roles
    }

    private mutating func roleFilter(_ node: ConfigurationNode, label: String) -> String {
        guard let value = node.table?["filter"], case .string(let text) = value.value else { return "" }
        let written = FilterText(text: text, place: value.place, isVerbatim: value.isVerbatim)
        do {
            let filter = try Filter(parsing: text)
            guard filter.timeBounds == Filter.everything.timeBounds else {
                self.checker.add(
                    value.place, "filter",
                    "filter of \(label) has a time: what a role may see can't depend on when it looks",
                    hint: "leave out since:, until: and around:")
                return text
            }
        } catch {
            self.checker.add(
                written.place(ofColumn: error.column), "filter", "filter of \(label): \(error.message)",
                hint: error.suggestion ?? "expected \(error.expected)")
        }
        return text
    }

    /// Whoever sees the relay as a whole sees how much of it there is.
    private mutating func checkScope(_ role: Role, _ table: OptionTable, label: String) {
        if role.streams?.isEmpty == true {
            self.checker.add(table.problem("streams", "streams of \(label) names none", hint: "leave it out for all"))
        }
        guard role.isAdmin, role.streams != nil || !role.filter.isEmpty else { return }
        self.checker.add(
            table.problem(
                "admin", "\(label) is admin and sees only a part: status and metrics would tell it of the rest",
                hint: "remove admin, or streams and filter"))
    }

    /// Streams of roles and roles of streams, once both are known.
    mutating func checkRolesAndStreams(_ access: AccessSettings, _ routes: [RouteBlock]) {
        let streams = [ConfigurationName.all] + routes.filter { !$0.drops }.map(\.name)
        for block in access.blocks where block.name == "role" {
            for (index, stream) in (block.table.strings("streams") ?? []).enumerated() where !streams.contains(stream) {
                self.checker.add(
                    block.table.problem(
                        "streams[\(index)]", "[[role]] reads the stream \"\(stream)\", which there is not",
                        hint: Suggestion.hint(for: stream, among: streams, calledThem: "streams")))
            }
        }
        for role in access.policy.roles {
            for route in routes where role.streams?.contains(route.name) == true {
                guard !route.roles.isEmpty, !route.roles.contains(role.name) else { continue }
                self.checker.add(
                    route.places["roles[0]"] ?? route.place, "roles",
                    "[[role]] \"\(role.name)\" reads the stream \"\(route.name)\", which is for other roles",
                    hint: "add it to roles of the stream, or leave the stream out of the role")
            }
        }
        let names = access.policy.roles.map(\.name)
        for route in routes where self.hasLogin {
            for (index, role) in route.roles.enumerated() where !names.contains(role) {
                self.checker.add(
                    route.places["roles[\(index)]"] ?? route.place, "roles",
                    "roles of [[route]] \"\(route.name)\" names \"\(role)\", which is no role",
                    hint: Suggestion.hint(for: role, among: names, calledThem: "roles"))
            }
        }
    }

    // MARK: Tokens and users

    private mutating func tokens(
        _ nodes: [ConfigurationNode], _ settings: inout AccessSettings
    ) -> [AccessPolicy.Token] {
        self.checkCount(nodes, limit: AccessLimits.maxTokens, label: "[[token]]")
        var names = NameList(label: "[[token]]")
        var tokens: [AccessPolicy.Token] = []
        for node in nodes {
            let name = names.take(node, reserved: [:], checker: &self.checker)
            let label = name.map { "[[token]] \"\($0)\"" } ?? "[[token]]"
            let table = self.checker.table(node, specs: ConfigurationSpecs.token, label: label)
            settings.blocks.append(.init(name: "token", table: table))
            let role = self.role(of: table, label: label, settings.policy)
            guard let name, let role, let digest = self.tokenDigest(table, label: label) else { continue }
            tokens.append(
                AccessPolicy.Token(name: name, digest: digest, role: role, expires: self.expiry(table, label: label)))
        }
        return tokens
    }

    private mutating func tokenDigest(_ table: OptionTable, label: String) -> [UInt8]? {
        guard let text = table.string("hash") else { return nil }
        if let digest = AccessToken.digest(ofHash: text) { return digest }
        // The value may be the token itself, which must not be shown.
        self.checker.add(
            table.problem(
                "hash", "hash of \(label) is not the hash of a token",
                hint: "`tailrace token` makes a token and says what to write here; the token itself never stands here"))
        return nil
    }

    private mutating func expiry(_ table: OptionTable, label: String) -> Timestamp? {
        guard let text = table.string("expires") else { return nil }
        if let time = Timestamp(rfc3339: text) { return time }
        self.checker.add(
            table.problem(
                "expires", "expires of \(label) is \"\(text)\"", hint: "expected such as 2027-01-31T00:00:00Z"))
        return nil
    }

    private mutating func users(_ nodes: [ConfigurationNode], _ settings: inout AccessSettings) -> [AccessPolicy.User] {
        self.checkCount(nodes, limit: AccessLimits.maxUsers, label: "[[user]]")
        var users: [AccessPolicy.User] = []
        for node in nodes {
            let table = self.checker.table(node, specs: ConfigurationSpecs.user, label: "[[user]]")
            settings.blocks.append(.init(name: "user", table: table))
            guard let name = table.string("name") else { continue }
            let label = "[[user]] \"\(name.prefix(AccessLimits.maxNameBytes))\""
            let isName = !name.isEmpty && name.utf8.count <= AccessLimits.maxNameBytes
            if !isName || name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
                self.checker.add(
                    table.problem(
                        "name", "name of \(label) is no name", hint: "use 1 to \(AccessLimits.maxNameBytes) bytes"))
            }
            if users.contains(where: { $0.name == name }) {
                self.checker.add(table.problem("name", "\(label) stands there twice", hint: "remove one"))
            }
            guard let role = self.role(of: table, label: label, settings.policy) else { continue }
            let password = self.password(table, label: label, settings.policy.mode)
            users.append(AccessPolicy.User(name: name, password: password, role: role))
        }
        return users
    }

    private mutating func password(
        _ table: OptionTable, label: String, _ mode: AccessPolicy.Mode
    ) -> PasswordHash? {
        guard let text = table.string("password") else {
            if mode == .users {
                self.checker.add(
                    table.problem(
                        "password", "\(label) has no password",
                        hint: "`tailrace hash-password` says what to write"))
            }
            return nil
        }
        if let hash = PasswordHash(text) { return hash }
        self.checker.add(
            table.problem(
                "password", "password of \(label) is not a hash of yescrypt, scrypt or bcrypt",
                hint: "`tailrace hash-password` makes one; other forms are guessed too quickly"))
        return nil
    }

    private mutating func role(of table: OptionTable, label: String, _ policy: AccessPolicy) -> String? {
        guard let role = table.string("role") else { return nil }
        if policy.role(named: role) != nil { return role }
        self.checker.add(
            table.problem(
                "role", "role of \(label) is \"\(role)\", which there is not",
                hint: Suggestion.hint(for: role, among: policy.roles.map(\.name), calledThem: "roles")))
        return nil
    }

    // MARK: The mode

    private mutating func proxy(_ auth: OptionTable, _ policy: inout AccessPolicy) {
        for (index, text) in (auth.strings("trusted_proxies") ?? []).enumerated() {
            if text == "unix" {
                policy.proxy.trustsUnixSockets = true
            } else if let range = AddressRange(text) {
                policy.proxy.addresses.append(range)
            } else {
                self.checker.add(
                    auth.problem(
                        "trusted_proxies[\(index)]", "\"\(text)\" is no address or network",
                        hint: "such as \"127.0.0.1\", \"10.0.0.0/8\", \"2001:db8::/32\" or \"unix\""))
            }
        }
        policy.proxy.userHeader = auth.string("user_header") ?? policy.proxy.userHeader
        policy.proxy.roleHeader = auth.string("role_header")
        policy.proxy.defaultRole = auth.string("default_role")
        if let role = policy.proxy.defaultRole, policy.role(named: role) == nil {
            self.checker.add(
                auth.problem(
                    "default_role", "default_role in [auth] is \"\(role)\", which is no role",
                    hint: Suggestion.hint(for: role, among: policy.roles.map(\.name), calledThem: "roles")))
        }
        for key in ["user_header", "role_header"] {
            guard let name = auth.string(key), !Self.isHeaderName(name) else { continue }
            self.checker.add(auth.problem(key, "\(key) in [auth] is \"\(name)\", which is no name of a header"))
        }
    }

    /// RFC 9110 §5.1, without the rarest signs.
    private static func isHeaderName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    /// A mode that lets nobody in is a mistake.
    private mutating func checkMode(_ auth: OptionTable, _ policy: AccessPolicy) {
        let proxyKeys = ["trusted_proxies", "user_header", "role_header", "default_role"]
        switch policy.mode {
        case .none:
            if !policy.tokens.isEmpty || !policy.users.isEmpty {
                self.warnings.append(
                    "[auth] mode is \"none\": [[token]] and [[user]] have no effect, and nobody is asked")
            }
        case .token where policy.tokens.isEmpty:
            self.checker.add(auth.problem("mode", "mode = \"token\" in [auth] needs a [[token]]"))
        case .users where policy.users.isEmpty:
            self.checker.add(auth.problem("mode", "mode = \"users\" in [auth] needs a [[user]]"))
        case .proxyHeader where policy.proxy.addresses.isEmpty && !policy.proxy.trustsUnixSockets:
            self.checker.add(
                auth.problem(
                    "mode", "mode = \"proxy-header\" in [auth] needs trusted_proxies: whoever else may connect could "
                        + "name himself as he likes"))
        case .oidc where auth.table("oidc") == nil:
            self.checker.add(
                auth.problem(
                    "mode", "mode = \"oidc\" in [auth] needs a table [auth.oidc]", hint: "see docs/security.md"))
        case .oidc where !policy.users.isEmpty:
            self.warnings.append("[auth] mode is \"oidc\": [[user]] has no effect, since the provider knows who is who")
        case .token, .users, .oidc, .proxyHeader: break
        }
        guard policy.mode != .proxyHeader else { return }
        for key in proxyKeys where auth.places[key] != nil {
            self.checker.add(
                auth.problem(key, "\(key) in [auth] has no effect", hint: "it is for mode = \"proxy-header\""))
        }
    }
}
