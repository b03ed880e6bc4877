/// Why the log can't be opened or written: what, why, what to do.
package struct LogError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// Another process has it.
        case locked
        /// Not a folder that can be used.
        case unusable
        /// Full or failing disk: what was to be written can be tried again.
        case unavailable
        /// The file is not a sound log of ours.
        case damaged
    }

    package var kind: Kind
    package var message: String
    package var hint: String

    package init(_ kind: Kind, _ message: String, hint: String) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(self.message); \(self.hint)" }
}
