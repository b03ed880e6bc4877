/// Why the relay can't start: one message for people, ready for stderr.
package struct RelayError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
