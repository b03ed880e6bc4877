package import TailraceEvent

extension EventLog {
    /// One event by its number; nil if the log does not have it (any more), or if the number stands for none. May
    /// block on the disk.
    package func event(_ seq: UInt64) throws(LogError) -> LogSlice? {
        guard seq > 0, seq <= self.head else { return nil }
        guard case .slices(let slices) = try self.read(after: seq - 1, through: seq, maxEvents: 1) else { return nil }
        guard let slice = slices.first, !slice.block.batch.records[slice.range.lowerBound].isFiller else { return nil }
        return slice
    }

    /// One event by its position; nil also where the position is of another log, or of a part that was lost.
    package func event(at position: Position) throws(LogError) -> LogSlice? {
        guard let resumption = try? self.resume(from: position) else { return nil }
        if let missing = resumption.missing, missing.reason != .evicted { return nil }
        return try self.event(position.seq)
    }
}
