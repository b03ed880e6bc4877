import TailraceOptions
import TailraceRouter

extension ConfigurationReader {
    mutating func redactions(_ nodes: [ConfigurationNode], inputs: [String]) -> [RedactBlock] {
        self.checkCount(nodes, limit: RedactionRule.maxRules, label: "[[redact]]")
        var names = NameList(label: "[[redact]]")
        var taken = Set(nodes.compactMap(Self.givenName))
        var blocks: [RedactBlock] = []
        for (index, node) in nodes.enumerated() {
            let given = names.take(node, reserved: [:], checker: &self.checker)
            let label = given.map { "[[redact]] \"\($0)\"" } ?? "[[redact]]"
            let table = self.checker.table(node, specs: ConfigurationSpecs.redact, label: label)
            let secret = self.secret(table, label: label)
            let from = self.from(table, inputs: inputs, label: label)
            let fields = self.fields(table, label: label)
            let shown = given ?? secret?.builtinName ?? "redacted"
            let replacement = self.replacement(table, shown: shown, label: label)
            guard let secret else { continue }
            var name = given ?? secret.builtinName ?? "pattern-\(index + 1)"
            if given == nil, !taken.insert(name).inserted { name += "-\(index + 1)" }
            var block = RedactBlock(
                name: name, label: shown, secret: secret, fields: fields, from: from, replacement: replacement,
                table: table)
            if case .text(let text) = replacement { block.table.values["replace"] = .string(text) }
            blocks.append(block)
        }
        return blocks
    }

    private static func givenName(_ node: ConfigurationNode) -> String? {
        if case .string(let name)? = node.table?["name"]?.value { name } else { nil }
    }

    private mutating func secret(_ table: OptionTable, label: String) -> RedactBlock.Secret? {
        let builtins = BuiltinSecret.allCases.map { BuiltinSecret.prefix + $0.rawValue }
        switch (table.string("match"), table.string("pattern")) {
        case (nil, nil):
            // A value of a wrong type has been reported.
            if table.places["match"] == nil, table.places["pattern"] == nil {
                self.checker.add(
                    table.place, "match", "\(label) says nothing to replace",
                    hint: "write match = \"builtin:email\" or the like, or pattern = '…'; \(Self.list(builtins))")
            }
            return nil
        case (.some, .some):
            self.checker.add(
                table.problem(
                    "pattern", "\(label) has both match and pattern", hint: "make two [[redact]] blocks of them"))
            return nil
        case (let match?, nil):
            if let index = builtins.firstIndex(of: match) { return .builtin(BuiltinSecret.allCases[index]) }
            self.checker.add(
                table.problem(
                    "match", "\"\(match.prefix(80))\" is not a value of match in \(label)",
                    hint: Self.hint(forMatch: match, builtins)))
            return nil
        case (nil, let pattern?): return self.pattern(pattern, table, label: label)
        }
    }

    private static func hint(forMatch match: String, _ builtins: [String]) -> String {
        let spelled = match.hasPrefix(BuiltinSecret.prefix) ? match : BuiltinSecret.prefix + match
        let hint = Suggestion.hint(for: spelled, among: builtins, calledThem: "valid values")
        return match.contains(":") ? hint : hint + "; a regular expression goes into pattern"
    }

    private static func list(_ builtins: [String]) -> String { "builtins: \(builtins.joined(separator: ", "))" }

    private mutating func pattern(_ text: String, _ table: OptionTable, label: String) -> RedactBlock.Secret? {
        do {
            _ = try RedactionPattern(text)
            return .pattern(text)
        } catch {
            self.checker.add(
                table.problem("pattern", "pattern in \(label) is wrong: \(error.message)", hint: error.hint))
            return nil
        }
    }

    private mutating func fields(_ table: OptionTable, label: String) -> [String] {
        guard let fields = table.strings("fields") else { return [] }
        if fields.isEmpty {
            self.checker.add(
                table.problem("fields", "fields in \(label) names none, so the rule can match nothing",
                    hint: "leave it out for the message and all fields"))
        }
        for (index, name) in fields.enumerated() where name.isEmpty {
            self.checker.add(
                table.problem("fields[\(index)]", "fields in \(label) has an empty name",
                    hint: "write \"message\", a field's name, or a.b for a nested one"))
        }
        return fields
    }

    private mutating func replacement(_ table: OptionTable, shown: String, label: String) -> RedactBlock.Replacement {
        let text = table.string("replace") ?? "[\(shown)]"
        if let key = table.string("key") {
            self.checkKey(key, table, isUsed: text == "hash", label: label)
        }
        if text == "hash" { return .hash(key: table.string("key")) }
        if text.utf8.count > RedactionRule.maxReplacementBytes {
            self.checker.add(
                table.problem(
                    "replace", "replace in \(label) is longer than \(RedactionRule.maxReplacementBytes) bytes",
                    hint: "write a word such as \"[\(shown)]\""))
        }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            self.checker.add(table.problem("replace", "replace in \(label) has control characters"))
        }
        return .text(text)
    }

    /// Shorter keys can be guessed; RFC 2104 §3 wants as much as the hash is long, which people rarely type.
    private static let minKeyBytes = 16

    private mutating func checkKey(_ key: String, _ table: OptionTable, isUsed: Bool, label: String) {
        if !isUsed {
            self.checker.add(
                table.problem("key", "key in \(label) is not used", hint: "write replace = \"hash\", or remove it"))
        } else if table.places["key"].flatMap({ self.checker.unexpanded[$0] }) == nil {
            self.checker.add(
                table.problem(
                    "key", "key in \(label) stands in the file itself, where others may read it",
                    hint: "write key = \"${file:/etc/tailrace/redaction.key}\" or \"${NAME}\""))
        } else if key.utf8.count < Self.minKeyBytes {
            self.checker.add(
                table.problem(
                    "key", "key in \(label) has fewer than \(Self.minKeyBytes) bytes, so it can be guessed",
                    hint: "make one with: openssl rand -hex 32"))
        }
    }
}

extension RedactBlock.Secret {
    fileprivate var builtinName: String? {
        if case .builtin(let builtin) = self { builtin.rawValue } else { nil }
    }
}
