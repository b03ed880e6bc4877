package import TailraceEvent
internal import TailraceFilter
internal import TailraceLog

/// What a reader asks for when it opens a lens.
package struct OpenRequest: Sendable {
    package enum Start: Sendable {
        /// Only what comes from now on.
        case live
        case from(Position)
        case since(Timestamp)
        /// The last n events that match, then what comes.
        case last(Int)
    }

    package var stream: String
    package var filter: String
    package var start: Start
    package var fields: [String]?
    package var maxRate: Int?
    /// The consumer whose position reading begins at; `start` is for one that is not there yet.
    package var consumer: String?
    /// Where that consumer stands, once it was looked up.
    package var place: ConsumerPlace?

    package init(
        stream: String, filter: String, start: Start, fields: [String]? = nil, maxRate: Int? = nil,
        consumer: String? = nil
    ) {
        self.stream = stream
        self.filter = filter
        self.start = start
        self.fields = fields
        self.maxRate = maxRate
        self.consumer = consumer
    }
}

extension OpenRequest {
    /// Finds what is wrong without reading from disk, for answers that must come before the first byte.
    package func check(_ hub: Hub) throws(ReaderProblem) {
        _ = try OpenPlan.lens(self, streams: hub.streams)
        if case .from(let position) = self.start { _ = try OpenPlan.resume(position, log: hub.log) }
    }
}

/// An opened lens: where reading begins and what was missing before it.
struct OpenPlan: Sendable {
    /// The most that `last` can ask for, and how many events are searched for them.
    static let maxLast = 100_000
    static let maxBackwardEvents = 2_000_000

    var lens: Lens
    var after: UInt64
    var missing: Resumption.Missing?
    var consumer: ConsumerPlace?
    /// Events up to `head` that are older than this are left out.
    var notBefore: NotBefore?

    /// Parses the filter and finds the beginning; may read from disk.
    static func make(_ request: OpenRequest, log: EventLog, streams: StreamTable) throws(ReaderProblem) -> OpenPlan {
        let lens = try Self.lens(request, streams: streams)
        if let resumption = try request.consumerResumption(log: log) {
            return OpenPlan(
                lens: lens, after: resumption.after, missing: resumption.missing, consumer: request.place)
        }
        do {
            return try Self.place(request.start, lens: lens, log: log, streams: streams)
        } catch let problem as ReaderProblem {
            throw problem
        } catch {
            throw ReaderProblem(.log, "the log cannot be read: \(error)")
        }
    }

    static func lens(_ request: OpenRequest, streams: StreamTable) throws(ReaderProblem) -> Lens {
        let place = Lens(stream: request.stream, filter: .everything)
        if let problem = place.problem(in: streams) { throw problem }
        let filter = try Self.parse(request.filter)
        return Lens(stream: request.stream, filter: filter, fields: request.fields, maxRate: request.maxRate)
    }

    static func resume(_ position: Position, log: EventLog) throws(ReaderProblem) -> Resumption {
        do { return try log.resume(from: position) } catch {
            switch error {
            case .future(let head):
                throw ReaderProblem(
                    .position, "position \(position) is after the newest event, \(log.position(of: head))")
            }
        }
    }

    static func parse(_ text: String) throws(ReaderProblem) -> Filter {
        do { return try Filter(parsing: text) } catch {
            throw ReaderProblem(
                .filter, error.message, column: error.column, length: error.length, expected: error.expected,
                suggestion: error.suggestion)
        }
    }

    private static func place(
        _ start: OpenRequest.Start, lens: Lens, log: EventLog, streams: StreamTable
    ) throws -> OpenPlan {
        switch start {
        case .live: return OpenPlan(lens: lens, after: log.head)
        case .from(let position):
            let resumption = try Self.resume(position, log: log)
            return OpenPlan(lens: lens, after: resumption.after, missing: resumption.missing)
        case .since(let time):
            let notBefore = NotBefore(time: time.nanoseconds, through: log.head)
            return OpenPlan(lens: lens, after: try log.seqBefore(time: time), notBefore: notBefore)
        case .last(let count):
            return OpenPlan(lens: lens, after: try Self.before(last: count, lens: lens, log: log, streams: streams))
        }
    }

    /// The number before the first of the last `count` matching events.
    private static func before(last count: Int, lens: Lens, log: EventLog, streams: StreamTable) throws -> UInt64 {
        var matcher = LensMatcher(lens, streams: streams)
        var wanted = min(count, Self.maxLast)
        var through = log.head
        var searched = 0
        guard wanted > 0 else { return through }
        while searched < Self.maxBackwardEvents, let step = try log.readBackwards(through: through) {
            if let slice = step.slice {
                searched += slice.range.count
                var hits: [Int] = []
                _ = matcher.forEachMatch(in: slice.block.batch, range: slice.range, firstSeq: slice.firstSeq) {
                    hits.append($0)
                }
                if hits.count >= wanted { return slice.block.firstSeq + UInt64(hits[hits.count - wanted]) - 1 }
                wanted -= hits.count
            }
            through = step.continueThrough
        }
        return through
    }
}

extension Lens {
    /// Nil where there is such a stream.
    func problem(in streams: StreamTable) -> ReaderProblem? {
        guard streams.entries[self.stream] == nil else { return nil }
        return ReaderProblem(
            .stream, "there is no stream \"\(self.stream)\"", expected: streams.names.joined(separator: ", "))
    }
}

/// Leaves out events that are older than a time, among those that were there when the reader asked.
struct NotBefore: Sendable {
    var time: Int64
    var through: UInt64
}
