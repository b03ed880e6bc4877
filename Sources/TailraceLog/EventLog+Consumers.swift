package import TailraceEvent

/// A named reader's place as the log keeps it.
package struct StoredConsumer: Sendable, Hashable {
    package var name: String
    /// What it has committed; where it began until it has.
    package var position: Position
    package var created: Timestamp
    /// Nil until it has committed.
    package var committed: Timestamp?
    /// When somebody last read or committed under its name; hours old while that goes on.
    package var seen: Timestamp

    package init(name: String, position: Position, created: Timestamp, committed: Timestamp?, seen: Timestamp) {
        self.name = name
        self.position = position
        self.created = created
        self.committed = committed
        self.seen = seen
    }
}

extension EventLog {
    /// The consumers of the runs before, and how many there were that could not be read.
    package func storedConsumers() throws(LogError) -> (consumers: [StoredConsumer], damaged: Int) {
        do { return try self.store?.consumers() ?? ([], 0) } catch { throw Self.unavailable(error) }
    }

    /// Puts consumers in and takes others out in one transaction; nothing is kept of a log in memory.
    ///
    /// When it returns, that survives a power loss, unless the log is never synced. Blocks on the disk.
    package func keepConsumers(_ consumers: [StoredConsumer], removing names: [String]) throws(LogError) {
        guard let store = self.store, !consumers.isEmpty || !names.isEmpty else { return }
        do { try store.keepConsumers(consumers, removing: names) } catch { throw Self.unavailable(error) }
        // With `always` SQLite has synced the transaction itself.
        if case .group = self.settings.sync { try self.syncWriteAheadLog() }
        try self.consumersWritten(consumers.count + names.count)
    }

    /// Stores when consumers were last used, and nothing else of them; the next sync makes it durable.
    package func noteConsumers(seen: [String: Timestamp]) throws(LogError) {
        guard let store = self.store, !seen.isEmpty else { return }
        do { try store.noteConsumers(seen: seen) } catch { throw Self.unavailable(error) }
        try self.consumersWritten(seen.count)
    }

    /// Where no events come, nobody else keeps the write-ahead log short.
    private func consumersWritten(_ count: Int) throws(LogError) {
        self.countWriteAheadPages(count * BlockStore.walPagesPerConsumer)
        try self.copyWriteAheadLogIfGrown()
    }
}
