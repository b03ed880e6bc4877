internal import Synchronization
package import TailraceEvent

/// How a hub stands: written per batch of messages, read by whoever reports.
package final class HubStatus: Sendable {
    package struct Host: Sendable, Hashable {
        /// When the stream took its newest message.
        package var lastSeen: Timestamp
        /// From the newest event's time to the moment when the stream took it.
        package var lag: Duration = .zero
        /// By how much the stream's clock is ahead of the host's, as far as a message's way allows to say.
        package var skew: Duration = .zero
        package var messages: UInt64 = 0
        package var events: UInt64 = 0
        /// Events that came again.
        package var repeated: UInt64 = 0
        /// Numbers that did not come, now.
        package var missing: UInt64 = 0
        /// Events that came after they had been missing.
        package var refetched: UInt64 = 0
        /// Messages that tell of what can't be had.
        package var gaps: UInt64 = 0
        /// Messages that could not be read.
        package var unreadable: UInt64 = 0
    }

    package struct Snapshot: Sendable {
        package var stream = ""
        package var epoch = ""
        package var server = ""
        package var isConnected = false
        /// The last message of the stream that was taken, and how many lie behind it.
        package var place: UInt64 = 0
        package var pending: UInt64 = 0
        package var messages: UInt64 = 0
        /// Messages of no host, or that could not be read, by reason.
        package var unreadable: [String: UInt64] = [:]
        /// Messages that were gone from the stream before they were read.
        package var missed: UInt64 = 0
        /// Numbers that were skipped to stay with the other hubs.
        package var skipped: UInt64 = 0
        /// Questions to hosts for what is missing, and gaps that the hub told since no answer came.
        package var asked: UInt64 = 0
        package var gapsTold: UInt64 = 0
        package var hosts: [String: Host] = [:]
        /// Hosts beyond the limit, of which nothing is kept here.
        package var unlistedHosts: UInt64 = 0
    }

    private static let maxHosts = 10_000

    private let state = Mutex(Snapshot())

    package init() {}

    package var snapshot: Snapshot { self.state.withLock { $0 } }

    func update(_ change: (inout Snapshot) -> Void) { self.state.withLock { change(&$0) } }

    func note(_ message: HubMessage, _ verdict: HostLedger.Verdict?, missing: UInt64, at time: Timestamp) {
        self.state.withLock { state in
            state.messages += 1
            if let problem = message.problem { state.unreadable[problem.word, default: 0] += 1 }
            guard let name = message.origin?.host else { return }
            guard state.hosts[name] != nil || state.hosts.count < Self.maxHosts else {
                state.unlistedHosts += 1
                return
            }
            state.hosts[name, default: Host(lastSeen: time)].note(message, verdict, missing: missing, at: time)
        }
    }
}

extension HubStatus.Host {
    fileprivate mutating func note(
        _ message: HubMessage, _ verdict: HostLedger.Verdict?, missing: UInt64, at time: Timestamp
    ) {
        self.lastSeen = max(self.lastSeen, time)
        self.messages += 1
        self.missing = missing
        guard let block = message.block, let verdict else {
            self.unreadable += 1
            return
        }
        let new = UInt64(verdict.isNew.count { $0 })
        self.repeated += UInt64(verdict.isNew.count) - new
        if block.isGap { self.gaps += new } else { self.events += new }
        if verdict.fills, !block.isGap { self.refetched += new }
        guard !block.isResend, !block.isGap else { return }
        if let published = message.published {
            self.skew = .nanoseconds(time.nanoseconds &- published.nanoseconds)
        }
        if let newest = message.batch.records.last?.time { self.lag = .nanoseconds(time.nanoseconds &- newest) }
    }
}

extension WireError {
    /// For counters.
    var word: String {
        switch self {
        case .subject: "subject"
        case .header: "header"
        case .version: "version"
        case .tooLarge: "too_large"
        case .damaged: "damaged"
        }
    }
}
