import TailraceOptions
import TailraceWeb

extension ConfigurationReader {
    mutating func server(_ table: OptionTable) -> ServerSettings {
        var settings = ServerSettings()
        settings.insecure = table.boolean("insecure") ?? settings.insecure
        settings.tls = self.tls(table)
        if let listen = table.strings("listen") { settings.listen = self.addresses(listen, table: table) }
        if let folder = table.string("public") {
            settings.publicFolder = FolderPath.resolve(folder, besides: self.mainFile)
            if folder.isEmpty { self.checker.add(table.problem("public", "public in [server] is empty")) }
        }
        settings.allowedOrigins = table.strings("allowed_origins") ?? settings.allowedOrigins
        settings.allowedHosts = table.strings("allowed_hosts") ?? settings.allowedHosts
        settings.defaultPanels = table.boolean("default_panels") ?? settings.defaultPanels
        settings.debugEcho = table.boolean("debug_echo") ?? settings.debugEcho
        settings.maxConnections = table.integer("max_connections").map(Int.init) ?? settings.maxConnections
        settings.maxStreamsPerAddress =
            table.integer("max_streams_per_address").map(Int.init) ?? settings.maxStreamsPerAddress
        settings.limits = self.connectionLimits(table.table("limits") ?? OptionTable())
        self.checkOrigins(settings.allowedOrigins, table: table)
        if settings.insecure, !self.hasLogin, settings.tls?.clientAuthority == nil,
            let address = settings.exposed.first
        {
            self.warnings.append(
                "the relay listens on \(address) without a login: whoever can connect reads everything")
        }
        if self.hasLogin, settings.tls == nil, let address = settings.exposed.first {
            self.warnings.append(
                "the relay listens on \(address) without TLS: secrets and events can be read on the way; set tls, or "
                    + "listen on this host behind a proxy that speaks it")
        }
        if settings.listen.isEmpty {
            self.warnings.append("listen is empty: the relay serves only on sockets that systemd passes to it")
        }
        return settings
    }

    private mutating func connectionLimits(_ table: OptionTable) -> ConnectionLimits {
        var limits = ConnectionLimits()
        let label = "limits of [server]"
        limits.maxHead =
            self.size("max_head", of: table, in: ConnectionLimits.head, label: label) ?? limits.maxHead
        limits.maxHeaderFields = table.integer("max_header_fields").map(Int.init) ?? limits.maxHeaderFields
        limits.requestTimeout =
            self.duration("request_timeout", of: table, in: ConnectionLimits.request, label: label)
            ?? limits.requestTimeout
        limits.idleTimeout =
            self.duration("idle_timeout", of: table, in: ConnectionLimits.wait, label: label) ?? limits.idleTimeout
        limits.stallTimeout =
            self.duration("stall_timeout", of: table, in: ConnectionLimits.wait, label: label) ?? limits.stallTimeout
        return limits
    }

    private mutating func addresses(_ texts: [String], table: OptionTable) -> [ListenAddress] {
        // A client without a certificate of the named authorities gets nowhere.
        let isAllowedOut =
            self.hasLogin || table.boolean("insecure") == true || table.table("tls")?.string("client_ca") != nil
        var addresses: [ListenAddress] = []
        for (index, text) in texts.enumerated() {
            let key = "listen[\(index)]"
            do {
                let address = try ListenAddress(parsing: text)
                if !address.isLocal && !isAllowedOut {
                    self.checker.add(table.problem(key, Self.exposure(address), hint: Self.exposureHint))
                }
                if addresses.contains(address), address != .tcp(host: "127.0.0.1", port: 0) {
                    self.checker.add(table.problem(key, "\(address) stands in listen twice", hint: "remove one"))
                }
                addresses.append(address)
            } catch {
                self.checker.add(table.problem(key, error.message, hint: error.hint))
            }
        }
        return addresses
    }

    static func exposure(_ address: ListenAddress) -> String {
        "\(address) can be reached from other hosts, and without a login everyone there would read every event"
    }

    static let exposureHint =
        "set mode in [auth], listen on 127.0.0.1 behind a proxy with a login, "
        + "ask for certificates with client_ca in tls, or set insecure = true in [server] to accept that"

    private mutating func checkOrigins(_ origins: [String], table: OptionTable) {
        for (index, origin) in origins.enumerated() where !Self.isOrigin(origin) {
            self.checker.add(
                table.problem(
                    "allowed_origins[\(index)]", "\"\(origin)\" is not an origin",
                    hint: "write scheme, host and port only, such as \"https://logs.example.com\""))
        }
    }

    /// Scheme, host and maybe a port, as a browser sends them (RFC 6454 §6.1), or `*`.
    private static func isOrigin(_ text: String) -> Bool {
        if text == "*" { return true }
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
        let host = text.dropFirst(scheme.count)
        return !host.isEmpty && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }

    mutating func log(_ table: OptionTable) -> LogSettings {
        var settings = LogSettings()
        if let path = table.string("path") {
            settings.storage =
                path == "memory" ? .memory : .folder(FolderPath.resolve(path, besides: self.mainFile))
            if path.isEmpty {
                self.checker.add(table.problem("path", "path in [log] is empty", hint: "name a folder, or \"memory\""))
            }
        }
        settings.maxSize =
            self.size("max_size", of: table, in: LogLimits.maxSize, label: "[log]") ?? settings.maxSize
        settings.maxAge = self.duration("max_age", of: table, in: LogLimits.maxAge, label: "[log]") ?? settings.maxAge
        settings.memory = self.size("memory", of: table, in: LogLimits.memory, label: "[log]") ?? settings.memory
        if let text = table.string("sync") { settings.sync = self.sync(text, table: table) ?? settings.sync }
        return settings
    }

    mutating func history(_ table: OptionTable) -> HistorySettings {
        var settings = HistorySettings()
        settings.maxTime =
            self.duration("max_time", of: table, in: .milliseconds(10)...(.seconds(3600)), label: "[history]")
            ?? settings.maxTime
        settings.maxSearched = table.integer("max_searched").map(Int.init) ?? settings.maxSearched
        settings.maxResults = table.integer("max_results").map(Int.init) ?? settings.maxResults
        settings.maxOpen = table.integer("max_open").map(Int.init) ?? settings.maxOpen
        settings.maxOpenEach = table.integer("max_open_each").map(Int.init) ?? settings.maxOpenEach
        return settings
    }

    mutating func consumers(_ table: OptionTable) -> ConsumerSettings {
        var settings = ConsumerSettings()
        settings.maxCount = table.integer("max_count").map(Int.init) ?? settings.maxCount
        settings.maxIdle =
            self.duration("max_idle", of: table, in: .seconds(1)...(.seconds(3650 * 86_400)), label: "[consumers]")
            ?? settings.maxIdle
        return settings
    }

    private mutating func sync(_ text: String, table: OptionTable) -> LogSettings.Sync? {
        switch text {
        case "always": return .always
        case "never": return .never
        default:
            guard let interval = QuantityText.duration(text), LogLimits.sync.contains(interval) else {
                let limits = LogLimits.sync
                let range = "\(QuantityText.text(limits.lowerBound)) to \(QuantityText.text(limits.upperBound))"
                self.checker.add(
                    table.problem(
                        "sync", "sync in [log] must be a time from \(range), \"always\" or \"never\", not \"\(text)\"",
                        hint: Suggestion.nearest(to: text, among: ["always", "never"]).map {
                            "did you mean \"\($0)\"?"
                        }))
                return nil
            }
            return .group(interval)
        }
    }

    /// A size within limits; out of them it is reported and nil.
    mutating func size(
        _ key: String, of table: OptionTable, in range: ClosedRange<Int64>, label: String
    ) -> Int64? {
        guard let size = table.size(key), !range.contains(size) else { return table.size(key) }
        let limits = "\(QuantityText.text(bytes: range.lowerBound)) to \(QuantityText.text(bytes: range.upperBound))"
        self.checker.add(
            table.problem(key, "\(key) in \(label) must be from \(limits), not \(QuantityText.text(bytes: size))"))
        return nil
    }

    /// A time within limits; out of them it is reported and nil.
    mutating func duration(
        _ key: String, of table: OptionTable, in range: ClosedRange<Duration>, label: String
    ) -> Duration? {
        guard let duration = table.duration(key), !range.contains(duration) else { return table.duration(key) }
        let limits = "\(QuantityText.text(range.lowerBound)) to \(QuantityText.text(range.upperBound))"
        self.checker.add(
            table.problem(key, "\(key) in \(label) must be from \(limits), not \(QuantityText.text(duration))"))
        return nil
    }
}

/// What the values of `[log]` may be.
enum LogLimits {
    /// From what a block of events and its index need to what a single SQLite file can hold with ease.
    static let maxSize: ClosedRange<Int64> = (1 << 20)...(16 << 40)
    static let maxAge: ClosedRange<Duration> = .seconds(1)...(.seconds(3650 * 86_400))
    /// From some batches to what a host that does other work can spare.
    static let memory: ClosedRange<Int64> = (1 << 20)...(64 << 30)
    /// Below a millisecond `always` is meant, above a minute `never`.
    static let sync: ClosedRange<Duration> = .milliseconds(1)...(.seconds(60))
}
