package import TailraceOptions

/// Writes values as TOML.
package enum TOMLText {
    /// A value that reads back as this text: `${` is doubled, so that it is not taken for a variable.
    package static func string(_ text: String) -> String {
        Self.basicString(text.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "$${"))
    }

    /// A basic string in one line (toml.io/en/v1.0.0#string).
    package static func basicString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    package static func array(_ texts: [String]) -> String {
        "[" + texts.map(Self.string).joined(separator: ", ") + "]"
    }

    /// Bare where it may be.
    package static func key(_ name: String) -> String {
        let isBare = !name.isEmpty && !name.contains(".") && ConfigurationName.isValid(name)
        return isBare ? name : Self.basicString(name)
    }

    /// A value in one line; a table becomes an inline table with its keys in order.
    ///
    /// Strings in which `${…}` was expanded are written as they were.
    package static func value(
        _ value: OptionValue, key: String, places: [String: SourcePlace], unexpanded: [SourcePlace: String]
    ) -> String {
        func written(_ text: String, _ key: String) -> String {
            places[key].flatMap { unexpanded[$0] }.map(Self.basicString) ?? Self.string(text)
        }
        return switch value {
        case .string(let text): written(text, key)
        case .strings(let texts):
            "[" + texts.enumerated().map { written($1, "\(key)[\($0)]") }.joined(separator: ", ") + "]"
        case .boolean(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .size(let bytes): Self.string(QuantityText.text(bytes: bytes))
        case .duration(let duration): Self.string(QuantityText.text(duration))
        case .table(let table):
            Self.inlineTable(table.values) { name, value in
                Self.value(value, key: name, places: table.places, unexpanded: unexpanded)
            }
        case .scalarsByName(let scalars):
            Self.inlineTable(scalars) { name, scalar in
                switch scalar {
                case .string(let text): written(text, "\(key).\(name)")
                case .integer(let number): "\(number)"
                case .number(let number): "\(number)"
                case .boolean(let flag): "\(flag)"
                }
            }
        }
    }

    private static func inlineTable<Value>(
        _ values: [String: Value], text: (String, Value) -> String
    ) -> String {
        let pairs = values.sorted { $0.key < $1.key }.map { "\(Self.key($0.key)) = \(text($0.key, $0.value))" }
        return pairs.isEmpty ? "{}" : "{ " + pairs.joined(separator: ", ") + " }"
    }
}
