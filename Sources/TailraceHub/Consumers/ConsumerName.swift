/// The name of a consumer; only `Consumers.admit` makes one of what a request says.
package struct ConsumerName: Sendable, Hashable, CustomStringConvertible {
    /// Keeps names usable in URLs, metrics and file names.
    package static let maxBytes = 64
    package static let form = "1 to \(ConsumerName.maxBytes) of a-z A-Z 0-9 _ - . that begin with a letter or digit"

    package let text: String

    /// Nil if the text has another form.
    init?(_ text: String) {
        guard (1...Self.maxBytes).contains(text.utf8.count), let first = text.utf8.first, Self.isAlphanumeric(first),
            text.utf8.allSatisfy({ Self.isAlphanumeric($0) || "_-.".utf8.contains($0) })
        else { return nil }
        self.text = text
    }

    package var description: String { self.text }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }
}
