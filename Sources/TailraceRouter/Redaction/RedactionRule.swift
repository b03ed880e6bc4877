internal import TailraceEvent
internal import TailraceRegex

/// A `[[redact]]` of the configuration: what is replaced, where, and by what.
package struct RedactionRule: Sendable {
    /// A bit each of a 64-bit set.
    package static let maxRules = 64
    /// A replacement is a word, and events must not grow without bound.
    package static let maxReplacementBytes = 64
    /// What stands for the message in `fields`.
    package static let messageField = "message"

    package enum Secret: Sendable {
        case builtin(BuiltinSecret)
        case pattern(RedactionPattern)
    }

    package enum Replacement: Sendable {
        case text(String)
        /// `[label:…]`, made with the key.
        case pseudonym(label: String, key: [UInt8])
    }

    /// What metrics and status call it.
    package let name: String
    /// Names of fields, `a.b` for nested ones; empty for the message and all fields.
    let fields: Set<[UInt8]>
    /// Inputs; empty for all.
    let from: Set<String>
    let builtin: BuiltinSecret?
    let expressions: [SecretExpression]
    let triggers: [(text: String, isUTF8: Bool)]
    private let fixed: [UInt8]?
    private let pseudonym: Pseudonym?

    package init(
        name: String, secret: Secret, fields: [String] = [], from: [String] = [], replacement: Replacement
    ) throws {
        self.name = name
        self.fields = Set(fields.map { Array($0.utf8) })
        self.from = Set(from)
        switch secret {
        case .builtin(let builtin):
            self.builtin = builtin
            self.expressions = try builtin.expressions.map { SecretExpression(try LinearPattern($0)) }
            self.triggers = builtin.triggers.map { ($0, false) }
        case .pattern(let pattern):
            self.builtin = nil
            self.expressions = [SecretExpression(pattern.compiled, group: pattern.group ?? 0)]
            self.triggers = pattern.trigger.map { [($0, true)] } ?? []
        }
        switch replacement {
        case .text(let text): (self.fixed, self.pseudonym) = (Array(text.utf8), nil)
        case .pseudonym(let label, let key): (self.fixed, self.pseudonym) = (nil, Pseudonym(label: label, key: key))
        }
    }

    /// What stands in the place of a secret.
    func replacement(for secret: ArraySlice<UInt8>) -> [UInt8] {
        self.fixed ?? self.pseudonym?.text(for: self.builtin?.canonical(secret) ?? Array(secret)) ?? []
    }

    func isOwnReplacement(_ text: ArraySlice<UInt8>) -> Bool {
        self.fixed?.elementsEqual(text) ?? self.pseudonym?.isOwn(text) ?? false
    }
}

/// A pattern and which of its groups is the secret.
struct SecretExpression: Sendable {
    private let pattern: LinearPattern
    private let groups: ClosedRange<Int>

    /// The first group that took part; all of the match without groups.
    init(_ pattern: LinearPattern) {
        self.pattern = pattern
        self.groups = min(1, pattern.groupCount)...pattern.groupCount
    }

    init(_ pattern: LinearPattern, group: Int) {
        self.pattern = pattern
        self.groups = group...group
    }

    /// The next match at or behind `start`; its secret is empty where the group took no part.
    func next(in text: [UInt8], from start: Int) -> (match: Range<Int>, secret: Range<Int>)? {
        guard let found = self.pattern.search(text.span.bytes, from: start), let match = found[0] else { return nil }
        let secret = found[self.groups].lazy.compactMap { $0 }.first
        return (match, secret ?? match.lowerBound..<match.lowerBound)
    }
}

/// What a rule has done since the start.
package struct RedactionStatistics: Sendable, Hashable {
    package var name: String
    /// Events that it changed.
    package var events: UInt64
    package var replacements: UInt64
}
