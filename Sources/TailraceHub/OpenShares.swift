internal import Synchronization

/// How many of something each owner has open, none more than he may.
package final class OpenShares<Owner: Hashable & Sendable>: Sendable {
    private let open = Mutex<[Owner: Int]>([:])

    package init() {}

    /// False if the owner has as many as one may have.
    package func begin(_ owner: Owner, limit: Int) -> Bool {
        self.open.withLock { open in
            guard open[owner, default: 0] < limit else { return false }
            open[owner, default: 0] += 1
            return true
        }
    }

    package func end(_ owner: Owner) {
        self.open.withLock { open in
            let left = (open[owner] ?? 0) - 1
            open[owner] = left > 0 ? left : nil
        }
    }
}
