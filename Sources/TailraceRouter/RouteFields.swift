import TailraceEvent
internal import TailraceRegex

/// A value of `set`, as the configuration has it.
package enum FieldValue: Sendable, Hashable {
    /// May hold `$name` or `${name}`, what a group of `capture` took; `$$` is a dollar.
    case string(String)
    case integer(Int64)
    /// Finite.
    case number(Double)
    case boolean(Bool)
}

/// What is wrong with `set` or `capture`, and of which of their values.
package enum RouteFieldsProblem: Error, Sendable, Hashable {
    case pattern(index: Int, reason: String)
    case noNamedGroup(index: Int)
    case unknownGroup(field: String, group: String, known: [String])
    case looseDollar(field: String)
    /// Groups are named, and no field is made of them.
    case unused
}

/// The fields that a route gives to its events: constants, and what patterns found in the message.
package struct RouteFields: Sendable {
    enum Part: Sendable {
        case text([UInt8])
        case group(String)
    }

    enum Value: Sendable {
        /// JSON text.
        case constant([UInt8])
        case template([Part])
    }

    /// By name, in its order.
    let values: [(name: String, value: Value)]
    let captures: [LinearPattern]

    package init() {
        self.values = []
        self.captures = []
    }

    /// `capture` are patterns that are looked for in the message, each at its first place; where several have a group
    /// of one name, the first that took part counts.
    package init(set: [String: FieldValue], capture: [String] = []) throws(RouteFieldsProblem) {
        var captures: [LinearPattern] = []
        var groups: [String] = []
        for (index, text) in capture.enumerated() {
            do { captures.append(try LinearPattern(text)) } catch {
                throw .pattern(index: index, reason: error.description)
            }
            let names = Self.groups(of: captures[index])
            if names.isEmpty { throw .noNamedGroup(index: index) }
            for name in names where !groups.contains(name) { groups.append(name) }
        }
        self.captures = captures
        var values: [(name: String, value: Value)] = []
        var isUsed = false
        for (name, value) in set.sorted(by: { $0.key < $1.key }) {
            let made = try Self.value(value, field: name, groups: groups)
            if case .template = made { isUsed = true }
            values.append((name, made))
        }
        self.values = values
        if !captures.isEmpty && !isUsed { throw .unused }
    }

    private static func value(
        _ value: FieldValue, field: String, groups: [String]
    ) throws(RouteFieldsProblem) -> Value {
        var json: [UInt8] = []
        switch value {
        case .integer(let number): json.appendDecimal(number)
        case .number(let number): json.append(contentsOf: "\(number)".utf8)
        case .boolean(let flag): json.append(flag ? "true" : "false")
        case .string(let text):
            let parts = try Self.parts(of: text, field: field, groups: groups)
            if parts.contains(where: { if case .group = $0 { true } else { false } }) { return .template(parts) }
            var plain: [UInt8] = []
            for case .text(let bytes) in parts { plain += bytes }
            JSONText.append(plain.span, to: &json)
        }
        return .constant(json)
    }

    private static func parts(
        of text: String, field: String, groups: [String]
    ) throws(RouteFieldsProblem) -> [Part] {
        var parts: [Part] = []
        var plain: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                plain.append(byte)
                continue
            }
            if rest.first == byte {
                plain.append(byte)
                rest.removeFirst()
                continue
            }
            let isBraced = rest.first == UInt8(ascii: "{")
            if isBraced { rest.removeFirst() }
            let name = rest.prefix(while: Self.isNameByte)
            rest = rest.dropFirst(name.count)
            guard !name.isEmpty, !isBraced || rest.popFirst() == UInt8(ascii: "}") else {
                throw .looseDollar(field: field)
            }
            let group = String(decoding: name, as: UTF8.self)
            guard groups.contains(group) else { throw .unknownGroup(field: field, group: group, known: groups) }
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = []
            parts.append(.group(group))
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
        return parts
    }

    /// The names that stand behind `(?<` and `(?P<` and are groups: the same text may stand in a class.
    private static func groups(of pattern: LinearPattern) -> [String] {
        var names: [String] = []
        for piece in pattern.text.split(separator: "(?", omittingEmptySubsequences: false).dropFirst() {
            let name = piece.drop { $0 == "P" }.dropFirst().prefix { $0 != ">" }
            if pattern.group(named: String(name)) != nil, !names.contains(String(name)) { names.append(String(name)) }
        }
        return names
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
    }
}
