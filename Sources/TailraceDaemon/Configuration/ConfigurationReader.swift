import TailraceAccess
import TailraceOptions

/// Reads the merged tables into a `Configuration` and gathers every problem on the way.
struct ConfigurationReader {
    let inputKinds: [InputKind]
    let mainFile: String
    var checker: OptionChecker
    var warnings: [String] = []
    /// Readers have to say who they are.
    var hasLogin = false
    /// What it serves comes from a fleet, whose inputs it does not know.
    var isHub = false

    init(inputKinds: [InputKind], mainFile: String, problems: ProblemList) {
        self.inputKinds = inputKinds
        self.mainFile = mainFile
        self.checker = OptionChecker(problems: problems)
    }

    var problems: ProblemList { self.checker.problems }

    mutating func read(_ root: [String: ConfigurationNode]) -> Configuration {
        self.refuseUnknownTables(root)
        var tables: [String: OptionTable] = [:]
        for (name, specs) in ConfigurationSpecs.settings { tables[name] = self.table(name, specs: specs, of: root) }
        let access = self.access(tables["auth"] ?? OptionTable(), root)
        self.hasLogin = access.policy.mode != .none
        self.isHub = tables["fleet"]?.string("mode") == FleetSettings.Mode.hub.rawValue
        let server = self.server(tables["server"] ?? OptionTable())
        let log = self.log(tables["log"] ?? OptionTable())
        let history = self.history(tables["history"] ?? OptionTable())
        let consumers = self.consumers(tables["consumers"] ?? OptionTable())
        let inputs = self.inputs(self.blocks("input", of: root))
        let routes = self.routes(self.blocks("route", of: root), inputs: inputs.map(\.name))
        self.checkRolesAndStreams(access, routes)
        let redactions = self.redactions(self.blocks("redact", of: root), inputs: inputs.map(\.name))
        let panels = self.panels(self.blocks("panel", of: root), streams: routes.map(\.name))
        let lenses = self.lenses(self.blocks("lens", of: root), streams: routes.map(\.name))
        var configuration = Configuration(
            server: server, log: log, history: history, consumers: consumers, inputs: inputs, routes: routes,
            redactions: redactions, panels: panels, lenses: lenses, fileName: self.mainFile,
            warnings: self.warnings, unexpanded: self.checker.unexpanded)
        configuration.tables = tables
        configuration.access = access
        configuration.fleet = self.fleet(tables["fleet"] ?? OptionTable())
        configuration.warnings = self.warnings
        return configuration
    }

    private mutating func refuseUnknownTables(_ root: [String: ConfigurationNode]) {
        let known = ConfigurationSpecs.tables
        for (name, node) in root where !known.contains(where: { $0.name == name }) {
            if Unavailable.tables.contains(name) {
                let place = Self.firstBlock(node).keyPlace
                self.checker.add(place, name, "[\(name)] \(Unavailable.sentence)", hint: "remove it")
            } else {
                let block = Self.firstBlock(node)
                let what = block.table == nil ? "key \"\(name)\" outside a table" : "table [\(name)]"
                let hint = Suggestion.hint(for: name, among: known.map(\.name), calledThem: "known tables")
                self.checker.add(block.keyPlace, name, "unknown \(what)", hint: hint)
            }
        }
    }

    /// The first table of an array of tables, else the node itself.
    private static func firstBlock(_ node: ConfigurationNode) -> ConfigurationNode {
        guard case .array(let elements) = node.value, let first = elements.first else { return node }
        return first.table == nil ? node : first
    }

    private mutating func table(
        _ name: String, specs: [OptionSpec], of root: [String: ConfigurationNode]
    ) -> OptionTable {
        guard let node = root[name] else {
            return OptionTable(place: SourcePlace(file: self.mainFile, line: 1, column: 1))
        }
        if case .array = node.value {
            self.checker.add(
                node.keyPlace, name, "[\(name)] can stand only once", hint: "write it with single brackets")
            return OptionTable(place: node.place)
        }
        return self.checker.table(node, specs: specs, label: "[\(name)]")
    }

    mutating func blocks(_ name: String, of root: [String: ConfigurationNode]) -> [ConfigurationNode] {
        guard let node = root[name] else { return [] }
        guard case .array(let elements) = node.value else {
            self.checker.add(
                node.keyPlace, name, "\(name) must be written as [[\(name)]], once for each",
                hint: "put a second pair of brackets around it")
            return []
        }
        for element in elements where element.table == nil {
            self.checker.add(element.place, name, "\(name) must be written as [[\(name)]], not \(element.shown)")
        }
        return elements.filter { $0.table != nil }
    }
}
