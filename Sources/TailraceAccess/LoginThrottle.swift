internal import Synchronization
package import TailraceEvent

/// Slows those who guess: after some failures of an account or from an address the next try has to wait, twice as long
/// after each.
package final class LoginThrottle: Sendable {
    private struct Failures {
        var count = 0
        /// Until then no try is looked at.
        var blockedUntil: Int64 = 0
        var last: Int64 = 0
    }

    private enum Subject: Hashable {
        case account(String)
        case address(String)
    }

    /// What people mistype.
    private static let freeFailures = 5
    private static let longestSeconds: Int64 = 15 * 60
    /// Failures are forgotten after this time without another.
    private static let memorySeconds: Int64 = 3600
    /// Entries kept; those whose last failure is oldest make way.
    private static let maxSubjects = 8192

    private let failures = Mutex<[Subject: Failures]>([:])

    package init() {}

    /// Seconds until a try is looked at; 0 is now.
    package func wait(account: String, address: String?, now: Timestamp) -> Int64 {
        self.failures.withLock { failures in
            let until = Self.subjects(account, address).compactMap { failures[$0]?.blockedUntil }.max() ?? 0
            let left = until - now.nanoseconds
            return left <= 0 ? 0 : min(Self.longestSeconds, (left + 999_999_999) / 1_000_000_000)
        }
    }

    package func failed(account: String, address: String?, now: Timestamp) {
        self.failures.withLock { failures in
            for subject in Self.subjects(account, address) {
                var entry = failures[subject] ?? Failures()
                let isForgotten = now.nanoseconds - entry.last > Self.memorySeconds * 1_000_000_000
                entry.count = isForgotten ? 1 : entry.count + 1
                entry.last = now.nanoseconds
                let doublings = min(20, entry.count - Self.freeFailures)
                if doublings >= 0 {
                    let seconds = min(Self.longestSeconds, 1 << Int64(doublings))
                    entry.blockedUntil = now.nanoseconds + seconds * 1_000_000_000
                }
                failures[subject] = entry
            }
            Self.makeRoom(in: &failures)
        }
    }

    /// The address keeps its failures: whoever has one account must not try others at full speed.
    package func succeeded(account: String) {
        self.failures.withLock { $0[.account(account)] = nil }
    }

    private static func subjects(_ account: String, _ address: String?) -> [Subject] {
        [.account(account)] + (address.map { [.address($0)] } ?? [])
    }

    private static func makeRoom(in failures: inout [Subject: Failures]) {
        guard failures.count > Self.maxSubjects else { return }
        let oldest = failures.sorted { $0.value.last < $1.value.last }.prefix(failures.count - Self.maxSubjects / 2)
        for (subject, _) in oldest { failures[subject] = nil }
    }
}
