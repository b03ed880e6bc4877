/// One parameter in the query of an address.
package struct QueryItem: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Reads `stream=all&filter=a+b`; nil where an escape is broken.
    static func list(decoding query: some StringProtocol) -> [QueryItem]? {
        var items: [QueryItem] = []
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(pair[0]),
                let value = PercentCoding.decode(pair.count == 2 ? pair[1] : "")
            else { return nil }
            items.append(QueryItem(name, value))
        }
        return items
    }

    static func encode(_ items: [QueryItem]) -> String {
        items.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
    }
}

extension [QueryItem] {
    package func first(named name: String) -> String? { self.first { $0.name == name }?.value }
}
