import TailraceFleet
import TailraceOptions

extension ConfigurationReader {
    mutating func fleet(_ table: OptionTable) -> FleetSettings {
        var settings = FleetSettings(
            mode: table.string("mode").flatMap(FleetSettings.Mode.init) ?? .off,
            servers: table.strings("servers") ?? [], name: table.string("name") ?? "")
        settings.host = table.string("host")
        settings.stream = table.string("stream")
        settings.replicas = table.integer("replicas").map(Int.init) ?? settings.replicas
        settings.maxBytes =
            self.size("max_bytes", of: table, in: FleetRanges.maxBytes, label: "[fleet]") ?? settings.maxBytes
        settings.maxAge =
            self.duration("max_age", of: table, in: LogLimits.maxAge, label: "[fleet]") ?? settings.maxAge
        settings.window = table.integer("window").map(Int.init) ?? settings.window
        settings.catchUpRate = table.integer("catch_up_rate").map(Int.init) ?? settings.catchUpRate
        settings.user = table.string("user")
        settings.password = table.string("password")
        settings.credentials = self.file("credentials", of: table)
        settings.authority = self.file("tls_ca", of: table)
        settings.certificate = self.file("tls_certificate", of: table)
        settings.key = self.file("tls_key", of: table)
        settings.since =
            self.duration("since", of: table, in: .zero...(.seconds(3650 * 86_400)), label: "[fleet]")
            ?? settings.since
        settings.resendTimeout =
            self.duration("resend_timeout", of: table, in: .seconds(1)...(.seconds(3600)), label: "[fleet]")
            ?? settings.resendTimeout
        self.check(settings, table)
        return settings
    }

    private func file(_ key: String, of table: OptionTable) -> String? {
        table.string(key).map { FolderPath.resolve($0, besides: self.mainFile) }
    }

    private mutating func check(_ settings: FleetSettings, _ table: OptionTable) {
        if settings.mode != .off {
            for (key, isThere) in [("servers", !settings.servers.isEmpty), ("name", !settings.name.isEmpty)]
            where !isThere {
                self.checker.add(
                    table.problem(
                        key, "[fleet] needs the key \(key)",
                        hint: ConfigurationSpecs.fleet.first { $0.name == key }?.summary))
            }
        }
        if !settings.name.isEmpty, !FleetSubjects.isFleetName(settings.name) {
            self.checker.add(
                table.problem(
                    "name",
                    "name in [fleet] must be of a-z A-Z 0-9 _ - and up to 32 characters, not \"\(settings.name)\""))
        }
        if let stream = settings.stream, !Self.isStreamName(stream) {
            self.checker.add(
                table.problem(
                    "stream",
                    "stream in [fleet] must be of a-z A-Z 0-9 _ - and up to 255 characters, not \"\(stream)\""))
        }
        if let host = settings.host, host.isEmpty || host.utf8.count > FleetRanges.maxHostBytes {
            self.checker.add(
                table.problem("host", "host in [fleet] must have 1 to \(FleetRanges.maxHostBytes) bytes"))
        }
        for (index, server) in settings.servers.enumerated() where !Self.isServer(server) {
            self.checker.add(
                table.problem(
                    "servers[\(index)]", "\"\(server)\" in [fleet] is no NATS server",
                    hint: "write \"nats://HOST:4222\" or \"tls://HOST:4222\"; user and password are keys of their own"))
        }
        self.checkSecrets(settings, table)
    }

    private mutating func checkSecrets(_ settings: FleetSettings, _ table: OptionTable) {
        let pairs = [("tls_certificate", "tls_key"), ("tls_key", "tls_certificate"), ("password", "user")]
        for (key, other) in pairs where table.string(key) != nil && table.string(other) == nil {
            self.checker.add(table.problem(key, "\(key) in [fleet] is worth nothing without \(other)"))
        }
        let isOpen = settings.authority == nil && settings.certificate == nil
            && settings.servers.contains { $0.hasPrefix("nats://") && !Self.isLocal($0) }
        if settings.mode != .off, isOpen {
            self.warnings.append(
                "the fleet's server is reached without TLS: events and secrets can be read on the way; write tls:// in "
                    + "servers, or set tls_ca, in [fleet]")
        }
    }

    private static func isStreamName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && SubjectToken.encode(name) == name
    }

    /// Scheme, host and maybe a port.
    private static func isServer(_ text: String) -> Bool {
        guard let scheme = ["nats://", "tls://"].first(where: text.hasPrefix) else { return false }
        let rest = text.dropFirst(scheme.count).utf8
        return !rest.isEmpty && !rest.contains { $0 <= 0x20 || $0 >= 0x7F || $0 == 0x2F || $0 == 0x40 }
    }

    private static func isLocal(_ server: String) -> Bool {
        ["nats://127.", "nats://localhost", "nats://[::1]"].contains(where: server.hasPrefix)
    }
}

/// What the values of `[fleet]` may be.
enum FleetRanges {
    /// From some messages to what a server can have of disk.
    static let maxBytes: ClosedRange<Int64> = (1 << 20)...(1 << 50)
    static let maxHostBytes = 128
}
