/// The words `[URL] [FILTER…]` of a command line.
package struct RelayTarget: Sendable, Hashable {
    package var address: RelayAddress
    /// The filter of the page's address and the one of the words behind it; an event has to pass both.
    package var filters: [String]

    /// `standardAddress`: what `TAILRACE_URL` says.
    package init(words: [String], standardAddress: String?) throws(AddressError) {
        var words = words[...]
        if let first = words.first, Self.isAddress(first) {
            self.address = try RelayAddress(parsing: first)
            words.removeFirst()
        } else if let standard = standardAddress, !standard.isEmpty {
            self.address = try RelayAddress(parsing: standard)
        } else {
            self.address = .standard
        }
        let typed = words.joined(separator: " ")
        let viewed = self.address.query.first(named: "filter") ?? ""
        self.filters = [viewed, typed].filter { !$0.isEmpty }
    }

    /// An address is told from a filter by its shape: `status:500` is a filter, `127.0.0.1:8245` is not.
    package static func isAddress(_ word: String) -> Bool {
        let lower = word.lowercased()
        if ["http://", "https://", "ws://", "wss://", "unix:/"].contains(where: lower.hasPrefix) { return true }
        let parts = lower.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let authority = parts.first, let colon = authority.lastIndex(of: ":"),
            UInt16(authority[authority.index(after: colon)...]) != nil
        else { return false }
        let host = authority[..<colon]
        return host == "localhost" || (host.hasPrefix("[") && host.hasSuffix("]")) || Self.isIPv4(host)
    }

    private static func isIPv4(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
