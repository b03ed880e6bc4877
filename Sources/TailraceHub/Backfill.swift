internal import NIOCore
internal import TailraceEvent
internal import TailraceLog

/// One step of a reader on its way to the edge: some events from the log, matched and encoded for it alone.
struct BackfillStep: ~Copyable {
    /// A step ends after this many events searched, so that a filter that matches nothing does not hold a worker.
    static let maxSearched = 20_000
    static let maxEvents = 500
    static let maxBytes = 64 << 10

    private let fields: [String]?
    private var matcher: LensMatcher
    private var message = EventsMessage()

    init(lens: Lens, streams: StreamTable, seen: Int, matched: Int) {
        self.fields = lens.fields
        self.matcher = LensMatcher(lens, streams: streams)
        self.message.seen = seen
        self.message.matched = matched
    }

    var count: Int { self.message.count }
    var seen: Int { self.message.seen }
    var matched: Int { self.message.matched }
    var isFull: Bool { self.message.count >= Self.maxEvents || self.message.bytes >= Self.maxBytes }

    /// Takes events until the message is full; returns the last seq considered.
    @discardableResult
    mutating func take(_ slice: LogSlice, notBefore: NotBefore?) -> UInt64 {
        let batch = slice.block.batch
        var start = slice.range.lowerBound
        while start < slice.range.upperBound, !self.isFull {
            let end = min(slice.range.upperBound, start + Self.maxEvents - self.message.count)
            self.takePart(batch, start..<end, firstSeq: slice.block.firstSeq, notBefore: notBefore)
            start = end
        }
        return slice.block.firstSeq + UInt64(start) - 1
    }

    private mutating func takePart(
        _ batch: borrowing EventBatch, _ range: Range<Int>, firstSeq: UInt64, notBefore: NotBefore?
    ) {
        var hits: [Int] = []
        let partFirst = firstSeq + UInt64(range.lowerBound)
        self.message.seen += self.matcher.forEachMatch(in: batch, range: range, firstSeq: partFirst) { hits.append($0) }
        for index in hits {
            let seq = firstSeq + UInt64(index)
            if let notBefore, seq <= notBefore.through, batch.records[index].time < notBefore.time { continue }
            self.message.matched += 1
            self.message.append(batch, at: index, seq: seq, fields: self.fields)
        }
    }

    /// The message in the reader's form, nil if nothing matched.
    func frame(first: UInt64, last: UInt64, position: Position, form: WireForm, fetched: Bool = false) -> ByteBuffer? {
        guard self.message.count > 0 else { return nil }
        switch form {
        case .lines: return self.message.lines()
        case .serverSentEvents: return self.message.serverSentEvents(epoch: position.epoch)
        case .messages:
            return ServerSentMessage.text(
                self.message.text(first: first, last: last, position: position, fetched: fetched))
        case .webSocket(let compression):
            let text = self.message.text(first: first, last: last, position: position, fetched: fetched)
            // A fetched range comes in the middle of the live stream, where a shared window must not be touched.
            if fetched, compression == .shared { return ServerFrame.text(text) }
            return compression.windowBitsAlone.map { LoneMessage.compress(text, windowBits: $0) }
                ?? ServerFrame.text(text)
        }
    }
}

/// Reads on for a reader that is not at the edge. Runs on a worker thread and keeps nothing between steps, so a slow
/// reader costs its cursor.
struct Backfill: Sendable {
    struct Outcome: Sendable {
        var bytes: ByteBuffer?
        var cursor: UInt64
        var events = 0
        var seen: Int
        var matched: Int
        var missing: (from: UInt64, through: UInt64, reason: MissingReason)?
        var failure: String?
    }

    var log: EventLog
    var lens: Lens
    var streams: StreamTable
    var form: WireForm
    var notBefore: NotBefore?
    var fetched = false

    func read(after cursor: UInt64, through end: UInt64, seen: Int, matched: Int) -> Outcome {
        var step = BackfillStep(lens: self.lens, streams: self.streams, seen: seen, matched: matched)
        var outcome = Outcome(cursor: cursor, seen: seen, matched: matched)
        var searched = 0
        reading: while !step.isFull, searched < BackfillStep.maxSearched, outcome.cursor < end {
            do {
                switch try self.log.read(after: outcome.cursor, through: end, maxEvents: BackfillStep.maxSearched) {
                case .atEnd: break reading
                case .missing(let from, let through, let reason):
                    // What was gathered goes out first; the gap is found again by the next step.
                    if step.count == 0 {
                        outcome.missing = (from, through, reason)
                        outcome.cursor = through
                    }
                    break reading
                case .slices(let slices):
                    for slice in slices where !step.isFull {
                        searched += slice.range.count
                        outcome.cursor = step.take(slice, notBefore: self.notBefore)
                    }
                }
            } catch {
                outcome.failure = String(describing: error)
                break reading
            }
        }
        outcome.bytes = step.frame(
            first: cursor + 1, last: outcome.cursor, position: self.log.position(of: outcome.cursor), form: self.form,
            fetched: self.fetched)
        outcome.events = step.count
        outcome.seen = outcome.bytes == nil ? step.seen : 0
        outcome.matched = outcome.bytes == nil ? step.matched : 0
        return outcome
    }
}
