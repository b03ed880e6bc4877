internal import TailraceEvent
package import TailraceFilter

/// What a reader looks through: stream, filter, projection and rate class. Equal lenses share all work.
package struct Lens: Sendable, Hashable {
    package var stream: String
    package var filter: Filter
    /// Names of the fields to send, nil for all.
    package var fields: [String]?
    /// Events per second the reader can take, nil without a limit.
    package var maxRate: Int?

    package init(stream: String, filter: Filter, fields: [String]? = nil, maxRate: Int? = nil) {
        self.stream = stream
        self.filter = filter
        self.fields = fields
        self.maxRate = maxRate
    }
}

/// How a stream batches what it sends.
package struct BatchLimits: Sendable, Hashable {
    package var maxEvents: Int
    package var maxBytes: Int
    package var maxDelay: Duration

    package init(maxEvents: Int, maxBytes: Int, maxDelay: Duration) {
        self.maxEvents = maxEvents
        self.maxBytes = maxBytes
        self.maxDelay = maxDelay
    }

    package static let standard = BatchLimits(maxEvents: 500, maxBytes: 64 << 10, maxDelay: .milliseconds(50))
}

/// The streams readers can open, by name: the bit of `Record.streams`, and how they batch. `all` has no bit.
package struct StreamTable: Sendable {
    package struct Entry: Sendable {
        package var number: Int?
        package var batch: BatchLimits
        package var filter: String
        /// Who may read it; empty is everybody.
        package var roles: [String]

        package init(number: Int?, batch: BatchLimits, filter: String, roles: [String] = []) {
            self.number = number
            self.batch = batch
            self.filter = filter
            self.roles = roles
        }
    }

    package var entries: [String: Entry]

    package init(entries: [String: Entry]) {
        self.entries = entries
        if self.entries["all"] == nil { self.entries["all"] = Entry(number: nil, batch: .standard, filter: "") }
    }

    /// By name; `all` has none.
    package var numbers: [String: Int] { self.entries.compactMapValues(\.number) }

    /// `all` first, the others by name.
    package var names: [String] { ["all"] + self.entries.keys.filter { $0 != "all" }.sorted() }
}

/// Up to 64 events of a block, and what a lens says about them: a bit per event.
struct MatchedEvents {
    /// Indexes into the block's batch.
    var range: Range<Int>
    var firstSeq: UInt64
    var inStream: UInt64
    var matched: UInt64
}

/// A lens ready to be applied: one per thread of execution.
struct LensMatcher: ~Copyable {
    private var matcher: Matcher
    /// Nil for `all`.
    private let mask: UInt64?
    /// Streams that the filter asks about: a reader of `all` who looks at them through it gets their accounts as well.
    private let asideMask: UInt64
    private var indexes: [Int] = []

    init(_ lens: Lens, streams: StreamTable) {
        let numbers = streams.entries.compactMapValues { $0.number }
        self.matcher = Matcher(lens.filter, context: MatchContext(streamNumbers: numbers))
        self.mask = streams.entries[lens.stream]?.number.map { 1 << UInt64($0) }
        self.asideMask = self.matcher.mentionedStreams
    }

    /// What the lens says about up to 64 events.
    mutating func match(_ batch: borrowing EventBatch, in range: Range<Int>, firstSeq: UInt64) -> MatchedEvents {
        var events = MatchedEvents(range: range, firstSeq: firstSeq, inStream: 0, matched: 0)
        _ = self.forEachMatch(in: batch, range: range, firstSeq: firstSeq) { index in
            events.matched |= 1 << UInt64(index - range.lowerBound)
        }
        for index in range where self.isInStream(batch.records[index]) {
            events.inStream |= 1 << UInt64(index - range.lowerBound)
        }
        return events
    }

    /// Calls `body` with the index of every event of the slice that is in the stream and passes the filter; returns how
    /// many events of the slice are in the stream.
    mutating func forEachMatch(
        in batch: borrowing EventBatch, range: Range<Int>, firstSeq: UInt64, _ body: (Int) -> Void
    ) -> Int {
        self.indexes.removeAll(keepingCapacity: true)
        self.matcher.select(from: batch, in: range, firstSeq: firstSeq, into: &self.indexes)
        for index in self.indexes where self.isInStream(batch.records[index]) { body(index) }
        return batch.records[range].reduce(0) { $0 + (self.isInStream($1) ? 1 : 0) }
    }

    private func isInStream(_ record: EventBatch.Record) -> Bool {
        record.streams & (self.mask ?? self.asideMask) != 0 || (self.mask == nil && !record.isAside)
    }
}
