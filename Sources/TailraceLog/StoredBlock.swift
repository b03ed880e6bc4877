package import TailraceEvent

/// Events with consecutive sequence numbers, as the log holds them.
package struct StoredBlock: Sendable {
    package var firstSeq: UInt64
    package var batch: EventBatch

    package init(firstSeq: UInt64, batch: EventBatch) {
        self.firstSeq = firstSeq
        self.batch = batch
    }

    package var lastSeq: UInt64 { self.firstSeq + UInt64(self.batch.count) - 1 }

    /// The part of the block that lies in a range of sequence numbers, nil if none does.
    package func slice(from: UInt64, through: UInt64) -> LogSlice? {
        let low = max(from, self.firstSeq)
        let high = min(through, self.lastSeq)
        guard low <= high else { return nil }
        return LogSlice(block: self, range: Int(low - self.firstSeq)..<Int(high - self.firstSeq) + 1)
    }
}

/// A run of events inside a block.
package struct LogSlice: Sendable {
    package var block: StoredBlock
    /// Indexes into the block's batch.
    package var range: Range<Int>

    package var firstSeq: UInt64 { self.block.firstSeq + UInt64(self.range.lowerBound) }
    package var lastSeq: UInt64 { self.block.firstSeq + UInt64(self.range.upperBound) - 1 }
}

/// What a read found.
package enum LogRead: Sendable {
    case slices([LogSlice])
    /// There is nothing after the position yet.
    case atEnd
    /// These events are not there any more, or can't be read: go on after `through`.
    case missing(from: UInt64, through: UInt64, reason: MissingReason)
}

package enum MissingReason: String, Sendable {
    /// Retention took them.
    case evicted
    /// The stored block fails its checksum.
    case damaged
    /// They were read after the last sync before a power loss.
    case powerLoss = "power-loss"
    /// The position is of a log that is not this one.
    case unknownEpoch = "unknown-epoch"
}
