internal import TailraceEvent

/// Decides how batches become rows: large ones are compressed at once; small ones are written as they are, so that the
/// first event after a quiet moment is committed in microseconds, and merged into one compressed row when enough have
/// come.
struct LogWriter: ~Copyable {
    /// The small rows since the last sealed one.
    struct Tail {
        var block: StoredBlock
        var isSealed: Bool
    }

    private var compressor: BlockCompressor
    private var open: StoredBlock?
    /// Written since the write-ahead log was last copied, about.
    var walPages = 0
    /// The body of the row that is being made; its memory is used again.
    private var raw: [UInt8] = []

    init?() {
        guard let compressor = BlockCompressor() else { return nil }
        self.compressor = compressor
    }

    /// The transaction for these blocks and, if they join the open tail, what the tail will be after it.
    mutating func plan(
        _ blocks: [StoredBlock], checkpoints: [Checkpoint], isPersistent: Bool
    ) -> (BlockStore.Change, Tail?) {
        var change = BlockStore.Change(checkpoints: checkpoints)
        if blocks.isEmpty { return (change, self.open.map { Tail(block: $0, isSealed: false) }) }
        guard blocks.count == 1, !EventLog.isLarge(blocks[0].batch) || self.open != nil else {
            guard isPersistent else { return (change, nil) }
            // What waited to be merged would never be: larger ones follow it.
            let waiting = self.open.map { [$0] } ?? []
            change.deleteFrom = waiting.first?.firstSeq
            change.insert = (waiting + blocks).map { self.row(for: $0, sealed: true) }
            return (change, nil)
        }
        let joined = self.join(blocks[0])
        let isSealed = EventLog.isLarge(joined.batch)
        if isPersistent {
            if isSealed {
                change.deleteFrom = joined.firstSeq
                change.insert = [self.row(for: joined, sealed: true)]
            } else {
                change.insert = [self.row(for: blocks[0], sealed: false)]
            }
        }
        return (change, Tail(block: joined, isSealed: isSealed))
    }

    mutating func didCommit(_ tail: Tail?, _ change: BlockStore.Change) {
        self.open = tail.flatMap { $0.isSealed ? nil : $0.block }
        self.walPages += change.insert.reduce(3) { $0 + $1.body.count / 4096 + 3 }
    }

    /// Goes on with the small rows of the last run.
    mutating func resume(_ tail: StoredBlock?) { self.open = tail }

    mutating func takeWalIsGrown() -> Bool {
        guard self.walPages >= BlockStore.walPagesPerCheckpoint else { return false }
        self.walPages = 0
        return true
    }

    private func join(_ block: StoredBlock) -> StoredBlock {
        guard var open = self.open else { return block }
        open.batch.append(block.batch)
        return open
    }

    private mutating func row(for block: StoredBlock, sealed: Bool) -> BlockStore.Row {
        self.raw.removeAll(keepingCapacity: true)
        BlockCodec.encode(block.batch, into: &self.raw)
        let digest = BlockDigest(of: block)
        var row = BlockStore.Row(
            first: block.firstSeq, last: block.lastSeq, encoding: .raw, rawSize: self.raw.count, body: [],
            times: digest.times, receivedLast: block.batch.records.last?.received ?? 0)
        guard sealed else {
            row.body = self.raw
            return row
        }
        row.digest = digest
        row.trigrams = BlockTrigrams(of: block.batch.bytes)
        if let compressed = self.compressor.compress(self.raw), compressed.count < self.raw.count {
            row.encoding = .zstd
            row.body = compressed
        } else {
            row.body = self.raw
        }
        return row
    }
}
