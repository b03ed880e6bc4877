package import TailraceOptions

/// Checks a table of the file against its specs and reads its values.
package struct OptionChecker: Sendable {
    package private(set) var problems: ProblemList
    /// Strings as written, by the place of their value, where `${…}` was expanded.
    package private(set) var unexpanded: [SourcePlace: String] = [:]

    package init(problems: ProblemList = ProblemList()) {
        self.problems = problems
    }

    package mutating func add(_ problem: OptionProblem) {
        self.problems.add(problem)
    }

    package mutating func add(_ place: SourcePlace, _ key: String, _ message: String, hint: String? = nil) {
        self.problems.add(place, key, message, hint: hint)
    }

    /// Reads a table. Keys that are wrong are left out and reported; `label` names the table in messages.
    ///
    /// `places` of the result has the place of each value under its key, that of each element of an array of strings
    /// under `key[0]`, `key[1]`, …, and that of each value of a table of scalars under `key.name`.
    package mutating func table(
        _ node: ConfigurationNode, specs: [OptionSpec], label: String, unavailable: Set<String> = [],
        hintForUnknown: (String) -> String? = { _ in nil }
    ) -> OptionTable {
        var result = OptionTable(place: node.place)
        guard let table = node.table else {
            self.add(node.place, label, "\(label) must be a table, not \(node.shown)")
            return result
        }
        for (key, value) in table.sorted(by: { $0.key < $1.key }) {
            if unavailable.contains(key) {
                self.add(value.keyPlace, key, "\(key) in \(label) \(Unavailable.sentence)", hint: "remove it")
            } else if let spec = specs.first(where: { $0.name == key }) {
                result.places[key] = value.place
                result.values[key] = self.value(value, spec: spec, label: label, places: &result.places)
            } else {
                let hint = hintForUnknown(key)
                    ?? Suggestion.hint(for: key, among: specs.map(\.name), calledThem: "known keys")
                self.add(value.keyPlace, key, "unknown key \"\(key)\" in \(label)", hint: hint)
            }
        }
        for spec in specs where spec.isRequired && table[spec.name] == nil {
            self.add(node.place, spec.name, "\(label) needs the key \(spec.name)", hint: spec.summary)
        }
        return result
    }

    private mutating func value(
        _ node: ConfigurationNode, spec: OptionSpec, label: String, places: inout [String: SourcePlace]
    ) -> OptionValue? {
        if let unexpanded = node.unexpanded { self.unexpanded[node.place] = unexpanded }
        switch (spec.kind, node.value) {
        case (.string, .string(let text)): return .string(text)
        case (.strings, .string(let text)):
            places["\(spec.name)[0]"] = node.place
            return .strings([text])
        case (.strings, .array(let elements)):
            return self.strings(elements, spec: spec, label: label, places: &places).map(OptionValue.strings)
        case (.boolean, .boolean(let flag)): return .boolean(flag)
        case (.boolean, .string(let text)) where node.unexpanded != nil && (text == "true" || text == "false"):
            return .boolean(text == "true")
        case (.integer(let range), .integer(let number)) where range.contains(number): return .integer(number)
        case (.integer(let range), .string(let text)) where node.unexpanded != nil:
            if let number = Int64(text), range.contains(number) { return .integer(number) }
        case (.size, .integer(let number)) where number >= 0: return .size(number)
        case (.size, .string(let text)):
            if let bytes = QuantityText.bytes(text) { return .size(bytes) }
        case (.duration, .string(let text)):
            if let duration = QuantityText.duration(text) { return .duration(duration) }
        case (.choice(let choices), .string(let text)), (.choiceOrTable(let choices, _), .string(let text)):
            if choices.contains(text) { return .string(text) }
            let hint = Suggestion.hint(for: text, among: choices, calledThem: "valid values")
            self.add(node.place, spec.name, "\(node.shown) is not a value of \(spec.name) in \(label)", hint: hint)
            return nil
        case (.table(let specs), .table), (.choiceOrTable(_, let specs), .table):
            return .table(self.table(node, specs: specs, label: "\(spec.name) of \(label)"))
        case (.scalarsByName, .table(let table)):
            return self.scalarsByName(table, spec: spec, label: label, places: &places).map(OptionValue.scalarsByName)
        default: break
        }
        self.refuse(node, spec: spec, label: label)
        return nil
    }

    private mutating func strings(
        _ elements: [ConfigurationNode], spec: OptionSpec, label: String, places: inout [String: SourcePlace]
    ) -> [String]? {
        var result: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element.value else {
                self.refuse(element, spec: spec, label: label)
                continue
            }
            if let unexpanded = element.unexpanded { self.unexpanded[element.place] = unexpanded }
            places["\(spec.name)[\(index)]"] = element.place
            result.append(text)
        }
        return result.count == elements.count ? result : nil
    }

    private mutating func scalarsByName(
        _ table: [String: ConfigurationNode], spec: OptionSpec, label: String, places: inout [String: SourcePlace]
    ) -> [String: OptionScalar]? {
        var result: [String: OptionScalar] = [:]
        for (name, node) in table {
            switch node.value {
            case .string(let text): result[name] = .string(text)
            case .integer(let number): result[name] = .integer(number)
            case .number(let number) where number.isFinite: result[name] = .number(number)
            case .boolean(let flag): result[name] = .boolean(flag)
            case .number, .date, .array, .table:
                self.add(
                    node.place, "\(spec.name).\(name)",
                    "\(name) in \(spec.name) of \(label) must be a string, a number, true or false, not \(node.shown)",
                    hint: "put it in quotes")
            }
            if let unexpanded = node.unexpanded { self.unexpanded[node.place] = unexpanded }
            places["\(spec.name).\(name)"] = node.place
        }
        return result.count == table.count ? result : nil
    }

    private mutating func refuse(_ node: ConfigurationNode, spec: OptionSpec, label: String) {
        self.add(
            node.place, spec.name, "\(spec.name) in \(label) must be \(Self.expected(spec.kind)), not \(node.shown)",
            hint: spec.defaultText.map { "the default is \($0)" })
    }

    /// What a value of this kind looks like, after "must be".
    package static func expected(_ kind: OptionSpec.Kind) -> String {
        switch kind {
        case .string: "a string"
        case .strings: "a string or an array of strings"
        case .boolean: "true or false"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .size: "a size such as \"64KiB\", \"2GiB\" or a whole number of bytes"
        case .duration: "a time such as \"100ms\", \"1s\" or \"7d\""
        case .choice(let choices): "one of \(choices.map { "\"\($0)\"" }.joined(separator: ", "))"
        case .table: "a table"
        case .choiceOrTable(let choices, _):
            "one of \(choices.map { "\"\($0)\"" }.joined(separator: ", ")), or a table"
        case .scalarsByName: "a table such as { team = \"web\", tier = 1 }"
        }
    }
}
