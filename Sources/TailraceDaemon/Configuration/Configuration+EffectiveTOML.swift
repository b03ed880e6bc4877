import TailraceOptions

extension Configuration {
    /// The whole configuration with its defaults, as a file that reads back as the same.
    ///
    /// `${…}` stands as it was written, so that no secret is printed. With `origins` each line says where its value
    /// stands.
    package func effectiveTOML(origins: Bool = false) -> String {
        let writer = EffectiveTOML(configuration: self, showsOrigins: origins)
        let settings = ConfigurationSpecs.settings.map { writer.settings($0.name, $0.specs) }
        let blocks =
            self.inputs.map(writer.input) + self.redactions.map { writer.block("redact", $0.table) }
            + self.routes.map(writer.route)
            + self.panels.map { writer.block("panel", $0.table, specs: $0.specs) }
            + self.lenses.map { writer.block("lens", $0.table, specs: ConfigurationSpecs.lens) }
            + self.access.blocks.map { writer.block($0.name, $0.table) }
        return (["# From \(self.fileName)"] + settings + blocks)
            .joined(separator: "\n\n") + "\n"
    }
}

/// Writes tables with their values and, if wanted, behind each where it comes from.
private struct EffectiveTOML {
    let configuration: Configuration
    let showsOrigins: Bool

    func settings(_ name: String, _ specs: [OptionSpec]) -> String {
        let table = self.configuration.tables[name] ?? OptionTable()
        return (["[\(name)]"] + self.lines(table, specs) { self.path($0, $1, in: name, table) })
            .joined(separator: "\n")
    }

    func input(_ input: InputBlock) -> String {
        let head = ["name = \(TOMLText.string(input.name))", "type = \(TOMLText.string(input.kind))"]
        return ([self.header("input", input.place)] + head + self.lines(input.table, [])).joined(separator: "\n")
    }

    /// Keys that a block leaves out get the defaults of `specs`.
    func block(_ name: String, _ table: OptionTable, specs: [OptionSpec] = []) -> String {
        ([self.header(name, table.place)] + self.lines(table, specs)).joined(separator: "\n")
    }

    func route(_ route: RouteBlock) -> String {
        var values: [String: OptionValue] = ["name": .string(route.name)]
        values["from"] = route.from.map(OptionValue.strings)
        values["where"] = route.filter.map { .string($0.text) }
        if route.drops { values["drop"] = .boolean(true) }
        if !route.capture.isEmpty { values["capture"] = .strings(route.capture) }
        if !route.set.isEmpty { values["set"] = .scalarsByName(route.set) }
        values["sample"] = route.sampleText.map(OptionValue.string)
        values["rate_limit"] = route.rateLimit.map { .string($0.description) }
        if !route.roles.isEmpty { values["roles"] = .strings(route.roles) }
        if !route.drops { values["batch"] = .table(Self.batch(route.batch)) }
        return self.block("route", OptionTable(values: values, places: route.places, place: route.place))
    }

    private static func batch(_ batch: BatchSettings) -> OptionTable {
        OptionTable(values: [
            "max_events": .integer(Int64(batch.maxEvents)), "max_bytes": .size(Int64(batch.maxBytes)),
            "max_delay": .duration(batch.maxDelay),
        ])
    }

    // MARK: Lines

    private func header(_ name: String, _ place: SourcePlace) -> String { "[[\(name)]]" + self.origin(place) }

    /// The keys of the specs in their order, then all others by name.
    private func lines(
        _ table: OptionTable, _ specs: [OptionSpec], shown: (String, OptionValue) -> OptionValue = { $1 }
    ) -> [String] {
        let known = specs.map(\.name)
        let others = table.values.keys.filter { !known.contains($0) }.sorted()
        return (known + others).compactMap { key in
            if let value = table.values[key] {
                let text = TOMLText.value(
                    shown(key, value), key: key, places: table.places, unexpanded: self.configuration.unexpanded)
                return "\(TOMLText.key(key)) = \(text)" + self.origin(table.places[key])
            }
            guard let text = specs.first(where: { $0.name == key })?.defaultText else { return nil }
            return "\(key) = \(text)" + (self.showsOrigins ? "  # default" : "")
        }
    }

    /// Relative paths as they are seen from the main file, so that the text means the same elsewhere.
    private func path(_ key: String, _ value: OptionValue, in name: String, _ table: OptionTable) -> OptionValue {
        guard (name, key) == ("server", "public") || (name, key) == ("log", "path") || Self.isFleetFile(name, key),
            case .string(let text) = value, text != "memory"
        else { return value }
        return .string(FolderPath.resolve(text, besides: self.configuration.fileName))
    }

    private static func isFleetFile(_ name: String, _ key: String) -> Bool {
        name == "fleet" && ["credentials", "tls_ca", "tls_certificate", "tls_key"].contains(key)
    }

    private func origin(_ place: SourcePlace?) -> String {
        guard self.showsOrigins, let place else { return "" }
        return place.line > 0 ? "  # \(place.file):\(place.line)" : "  # \(place.file)"
    }
}
