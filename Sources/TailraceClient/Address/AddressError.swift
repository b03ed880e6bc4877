/// A relay's address that cannot be used: what is wrong and what to write instead.
package struct AddressError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    init(_ text: String, _ problem: String) { self.description = "\"\(text)\": \(problem)" }
}
