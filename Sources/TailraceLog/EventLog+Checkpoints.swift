package import TailraceEvent

extension EventLog {
    /// All epochs of the log, the current one last.
    package var knownEpochs: [Epoch] { self.epochs.epochs }

    /// Stores a place of a reader of the log, apart from any events; the next sync makes it durable. Nothing is kept of
    /// a log in memory.
    package func keep(_ checkpoints: [Checkpoint]) throws(LogError) {
        guard let store = self.store, !checkpoints.isEmpty else { return }
        do { try store.apply(BlockStore.Change(checkpoints: checkpoints)) } catch { throw Self.unavailable(error) }
        self.countWriteAheadPages(checkpoints.count * BlockStore.walPagesPerConsumer)
        try self.copyWriteAheadLogIfGrown()
    }
}
