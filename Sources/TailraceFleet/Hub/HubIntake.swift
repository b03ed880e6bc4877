/// What a hub decides of each message of the stream, in its order: which numbers it takes, and which of its events are
/// to be seen.
package struct HubIntake: Sendable, Hashable {
    package struct Message: Sendable, Hashable {
        /// Its number in the stream.
        package var place: UInt64
        /// From the subject, never from the message.
        package var host: String
        /// Numbers that it takes, whatever is in it.
        package var count: Int
        /// Nil for one that can't be read.
        package var block: HostBlock?

        package init(place: UInt64, host: String, count: Int, block: HostBlock?) {
            self.place = place
            self.host = host
            self.count = count
            self.block = block
        }
    }

    package struct Taken: Sendable, Hashable {
        /// What its first event has.
        package var firstNumber: UInt64
        /// Nil for a message that can't be read.
        package var verdict: HostLedger.Verdict?

        package init(firstNumber: UInt64, verdict: HostLedger.Verdict?) {
            self.firstNumber = firstNumber
            self.verdict = verdict
        }
    }

    /// A stream that anybody can write to must not fill the hub's memory with hosts.
    package static let maxHosts = 100_000

    package var numbering: Numbering
    /// The hub began with the stream's first message: nothing was published that it has not had.
    package let isWhole: Bool
    package private(set) var hosts: [String: HostLedger]

    package init(_ numbering: Numbering, isWhole: Bool, hosts: [String: HostLedger] = [:]) {
        self.numbering = numbering
        self.isWhole = isWhole
        self.hosts = hosts
    }

    /// Nil for a message that was taken before.
    package mutating func take(_ message: Message) -> Taken? {
        let first = self.numbering.number + 1
        guard self.numbering.take(place: message.place, count: message.count) else { return nil }
        guard let block = message.block, block.count == UInt64(message.count),
            self.hosts[message.host] != nil || self.hosts.count < Self.maxHosts
        else { return Taken(firstNumber: first, verdict: nil) }
        let verdict = self.hosts[message.host, default: HostLedger()].take(block, isWhole: self.isWhole)
        return Taken(firstNumber: first, verdict: verdict)
    }
}
