internal import GRDB
internal import Synchronization
internal import TailraceEvent

extension EventLog {
    /// Who decides what numbers events get.
    package enum Numbers: Sendable, Hashable {
        /// The log itself: from 1, in an epoch of its own.
        case own
        /// What feeds it: a stream that many logs are copies of, so that a position means the same in all of them. As
        /// they are stored, or an epoch without events where none are.
        case given
        /// The same, beginning anew: whatever the log held is of no use any more.
        case givenAnew(GivenNumbers)
    }

    /// Where numbers begin that are given from outside.
    package struct GivenNumbers: Sendable, Hashable {
        /// Names what the numbers are of, in characters that a position takes.
        package var epoch: String
        /// The first event gets the number after this one.
        package var after: UInt64

        package init(epoch: String, after: UInt64) {
            self.epoch = epoch
            self.after = after
        }
    }

    /// Opens the log of another kind than the folder has? Then that is moved aside.
    static func isForeign(_ store: BlockStore, to settings: Settings) throws -> Bool {
        guard try !store.epochs().isEmpty else { return false }
        return try (store.state(BlockStore.numbersKey) == BlockStore.givenNumbers) == (settings.numbers == .own)
    }

    /// After a power loss what was not synced comes again from the stream, with the same numbers: no epoch begins.
    static func beginGivenNumbers(
        _ opened: inout OpenedLog, _ store: BlockStore?, _ numbers: GivenNumbers?
    ) throws {
        let epoch: Epoch
        if let numbers {
            epoch = Epoch(name: numbers.epoch, first: numbers.after + 1)
        } else {
            guard opened.epochs.isEmpty else { return }
            epoch = .make(first: 1)
        }
        try store?.beginAnew(epoch)
        opened.epochs = [epoch]
        opened.head = epoch.first - 1
        opened.oldest = epoch.first
        opened.tail = nil
    }
}

extension BlockStore {
    static let numbersKey = "numbers"
    static let givenNumbers = "given"

    /// Nothing stays of events and places of inputs; the consumers do, and are told what became of their positions.
    func beginAnew(_ epoch: Epoch) throws {
        try self.pool.write { database in
            for table in ["block", "digest", "trigrams", "checkpoint", "epoch"] {
                try database.execute(sql: "DELETE FROM \(table)")
            }
            try database.execute(
                sql: "INSERT INTO epoch VALUES (?, ?, ?)",
                arguments: [epoch.name, Int64(clamping: epoch.first), Timestamp.now().nanoseconds])
            try database.execute(
                sql: "INSERT OR REPLACE INTO state VALUES (?, ?)", arguments: [Self.numbersKey, Self.givenNumbers])
        }
        self.undigested.withLock { $0 = [] }
    }
}
