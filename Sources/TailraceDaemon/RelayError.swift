/// Why the relay can't start: one message for people, ready for stderr.
package struct RelayError: Error, Sendable, CustomStringConvertible {
    package var description: String
    /// The configuration is wrong, and trying again is no use.
    package var isConfiguration: Bool

    package init(_ description: String, isConfiguration: Bool = false) {
        self.description = description
        self.isConfiguration = isConfiguration
    }
}
