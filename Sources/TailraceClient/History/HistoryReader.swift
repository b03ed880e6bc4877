internal import NIOCore
internal import TailraceEvent

/// Reads `/api/v1/events` page by page, and goes on behind the last event when a connection breaks.
package struct HistoryReader {
    /// The most events that are asked for by number; beyond, an answer has as many as the relay gives by itself.
    private static let maxPageEvents = 1000
    /// Connections in a row that bring nothing.
    private static let maxFailures = 5

    private let link: RelayLink
    private let query: [QueryItem]
    private let isDescending: Bool
    private var remaining: Int?
    private var next: String?
    /// Events that were looked at for the pages before.
    private var searched: UInt64 = 0
    /// What the caller has of the page that is being read.
    private var lastSeq: UInt64?

    /// `query`: `stream filter from to since until fields` as they are wanted.
    package init(link: RelayLink, query: [QueryItem], isDescending: Bool, limit: Int?) {
        self.link = link
        self.query = query
        self.isDescending = isDescending
        self.remaining = limit
    }

    package mutating func run(into sink: some HistorySink) async throws {
        var backoff = Backoff()
        var failures = 0
        while self.remaining != 0 {
            let before = self.lastSeq
            do {
                guard try await self.page(into: sink) else { return }
                failures = 0
                backoff.succeeded()
            } catch let error as LinkError where error.isPassing && (before != nil || self.lastSeq != before) {
                try Task.checkCancellation()
                failures = self.lastSeq == before ? failures + 1 : 0
                if failures == 0 { backoff.succeeded() }
                guard failures < Self.maxFailures else { throw error }
                try await Task.sleep(for: backoff.pause())
            }
        }
    }

    /// True if there is more.
    private mutating func page(into sink: some HistorySink) async throws -> Bool {
        var splitter = LineSplitter()
        var end: StreamEnd?
        try await self.link.stream("api/v1/events", self.items, accept: "application/x-ndjson") { bytes in
            try splitter.feed(bytes) { line in
                if case .end(let told)? = try self.take(line, into: sink) { end = told }
            }
            try sink.settle()
        }
        guard let end else { throw LinkError.cut(reason: "the answer has no end") }
        if let failure = end.failure { throw LinkError.unreadable(reason: SafeText.text(failure)) }
        self.searched += end.searched
        guard let next = end.next, next != self.next else { return false }
        self.next = next
        return true
    }

    private var items: [QueryItem] {
        var items = self.query
        if let next = self.next {
            items.removeAll { $0.name == "from" }
            items.append(QueryItem("from", next))
        }
        if self.isDescending { items.append(QueryItem("order", "desc")) }
        if let remaining = self.remaining, remaining <= Self.maxPageEvents {
            items.append(QueryItem("limit", String(remaining)))
        }
        return items
    }

    private mutating func take(_ line: [UInt8], into sink: some HistorySink) throws -> StreamMessage? {
        guard let seq = EventLine.quickSeq(line) ?? EventLine(line)?.seq else {
            return try self.takeMessage(line, into: sink)
        }
        // After a broken connection the page comes again from its beginning.
        if let last = self.lastSeq, self.isDescending ? seq >= last : seq <= last { return nil }
        guard self.remaining != 0 else { return nil }
        self.lastSeq = seq
        self.remaining? -= 1
        try sink.take(event: line)
        return nil
    }

    private func takeMessage(_ line: [UInt8], into sink: some HistorySink) throws -> StreamMessage? {
        guard let message = StreamMessage(line) else {
            if line.isEmpty { return nil }
            throw LinkError.notARelay(self.link.address, line: line)
        }
        switch message {
        case .gap(let missing): try sink.take(missing: missing)
        case .opened(_, let missing, _): if let missing { try sink.take(missing: missing) }
        case .progress(let searched, let total):
            sink.searched(self.searched + searched, of: total.map { self.searched + $0 })
        case .error(let problem): throw LinkError.refused(status: 400, problem)
        case .end, .live, .beat, .unknown: break
        }
        return message
    }
}

/// Takes what a search of the past finds.
package protocol HistorySink: AnyObject {
    func take(event line: [UInt8]) throws
    func take(missing: MissingEvents) throws
    func searched(_ events: UInt64, of total: UInt64?)
    /// What came in one piece has been handed over.
    func settle() throws
}
