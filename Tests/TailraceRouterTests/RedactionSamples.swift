import Foundation
import TailraceEvent
import TailraceRouter

/// Rules and events for the tests of redaction.
enum Redacting {
    static let key = Array("a key of these tests".utf8)

    static func rule(
        _ builtin: BuiltinSecret, fields: [String] = [], from: [String] = [], hash: Bool = false
    ) throws -> RedactionRule {
        try RedactionRule(
            name: builtin.rawValue, secret: .builtin(builtin), fields: fields, from: from,
            replacement: hash
                ? .pseudonym(label: builtin.rawValue, key: Self.key) : .text("[\(builtin.rawValue)]"))
    }

    static func rule(
        pattern: String, fields: [String] = [], from: [String] = [], replace: String = "[x]"
    ) throws -> RedactionRule {
        try RedactionRule(
            name: "pattern", secret: .pattern(try RedactionPattern(pattern)), fields: fields, from: from,
            replacement: .text(replace))
    }

    static func all(hash: Bool = false) throws -> Redactor {
        Redactor(Redaction(try BuiltinSecret.allCases.map { try Self.rule($0, hash: hash) }))
    }

    static func message(_ text: String, _ redactor: Redactor) -> String {
        String(decoding: redactor.redacted(message: Array(text.utf8), fields: []).message, as: UTF8.self)
    }

    static func message(_ text: String, _ builtin: BuiltinSecret) throws -> String {
        Self.message(text, Redactor(Redaction([try Self.rule(builtin)])))
    }

    /// - Parameter text: an object with its braces.
    static func fields(_ text: String, _ redactor: Redactor, message: String = "") -> String {
        let inside = Array(text.utf8.dropFirst().dropLast())
        let result = redactor.redacted(message: Array(message.utf8), fields: inside).fields
        return "{" + String(decoding: result, as: UTF8.self) + "}"
    }

    static func isJSON(_ fields: [UInt8]) -> Bool {
        let text = [UInt8(ascii: "{")] + fields + [UInt8(ascii: "}")]
        return (try? JSONSerialization.jsonObject(with: Data(text))) != nil
    }
}
