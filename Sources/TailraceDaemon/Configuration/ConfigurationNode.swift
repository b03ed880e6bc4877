package import TailraceOptions

/// A value of a configuration file and where it stands.
package struct ConfigurationNode: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case string(String)
        case integer(Int64)
        case number(Double)
        case boolean(Bool)
        /// TOML's dates and times, which no option takes.
        case date
        case array([ConfigurationNode])
        case table([String: ConfigurationNode])
    }

    package var value: Value
    package var keyPlace: SourcePlace
    package var place: SourcePlace
    /// A string that stands in the file character by character.
    package var isVerbatim: Bool
    /// A string as written, if `${…}` was expanded in it.
    package var unexpanded: String?

    package init(
        _ value: Value, keyPlace: SourcePlace, place: SourcePlace, isVerbatim: Bool = false, unexpanded: String? = nil
    ) {
        self.value = value
        self.keyPlace = keyPlace
        self.place = place
        self.isVerbatim = isVerbatim
        self.unexpanded = unexpanded
    }

    package var table: [String: ConfigurationNode]? {
        if case .table(let table) = self.value { table } else { nil }
    }

    /// How messages show it: never an expanded value, which may be a secret.
    package var shown: String {
        switch self.value {
        case .string(let text): "\"\(Self.shortened(self.unexpanded ?? text))\""
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .date: "a date"
        case .array: "an array"
        case .table: "a table"
        }
    }

    private static func shortened(_ text: String) -> String {
        let shown = String(text.prefix(80))
        return shown.utf8.count == text.utf8.count ? shown : shown + "…"
    }
}
