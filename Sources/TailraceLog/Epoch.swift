internal import Glibc
internal import TailraceEvent

/// One incarnation of the log: a name that positions carry, and the first sequence number that belongs to it.
package struct Epoch: Sendable, Hashable {
    package var name: String
    package var first: UInt64

    /// Ten characters from the system's random source: 50 bits, so that no two logs share a name by chance.
    static func make(first: UInt64) -> Epoch {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        let name = (0..<10).map { _ in letters[Int.random(in: 0..<letters.count)] }
        return Epoch(name: String(decoding: name, as: UTF8.self), first: first)
    }

    /// Identifies this run of the machine, so that a start after a power loss can be told from one after a crash.
    static func bootID() -> String {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "unknown" }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = max(0, read(descriptor, &buffer, buffer.count))
        return String(decoding: buffer[..<count].prefix { $0 != 0x0a }, as: UTF8.self)
    }
}

/// Where reading resumes for a position that a reader brought.
package struct Resumption: Sendable, Hashable {
    /// Reading goes on with the event after this one.
    package var after: UInt64
    /// What lies between the position and there and can't be had.
    package var missing: Missing?

    package struct Missing: Sendable, Hashable {
        package var from: UInt64
        package var through: UInt64
        /// Exact number of events, nil where the position is of a log nobody knows.
        package var count: UInt64?
        package var reason: MissingReason
    }
}

/// A position that can't be answered.
package enum PositionError: Error, Sendable, Hashable {
    /// It is after the newest event of its epoch.
    case future(head: UInt64)
}

/// The epochs of a log in order, and what a position in each of them means today.
struct EpochTable: Sendable {
    var epochs: [Epoch]

    var current: Epoch { self.epochs[self.epochs.count - 1] }

    /// The last event up to which a position reaches, in the numbers of today; nil for an epoch that nobody knows.
    ///
    /// What reaches into the lost tail of an ended epoch reaches its end.
    func reach(of position: Position) -> UInt64? {
        guard let index = self.epochs.lastIndex(where: { $0.name == position.epoch }) else { return nil }
        return index + 1 < self.epochs.count ? min(position.seq, self.epochs[index + 1].first - 1) : position.seq
    }

    func resume(from position: Position, oldest: UInt64, head: UInt64) throws(PositionError) -> Resumption {
        guard let index = self.epochs.lastIndex(where: { $0.name == position.epoch }) else {
            return Resumption(
                after: oldest - 1,
                missing: .init(from: position.seq &+ 1, through: position.seq &+ 1, count: nil, reason: .unknownEpoch))
        }
        if index + 1 < self.epochs.count {
            // The epoch ended with a power loss; what it gave out after its last surviving event is gone.
            let last = self.epochs[index + 1].first - 1
            if position.seq > last {
                // What the next epochs lost to retention since is another hole, and told when reading gets there.
                return Resumption(
                    after: last,
                    missing: .init(
                        from: last + 1, through: position.seq, count: position.seq - last, reason: .powerLoss))
            }
        } else if position.seq > head {
            throw .future(head: head)
        }
        guard position.seq + 1 < oldest else { return Resumption(after: position.seq) }
        return Resumption(
            after: oldest - 1,
            missing: .init(
                from: position.seq + 1, through: oldest - 1, count: oldest - 1 - position.seq, reason: .evicted))
    }
}
