package import TailraceEvent
internal import TailraceFilter
package import TailraceLog

/// What somebody wants to know of the log's past: a lens, a range, a direction.
package struct HistoryRequest: Sendable {
    package enum Order: String, Sendable, CaseIterable {
        /// Oldest first.
        case ascending = "asc"
        /// Newest first.
        case descending = "desc"
    }

    package var stream: String
    package var filter: String
    /// Reading begins behind it, in the order that is asked for.
    package var from: Position?
    /// Reading ends with it.
    package var to: Position?
    /// Events at or after it.
    package var since: Timestamp?
    /// Events before it.
    package var until: Timestamp?
    package var order: Order
    /// Names of the fields to give, nil for all.
    package var fields: [String]?
    /// Where a consumer goes on, in place of `from`; oldest first.
    package var resumption: Resumption?

    package init(
        stream: String, filter: String, from: Position? = nil, to: Position? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil, order: Order = .ascending, fields: [String]? = nil
    ) {
        self.stream = stream
        self.filter = filter
        self.from = from
        self.to = to
        self.since = since
        self.until = until
        self.order = order
        self.fields = fields
    }
}

/// A range of the log that is not there any more or can't be read.
package struct HistoryHole: Sendable, Hashable {
    package var from: UInt64
    package var through: UInt64
    package var reason: MissingReason
}

/// A request that was understood: what a search goes through.
package struct HistoryQuery: Sendable {
    package var lens: Lens
    package var order: HistoryRequest.Order
    /// The first and the last number to look at; nil if there is none.
    package var range: ClosedRange<UInt64>?
    /// Times of the events that count, both ends included.
    package var times: ClosedRange<Int64>
    /// Asked for and gone before the search began.
    package var missing: HistoryHole?

    var isDescending: Bool { self.order == .descending }
    /// Any time will do.
    var hasAnyTime: Bool { self.times == Self.anyTime }

    static let anyTime = Int64.min...Int64.max
}

extension HistoryRequest {
    /// Finds the range and what is wrong, without reading from disk.
    package func query(log: EventLog, streams: StreamTable) throws(ReaderProblem) -> HistoryQuery {
        let open = OpenRequest(stream: self.stream, filter: self.filter, start: .live, fields: self.fields)
        var lens = try OpenPlan.lens(open, streams: streams)
        let bounds = lens.filter.timeBounds
        lens.filter = lens.filter.withoutTimeBounds
        let now = Timestamp.now()
        var times = HistoryQuery.anyTime
        for since in [self.since, bounds.since?.resolved(now: now)] {
            if let since { times = max(times.lowerBound, since.nanoseconds)...times.upperBound }
        }
        var query = HistoryQuery(lens: lens, order: self.order, range: nil, times: times)
        var end = times.upperBound
        for until in [self.until, bounds.until?.resolved(now: now)] {
            if let until { end = min(end, until.nanoseconds == .min ? .min : until.nanoseconds - 1) }
        }
        let head = log.head
        let oldest = log.oldest
        let (low, high) = try self.numbers(log: log, missing: &query.missing)
        var first = max(low, oldest)
        var last = min(high, head)
        if let around = bounds.around {
            first = max(first, around.seq - min(around.seq, around.radius))
            let (sum, overflow) = around.seq.addingReportingOverflow(around.radius)
            last = min(last, overflow ? .max : sum)
        }
        guard first <= last, end >= times.lowerBound else { return query }
        query.range = first...last
        query.times = times.lowerBound...end
        return query
    }

    /// The first and the last number between the two positions, whichever way round. Going down, `from` is the event
    /// above the last one and `to` the first.
    private func numbers(log: EventLog, missing: inout HistoryHole?) throws(ReaderProblem) -> (UInt64, UInt64) {
        let isAscending = self.order == .ascending
        var low: UInt64 = 1
        var high = UInt64.max
        if let above = isAscending ? self.to : self.from?.before {
            high = min(try Self.resume(above, log: log).after, above.seq)
        }
        if let resumption = self.resumption {
            low = resumption.after + 1
            missing = resumption.missing.map { HistoryHole(from: $0.from, through: $0.through, reason: $0.reason) }
        } else if let below = isAscending ? self.from : self.to?.before {
            let resumption = try Self.resume(below, log: log)
            low = resumption.after + 1
            if let gone = resumption.missing, gone.from <= high {
                missing = HistoryHole(from: gone.from, through: min(gone.through, high), reason: gone.reason)
            }
        }
        return (low, high)
    }

    private static func resume(_ position: Position, log: EventLog) throws(ReaderProblem) -> Resumption {
        let resumption = try OpenPlan.resume(position, log: log)
        guard resumption.missing?.reason != .unknownEpoch else {
            throw ReaderProblem(
                .position, "position \(position) is of another log; this one is \(log.epoch)",
                expected: "a position that this relay told, or since=TIME")
        }
        return resumption
    }
}

extension Position {
    fileprivate var before: Position { Position(epoch: self.epoch, seq: self.seq - min(self.seq, 1)) }
}
