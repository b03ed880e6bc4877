internal import TailraceEvent
internal import TailraceLog

/// Where in the log a window begins.
struct PanelBeginning {
    /// Reading starts behind this number.
    var after: UInt64
    /// Nothing that happened from here on was before the beginning. Nanoseconds.
    var covered: Int64

    /// Finds the first event that came at or after a time, with as many looks into the log as its head has binary
    /// digits: events come in the order of their numbers.
    ///
    /// An event can happen long before it comes, never after: so what came earlier is not in the window.
    static func find(_ log: EventLog, receivedFrom time: Int64) throws -> PanelBeginning {
        let oldest = log.oldest
        let head = log.head
        var low = oldest
        var high = head + 1
        while low < high {
            let middle = low + (high - low) / 2
            if let received = try Self.received(middle, in: log), received >= time {
                high = middle
            } else {
                low = middle + 1
            }
        }
        let first = max(low, head > PanelLimits.maxRecomputed ? head - PanelLimits.maxRecomputed + 1 : 1)
        let isCut = first > low || (first == oldest && oldest > 1)
        guard isCut else { return PanelBeginning(after: first - 1, covered: .min) }
        return PanelBeginning(after: first - 1, covered: try Self.received(first, in: log) ?? time)
    }

    /// Nil if the event is not there.
    private static func received(_ seq: UInt64, in log: EventLog) throws -> Int64? {
        guard case .slices(let slices) = try log.read(after: seq - 1, through: seq, maxEvents: 1),
            let slice = slices.first, slice.range.lowerBound < slice.block.batch.count
        else { return nil }
        return slice.block.batch.records[slice.range.lowerBound].received
    }
}
