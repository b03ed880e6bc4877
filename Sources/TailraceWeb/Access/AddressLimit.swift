package import TailraceAccess
package import TailraceHub

/// How many streams and WebSockets one address may have open: without a login nothing else tells readers apart.
package struct AddressLimit: Sendable {
    let limit: Int
    private let exempt: [AddressRange]
    private let shares: OpenShares<String>

    /// - Parameters:
    ///   - exempt: those behind whom there are many.
    ///   - shares: outlive a reload.
    package init(limit: Int, exempt: [AddressRange], shares: OpenShares<String>) {
        self.limit = limit
        self.exempt = exempt
        self.shares = shares
    }

    /// Who is counted as one; nil for those who are not counted.
    func owner(at address: String?) -> String? {
        guard let address, !self.exempt.contains(where: { $0.contains(address) }) else {
            return nil
        }
        return AddressRange.subscriber(at: address)
    }

    func begin(_ owner: String) -> Bool { self.shares.begin(owner, limit: self.limit) }
    func end(_ owner: String) { self.shares.end(owner) }
}

extension String {
    /// Whether this machine's own address stands there.
    var isLoopback: Bool { AddressRange.loopback.contains { $0.contains(self) } }
}
