internal import TailraceEvent
internal import TailraceOptions

/// The configuration as a JSON Schema (draft 7), which editors complete and check TOML by.
///
/// Made from the definitions that the reader checks by, so that it can't say anything else.
package enum ConfigurationSchema {
    package static func json(inputKinds: [InputKind]) -> [UInt8] {
        var root = JSONObject()
        root.member("$schema", "http://json-schema.org/draft-07/schema#")
        root.member("title", "The configuration of tailrace")
        root.member("type", "object")
        root.member("additionalProperties", false)
        root.member("properties") { properties in
            for (name, specs) in ConfigurationSpecs.settings {
                properties.member(name) { Self.table(specs, into: &$0) }
            }
            properties.member("input") { Self.inputs(inputKinds, into: &$0) }
            for (name, specs) in Self.blocks {
                properties.member(name) { blocks in
                    blocks.member("type", "array")
                    blocks.member("items") { Self.table(specs, into: &$0) }
                }
            }
        }
        return Self.indented(root.finish()) + [UInt8(ascii: "\n")]
    }

    private static let blocks: [(name: String, specs: [OptionSpec])] = [
        ("redact", ConfigurationSpecs.redact), ("route", ConfigurationSpecs.route), ("panel", ConfigurationSpecs.panel),
        ("role", ConfigurationSpecs.role), ("token", ConfigurationSpecs.token), ("user", ConfigurationSpecs.user),
    ]

    /// What an input takes depends on its type.
    private static func inputs(_ kinds: [InputKind], into object: inout JSONObject) {
        object.member("type", "array")
        object.member("items") { items in
            items.member(
                "oneOf",
                objects: kinds.map { kind in
                    let common = ConfigurationSpecs.input.map { spec in
                        var spec = spec
                        if spec.name == "type" { spec.kind = .choice([kind.name]) }
                        return spec
                    }
                    return { Self.table(common + kind.options, into: &$0) }
                })
        }
    }

    private static func table(_ specs: [OptionSpec], into object: inout JSONObject) {
        object.member("type", "object")
        object.member("additionalProperties", false)
        let required = specs.filter(\.isRequired).map(\.name)
        if !required.isEmpty { object.member("required", strings: required) }
        object.member("properties") { properties in
            for spec in specs { properties.member(spec.name) { Self.option(spec, into: &$0) } }
        }
    }

    private static func option(_ spec: OptionSpec, into object: inout JSONObject) {
        object.member("description", spec.defaultText.map { "\(spec.summary) Default: \($0)" } ?? spec.summary)
        Self.value(spec.kind, into: &object)
    }

    private static func value(_ kind: OptionSpec.Kind, into object: inout JSONObject) {
        switch kind {
        case .string: object.member("type", "string")
        case .strings:
            object.member(
                "anyOf",
                objects: [
                    { $0.member("type", "string") },
                    {
                        $0.member("type", "array")
                        $0.member("items") { $0.member("type", "string") }
                    },
                ])
        case .boolean: object.member("anyOf", objects: [{ $0.member("type", "boolean") }, Self.variable])
        case .integer(let range):
            object.member(
                "anyOf",
                objects: [
                    {
                        $0.member("type", "integer")
                        $0.member("minimum", json: Array("\(range.lowerBound)".utf8))
                        $0.member("maximum", json: Array("\(range.upperBound)".utf8))
                    }, Self.variable,
                ])
        case .size:
            object.member(
                "anyOf",
                objects: [
                    {
                        $0.member("type", "integer")
                        $0.member("minimum", 0)
                    },
                    {
                        $0.member("type", "string")
                        $0.member("pattern", #"^[0-9]+([kKmMgGtT][iI]?)?[bB]$"#)
                    }, Self.variable,
                ])
        case .duration:
            object.member(
                "anyOf",
                objects: [
                    {
                        $0.member("type", "string")
                        $0.member("pattern", "^([0-9]+(us|ms|s|m|h|d|w))+$")
                    }, Self.variable,
                ])
        case .choice(let choices):
            object.member("anyOf", objects: [{ $0.member("enum", strings: choices) }, Self.variable])
        case .table(let specs): Self.table(specs, into: &object)
        case .choiceOrTable(let choices, let specs):
            object.member(
                "anyOf",
                objects: [
                    { $0.member("enum", strings: choices) }, { Self.table(specs, into: &$0) }, Self.variable,
                ])
        case .scalarsByName:
            object.member("type", "object")
            object.member("additionalProperties") { $0.member("type", strings: ["string", "number", "boolean"]) }
        }
    }

    /// A string whose value is known only when it is read.
    private static func variable(_ object: inout JSONObject) {
        object.member("type", "string")
        object.member("pattern", #"\$\{"#)
    }

    /// The same document with a line per member, so that changes of the file can be read.
    private static func indented(_ json: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var (depth, isInString, isEscaped) = (0, false, false)
        func newLine() { result += [UInt8(ascii: "\n")] + [UInt8](repeating: 0x20, count: 2 * depth) }
        for byte in json {
            if isInString {
                result.append(byte)
                if !isEscaped, byte == UInt8(ascii: "\"") { isInString = false }
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                result.append(byte)
                depth += 1
                newLine()
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                newLine()
                result.append(byte)
            case UInt8(ascii: ","):
                result.append(byte)
                newLine()
            case UInt8(ascii: ":"): result += [byte, 0x20]
            default:
                if byte == UInt8(ascii: "\"") { isInString = true }
                result.append(byte)
            }
        }
        return result
    }
}
