package import TailraceOptions
package import TailraceRouter

/// One `[[redact]]`: what is replaced before an event is routed and stored.
package struct RedactBlock: Sendable, Hashable {
    package enum Secret: Sendable, Hashable {
        case builtin(BuiltinSecret)
        /// A regular expression that has been checked.
        case pattern(String)
    }

    package enum Replacement: Sendable, Hashable {
        case text(String)
        /// A pseudonym; without a key of its own it takes that of the log's folder.
        case hash(key: String?)
    }

    /// Unique, what metrics and status call the rule.
    package var name: String
    /// What stands in the brackets of a replacement.
    package var label: String
    package var secret: Secret
    /// Empty for the message and all fields.
    package var fields: [String]
    /// Names of inputs; nil for all of them.
    package var from: [String]?
    package var replacement: Replacement
    /// The block as it was read, defaults included.
    package var table: OptionTable
}

extension RedactBlock {
    /// The rule, compiled; `folderKey` is the key of pseudonyms that name none.
    package func rule(folderKey: [UInt8]) throws -> RedactionRule {
        let secret: RedactionRule.Secret =
            switch self.secret {
            case .builtin(let builtin): .builtin(builtin)
            case .pattern(let text): .pattern(try RedactionPattern(text))
            }
        let replacement: RedactionRule.Replacement =
            switch self.replacement {
            case .text(let text): .text(text)
            case .hash(let key): .pseudonym(label: self.label, key: key.map { Array($0.utf8) } ?? folderKey)
            }
        return try RedactionRule(
            name: self.name, secret: secret, fields: self.fields, from: self.from ?? [], replacement: replacement)
    }

    /// To compare what two files say, wherever it stands in them.
    package var withoutPlaces: RedactBlock {
        var block = self
        block.table = self.table.withoutPlaces
        return block
    }

    package var needsFolderKey: Bool { self.replacement == .hash(key: nil) }
}
