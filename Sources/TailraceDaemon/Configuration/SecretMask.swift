/// Values that `${…}` stood for: messages show what was written instead, whoever makes them.
package struct SecretMask: Sendable, Hashable {
    private struct Entry: Sendable, Hashable {
        var value: String
        /// `${NAME}`.
        var written: String
    }

    /// Shorter values are in many words; nobody takes them for a secret.
    private static let minCharacters = 4
    /// Messages show long values cut: so much of one is enough to know it.
    private static let headCharacters = 8

    /// The longest first, since one may hold another.
    private var entries: [Entry] = []

    package init() {}

    package mutating func add(_ value: String, written: String) {
        let entry = Entry(value: value, written: written)
        guard value.count >= Self.minCharacters, !self.entries.contains(entry) else { return }
        let place = self.entries.firstIndex { $0.value.count < value.count } ?? self.entries.count
        self.entries.insert(entry, at: place)
    }

    package mutating func add(_ other: SecretMask) {
        for entry in other.entries { self.add(entry.value, written: entry.written) }
    }

    /// The text with each value, whole or from its beginning on, as it was written.
    package func masked(_ text: String) -> String { self.entries.reduce(text) { Self.masked($0, $1) } }

    private static func masked(_ text: String, _ entry: Entry) -> String {
        let head = entry.value.prefix(Self.headCharacters)
        var result = ""
        var rest = text[...]
        while let found = rest.range(of: head) {
            result += rest[..<found.lowerBound] + entry.written
            rest = rest[found.lowerBound...]
            rest = rest.dropFirst(zip(rest, entry.value).prefix { $0 == $1 }.count)
        }
        return result + rest
    }
}

extension Substring {
    /// The first place where a text stands.
    fileprivate func range(of text: Substring) -> Range<Index>? {
        var index = self.startIndex
        while index < self.endIndex {
            if self[index...].hasPrefix(text) { return index..<self.index(index, offsetBy: text.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
