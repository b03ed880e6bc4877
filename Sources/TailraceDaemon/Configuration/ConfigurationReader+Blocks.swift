import TailraceEvent
import TailraceOptions

extension ConfigurationReader {
    /// Each input has a thread of its own.
    static let maxInputs = 256

    /// Why no input can have this name.
    private static let ownSource = "\"\(Mark.source)\" is the source of what the relay itself says"

    mutating func inputs(_ nodes: [ConfigurationNode]) -> [InputBlock] {
        if nodes.isEmpty, !self.isHub { self.warnings.append("there is no [[input]]: nothing will be read") }
        self.checkCount(nodes, limit: Self.maxInputs, label: "[[input]]")
        var names = NameList(label: "[[input]]")
        return nodes.compactMap { node in
            let name = names.take(node, reserved: [Mark.source: Self.ownSource], checker: &self.checker)
            guard let kind = self.kind(of: node) else { return nil }
            let label = name.map { "[[input]] \"\($0)\"" } ?? "[[input]]"
            let kinds = self.inputKinds
            var table = self.checker.table(
                node, specs: ConfigurationSpecs.input + kind.options, label: label,
                hintForUnknown: { key in Self.ownerHint(of: key, kinds: kinds, than: kind.name) })
            table.values["name"] = nil
            table.values["type"] = nil
            return name.map { InputBlock(name: $0, kind: kind.name, table: table, place: node.place) }
        }
    }

    /// The kind a block names; nil after a report if it names none, since its other keys cannot be checked then.
    private mutating func kind(of node: ConfigurationNode) -> InputKind? {
        let names = self.inputKinds.map(\.name)
        guard let type = node.table?["type"] else {
            self.checker.add(
                node.place, "type", "[[input]] needs the key type", hint: "one of: \(names.joined(separator: ", "))")
            return nil
        }
        guard case .string(let text) = type.value else {
            self.checker.add(type.place, "type", "type in [[input]] must be a string, not \(type.shown)")
            return nil
        }
        if let kind = self.inputKinds.first(where: { $0.name == text }) { return kind }
        let hint = Suggestion.hint(for: text, among: names, calledThem: "types")
        self.checker.add(type.place, "type", "unknown input type \(type.shown)", hint: hint)
        return nil
    }

    private static func ownerHint(of key: String, kinds: [InputKind], than kind: String) -> String? {
        let owners = kinds.filter { other in other.options.contains { $0.name == key } }.map { "\"\($0.name)\"" }
        guard !owners.isEmpty else { return nil }
        return "it is an option of type \(owners.joined(separator: ", ")), and this input has type \"\(kind)\""
    }

    /// The inputs that a block names; nil for all of them.
    mutating func from(_ table: OptionTable, inputs: [String], label: String) -> [String]? {
        guard let from = table.strings("from") else { return nil }
        if from.isEmpty {
            self.checker.add(table.problem("from", "from in \(label) names no input", hint: "leave it out for all"))
        }
        for (index, name) in from.enumerated() where !self.isHub && !inputs.contains(name) {
            let hint = Suggestion.hint(for: name, among: inputs, calledThem: "inputs")
            let message = "\(label) reads from \"\(name)\", which is no input"
            self.checker.add(table.problem("from[\(index)]", message, hint: hint))
        }
        return from
    }

    mutating func checkCount(_ nodes: [ConfigurationNode], limit: Int, label: String) {
        guard nodes.count > limit else { return }
        self.checker.add(
            nodes[limit].place, label, "there are \(nodes.count) \(label), more than the \(limit) that are possible",
            hint: "join some of them")
    }
}

/// The names of a kind of block, each valid and unique.
struct NameList {
    let label: String
    private var places: [String: SourcePlace] = [:]

    init(label: String) {
        self.label = label
    }

    /// The name of a block, or nil after a report. A missing name is reported by the check of its keys; `reserved`
    /// names come with the reason.
    mutating func take(
        _ node: ConfigurationNode, reserved: [String: String], checker: inout OptionChecker
    ) -> String? {
        guard let name = node.table?["name"], case .string(let text) = name.value else { return nil }
        guard ConfigurationName.isValid(text) else {
            checker.add(
                name.place, "name", "\(name.shown) is not a name for \(self.label)",
                hint: "use up to \(ConfigurationName.maxBytes) of a-z A-Z 0-9 _ - .")
            return nil
        }
        if let reason = reserved[text] {
            checker.add(name.place, "name", reason, hint: "choose another name")
            return nil
        }
        if let first = self.places[text] {
            checker.add(
                name.place, "name",
                "\(self.label) \"\(text)\" is already defined at \(first.file):\(first.line):\(first.column)",
                hint: "give one of the two another name")
            return nil
        }
        self.places[text] = name.place
        return text
    }
}
