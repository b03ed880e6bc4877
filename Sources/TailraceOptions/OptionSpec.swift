/// What one key of the configuration is: the one definition that the checker, the documentation and the schema are made
/// from.
package struct OptionSpec: Sendable {
    package indirect enum Kind: Sendable {
        case string
        /// A string, or an array of them.
        case strings
        case boolean
        case integer(ClosedRange<Int64>)
        /// Bytes: `"64KiB"`, `"2GiB"`, or a whole number.
        case size
        /// Time: `"100ms"`, `"1s"`, `"7d"`.
        case duration
        case choice([String])
        case table([OptionSpec])
        /// One of some names, or a table.
        case choiceOrTable([String], [OptionSpec])
        /// A table whose keys are the user's own and whose values are strings, numbers or booleans.
        case scalarsByName
    }

    package var name: String
    package var kind: Kind
    package var isRequired: Bool
    /// The default as it would be written in the file, nil if there is none.
    package var defaultText: String?
    /// One line for the documentation.
    package var summary: String

    package init(
        _ name: String, _ kind: Kind, required: Bool = false, default defaultText: String? = nil, _ summary: String
    ) {
        self.name = name
        self.kind = kind
        self.isRequired = required
        self.defaultText = defaultText
        self.summary = summary
    }
}
