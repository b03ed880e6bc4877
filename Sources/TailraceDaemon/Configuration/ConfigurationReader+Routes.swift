import TailraceOptions

extension ConfigurationReader {
    /// One bit each of a 64-bit set that an event carries; the last one marks what is not in `all`.
    static let maxRoutes = 63

    mutating func routes(_ nodes: [ConfigurationNode], inputs: [String]) -> [RouteBlock] {
        self.checkCount(nodes, limit: Self.maxRoutes, label: "[[route]]")
        var names = NameList(label: "[[route]]")
        return nodes.compactMap { node in
            let reserved = [ConfigurationName.all: "the stream \"\(ConfigurationName.all)\" always exists"]
            let name = names.take(node, reserved: reserved, checker: &self.checker)
            let label = name.map { "[[route]] \"\($0)\"" } ?? "[[route]]"
            let table = self.checker.table(node, specs: ConfigurationSpecs.route, label: label)
            let block = RouteBlock(
                name: name ?? "", from: self.from(table, inputs: inputs, label: label),
                filter: Self.filter(node), drops: self.drops(table, label: label),
                capture: self.capture(table, label: label), set: self.set(table, label: label),
                sampleOneOf: self.sample(table, label: label), rateLimit: self.rateLimit(table, label: label),
                roles: self.roles(table, label: label), batch: self.batch(table.table("batch"), label: label),
                place: node.place, places: table.places)
            return name == nil ? nil : block
        }
    }

    private static func filter(_ node: ConfigurationNode) -> FilterText? {
        guard let value = node.table?["where"], case .string(let text) = value.value else { return nil }
        return FilterText(text: text, place: value.place, isVerbatim: value.isVerbatim)
    }

    /// A drop rule has no stream, so what is said of one would be without effect.
    private mutating func drops(_ table: OptionTable, label: String) -> Bool {
        guard table.boolean("drop") == true else { return false }
        if table.values["where"] == nil && table.values["from"] == nil {
            self.checker.add(
                table.problem(
                    "drop", "drop in \(label) would drop every event",
                    hint: "say which ones with where or from"))
        }
        for key in ["batch", "capture", "rate_limit", "roles", "sample", "set"] where table.places[key] != nil {
            self.checker.add(
                table.problem(
                    key, "\(key) in \(label) has no effect: with drop = true nothing is in its stream",
                    hint: "remove one of the two"))
        }
        return true
    }

    private mutating func capture(_ table: OptionTable, label: String) -> [String] {
        let capture = table.strings("capture") ?? []
        if capture.count > RouteLimits.maxCaptures {
            self.checker.add(
                table.problem(
                    "capture",
                    "capture in \(label) has \(capture.count) patterns, more than \(RouteLimits.maxCaptures)",
                    hint: "join some of them, or make two routes"))
        }
        return capture
    }

    private mutating func set(_ table: OptionTable, label: String) -> [String: OptionScalar] {
        let set = table.scalarsByName("set") ?? [:]
        for name in set.keys.sorted() {
            if !ConfigurationName.isValid(name) {
                self.checker.add(
                    table.problem(
                        "set", "\"\(name)\" in set of \(label) is not a field name",
                        hint: "use up to \(ConfigurationName.maxBytes) of a-z A-Z 0-9 _ - ."))
            } else if RouteLimits.reservedFields.contains(name) {
                self.checker.add(
                    table.problem(
                        "set.\(name)", "\(name) in set of \(label) is a field that only the relay itself sets",
                        hint: "choose another name"))
            }
        }
        if set.count > RouteLimits.maxFields {
            self.checker.add(
                table.problem(
                    "set", "set in \(label) has \(set.count) fields, more than \(RouteLimits.maxFields)",
                    hint: "remove some"))
        }
        return set
    }

    private mutating func sample(_ table: OptionTable, label: String) -> Int? {
        guard let text = table.string("sample") else { return nil }
        if let share = QuantityText.share(text), RouteLimits.sample.contains(share) { return share }
        let limits = "\"1:\(RouteLimits.sample.lowerBound)\" to \"1:\(RouteLimits.sample.upperBound)\""
        self.checker.add(
            table.problem(
                "sample", "sample in \(label) must be from \(limits), not \"\(text)\"",
                hint: "\"1:10\" leaves one of ten"))
        return nil
    }

    private mutating func rateLimit(_ table: OptionTable, label: String) -> EventRate? {
        guard let text = table.string("rate_limit") else { return nil }
        if let rate = QuantityText.rate(text), RouteLimits.rate.contains(rate.count) { return rate }
        let limits = "\(RouteLimits.rate.lowerBound) to \(RouteLimits.rate.upperBound) events per s, m or h"
        self.checker.add(
            table.problem(
                "rate_limit", "rate_limit in \(label) must be \(limits), not \"\(text)\"",
                hint: "such as \"1000/s\" or \"10/m\""))
        return nil
    }

    private mutating func roles(_ table: OptionTable, label: String) -> [String] {
        guard let roles = table.strings("roles") else { return [] }
        if roles.isEmpty {
            self.checker.add(
                table.problem("roles", "roles in \(label) names no role", hint: "leave it out for everybody"))
        }
        for (index, role) in roles.enumerated() where !ConfigurationName.isValid(role) {
            self.checker.add(
                table.problem(
                    "roles[\(index)]", "\"\(role)\" in roles of \(label) is not a name",
                    hint: "use up to \(ConfigurationName.maxBytes) of a-z A-Z 0-9 _ - ."))
        }
        if !self.hasLogin { self.refuseRolesWithoutLogin(table, label: label) }
        return roles
    }

    /// The one place that keeps a stream with roles from being read by everybody: who asks is known only with a login.
    private mutating func refuseRolesWithoutLogin(_ table: OptionTable, label: String) {
        self.checker.add(
            table.problem(
                "roles", "roles in \(label) need [auth]: with mode = \"none\" everybody could read the stream",
                hint: "remove roles, or set another mode in [auth]"))
    }

    private mutating func batch(_ table: OptionTable?, label: String) -> BatchSettings {
        var batch = BatchSettings()
        guard let table else { return batch }
        let label = "batch of \(label)"
        batch.maxEvents = table.integer("max_events").map(Int.init) ?? batch.maxEvents
        batch.maxBytes =
            self.size("max_bytes", of: table, in: BatchLimits.maxBytes, label: label).map(Int.init) ?? batch.maxBytes
        batch.maxDelay = self.duration("max_delay", of: table, in: BatchLimits.maxDelay, label: label) ?? batch.maxDelay
        return batch
    }
}

/// What the values of `batch` may be; `max_events` has its range in the specs.
enum BatchLimits {
    /// From one ordinary event to what a browser parses without a pause.
    static let maxBytes: ClosedRange<Int64> = (1 << 10)...(4 << 20)
    /// A reader that waits longer for a line would think the relay dead.
    static let maxDelay: ClosedRange<Duration> = .zero...(.seconds(10))
}

/// What a `[[route]]` may hold.
enum RouteLimits {
    static let maxCaptures = 16
    static let maxFields = 64
    /// Above, hardly anything but errors and new kinds of messages is left.
    static let sample = 2...1_000_000
    static let rate = 1...1_000_000
    /// A reader takes them for the relay's own word.
    static let reservedFields: Set<String> = ["gap", "mark"]
}
