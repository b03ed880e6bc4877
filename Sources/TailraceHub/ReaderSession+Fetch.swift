internal import NIOCore
internal import NIOPosix
internal import TailraceLog

/// A range of the log that a reader asked for beside its live stream.
struct Fetch {
    /// A larger range is answered in part, and says so.
    static let maxEvents = 10_000

    var lens: Lens
    var from: UInt64
    var through: UInt64
    var cursor: UInt64
    var sent = 0
    var isReading = false

    init(lens: Lens, from: UInt64, through: UInt64) {
        self.lens = lens
        self.from = from
        self.through = through
        self.cursor = from - 1
    }

    var isComplete: Bool { self.cursor >= self.through }
    var isDone: Bool { self.isComplete || self.sent >= Self.maxEvents }
}

extension ReaderSession {
    /// Sends the next part of the range while there is room.
    func pumpFetch() {
        guard var fetch = self.fetch, !fetch.isReading, self.transport.isWritable else { return }
        if fetch.isDone { return self.finish(fetch) }
        fetch.isReading = true
        self.fetch = fetch
        var backfill = Backfill(
            log: self.hub.log, lens: fetch.lens, streams: self.hub.streams, form: self.transport.form)
        backfill.fetched = true
        let reading = backfill
        let reference = self.reference
        let (cursor, through) = (fetch.cursor, fetch.through)
        self.hub.workers.runIfActive(eventLoop: self.transport.eventLoop) {
            reading.read(after: cursor, through: through, seen: 0, matched: 0)
        }.whenSuccess { reference.onLoop.didFetch($0, from: cursor) }
    }

    private func didFetch(_ outcome: Backfill.Outcome, from cursor: UInt64) {
        guard var fetch = self.fetch, fetch.isReading, fetch.cursor == cursor else { return }
        fetch.isReading = false
        fetch.cursor = outcome.cursor
        fetch.sent += outcome.events
        self.fetch = fetch
        if let bytes = outcome.bytes { self.transport.write(bytes) }
        if let missing = outcome.missing {
            self.sendGap(
                from: missing.from, through: missing.through, count: missing.through - missing.from + 1,
                reason: "evicted")
        }
        if let failure = outcome.failure {
            self.fetch = nil
            return self.send(.error(ReaderProblem(.log, "the log cannot be read: \(failure)")))
        }
        self.pumpFetch()
    }

    private func finish(_ fetch: Fetch) {
        self.fetch = nil
        self.send(
            .fetched(
                from: fetch.from, through: min(fetch.cursor, fetch.through), count: UInt64(fetch.sent),
                complete: fetch.isComplete))
    }
}
