import TailraceOptions
import TailraceWeb

extension Configuration {
    /// The whole configuration with its defaults, as a file that reads back as the same.
    ///
    /// `${…}` stands as it was written in blocks, so that no secret is printed.
    package var effectiveTOML: String {
        ([
            "# From \(self.fileName)", self.serverText, self.logText, self.historyText, self.consumersText,
            "[auth]\nmode = \"none\"",
        ]
            + self.inputs.map(self.text(of:)) + self.redactions.map(self.text(of:)) + self.routes.map(self.text(of:))
            + self.panels.map(\.effectiveTOML) + self.lenses.map(\.effectiveTOML))
            .joined(separator: "\n\n") + "\n"
    }

    private var serverText: String {
        var lines = ["[server]", "listen = \(TOMLText.array(self.server.listen.map(\.description)))"]
        if let folder = self.server.publicFolder { lines.append("public = \(TOMLText.string(folder))") }
        lines += [
            "allowed_origins = \(TOMLText.array(self.server.allowedOrigins))",
            "allowed_hosts = \(TOMLText.array(self.server.allowedHosts))",
            "max_connections = \(self.server.maxConnections)",
            "insecure = \(self.server.insecure)",
            "debug_echo = \(self.server.debugEcho)",
            "default_panels = \(self.server.defaultPanels)",
        ]
        if let tls = self.server.tls { lines.append("tls = \(Self.text(of: tls))") }
        return lines.joined(separator: "\n")
    }

    private static func text(of tls: ServerTLS.Files) -> String {
        var members = [
            "certificate = \(TOMLText.string(tls.certificate))", "key = \(TOMLText.string(tls.key))",
        ]
        if let authority = tls.clientAuthority { members.append("client_ca = \(TOMLText.string(authority))") }
        return "{ \(members.joined(separator: ", ")) }"
    }

    private var logText: String {
        let path = if case .folder(let path) = self.log.storage { path } else { "memory" }
        let sync =
            switch self.log.sync {
            case .group(let interval): QuantityText.text(interval)
            case .always: "always"
            case .never: "never"
            }
        return """
            [log]
            path = \(TOMLText.string(path))
            max_size = "\(QuantityText.text(bytes: self.log.maxSize))"
            max_age = "\(QuantityText.text(self.log.maxAge))"
            sync = "\(sync)"
            memory = "\(QuantityText.text(bytes: self.log.memory))"
            """
    }

    private var historyText: String {
        """
        [history]
        max_time = "\(QuantityText.text(self.history.maxTime))"
        max_searched = \(self.history.maxSearched)
        max_results = \(self.history.maxResults)
        max_open = \(self.history.maxOpen)
        """
    }

    private var consumersText: String {
        """
        [consumers]
        max_count = \(self.consumers.maxCount)
        max_idle = "\(QuantityText.text(self.consumers.maxIdle))"
        """
    }

    private func text(of input: InputBlock) -> String {
        let head = ["[[input]]", "name = \(TOMLText.string(input.name))", "type = \(TOMLText.string(input.kind))"]
        return (head + self.lines(of: input.table)).joined(separator: "\n")
    }

    private func text(of redaction: RedactBlock) -> String {
        (["[[redact]]"] + self.lines(of: redaction.table)).joined(separator: "\n")
    }

    private func lines(of table: OptionTable) -> [String] {
        table.values.sorted { $0.key < $1.key }.map { key, value in
            let text = TOMLText.value(value, key: key, places: table.places, unexpanded: self.unexpanded)
            return "\(TOMLText.key(key)) = \(text)"
        }
    }

    private func text(of route: RouteBlock) -> String {
        var lines = ["[[route]]", "name = \(TOMLText.string(route.name))"]
        if let from = route.from { lines.append("from = \(TOMLText.array(from))") }
        if let filter = route.filter { lines.append("where = \(TOMLText.string(filter.text))") }
        if route.drops { return (lines + ["drop = true"]).joined(separator: "\n") }
        func add(_ key: String, _ value: OptionValue) {
            let text = TOMLText.value(value, key: key, places: route.places, unexpanded: self.unexpanded)
            lines.append("\(key) = \(text)")
        }
        if !route.capture.isEmpty { add("capture", .strings(route.capture)) }
        if !route.set.isEmpty { add("set", .scalarsByName(route.set)) }
        if let sample = route.sampleText { add("sample", .string(sample)) }
        if let limit = route.rateLimit { add("rate_limit", .string(limit.description)) }
        if !route.roles.isEmpty { add("roles", .strings(route.roles)) }
        lines.append(
            """
            batch = { max_events = \(route.batch.maxEvents), \
            max_bytes = "\(QuantityText.text(bytes: Int64(route.batch.maxBytes)))", \
            max_delay = "\(QuantityText.text(route.batch.maxDelay))" }
            """)
        return lines.joined(separator: "\n")
    }
}
