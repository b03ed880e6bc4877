package import TailraceEvent

/// How batches of any size become blocks.
extension EventLog {
    /// The same events in the same order in batches that are worth a block each. Only small ones are copied, since
    /// every copy of all events costs a twentieth of what the whole intake does.
    package static func joined(_ batches: [EventBatch]) -> [EventBatch] {
        var joined: [EventBatch] = []
        for batch in batches where !batch.isEmpty {
            if let last = joined.last, !Self.isLarge(last) || !Self.isLarge(batch) {
                joined[joined.count - 1].append(batch)
            } else {
                joined.append(batch)
            }
        }
        return joined
    }

    /// Enough for a compressed row of its own.
    static func isLarge(_ batch: EventBatch) -> Bool {
        batch.count >= Self.sealEvents || batch.bytes.count >= Self.sealBytes
    }

    static func blocks(of batches: [EventBatch], after head: UInt64) -> [StoredBlock] {
        var blocks: [StoredBlock] = []
        var next = head + 1
        for batch in Self.joined(batches) {
            blocks += Self.cut(batch, firstSeq: next)
            next += UInt64(batch.count)
        }
        return blocks
    }

    private static func cut(_ batch: EventBatch, firstSeq: UInt64) -> [StoredBlock] {
        if batch.count <= Self.maxBlockEvents, batch.bytes.count <= Self.maxBlockBytes {
            return [StoredBlock(firstSeq: firstSeq, batch: batch)]
        }
        var blocks: [StoredBlock] = []
        var start = 0
        while start < batch.count {
            var end = start
            var bytes = 0
            repeat {
                let record = batch.records[end]
                bytes += Int(record.messageLength) + Int(record.fieldsLength)
                end += 1
            } while end < batch.count && end - start < Self.maxBlockEvents && bytes < Self.maxBlockBytes
            var part = EventBatch()
            part.append(start..<end, of: batch)
            blocks.append(StoredBlock(firstSeq: firstSeq + UInt64(start), batch: part))
            start = end
        }
        return blocks
    }
}
