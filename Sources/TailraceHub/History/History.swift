internal import TailraceEvent
package import TailraceLog

/// Questions to the log's past: events, counts, exports. Each becomes a `HistorySearch`.
package struct History: Sendable {
    package let log: EventLog
    package let streams: StreamTable
    package let limits: HistoryLimits
    package let statistics: HistoryStatistics

    /// - Parameter statistics: those of the one that this takes the place of.
    package init(
        log: EventLog, streams: StreamTable, limits: HistoryLimits, statistics: HistoryStatistics = HistoryStatistics()
    ) {
        self.log = log
        self.streams = streams
        self.limits = limits
        self.statistics = statistics
    }

    /// What a search answers with.
    package enum Answer: Sendable {
        /// `{"events":[…],"next":…}`
        case json(limit: Int)
        /// An event per line, then `{"type":"end",…}`.
        case lines(limit: Int)
        case histogram(HistogramRequest)
        case facets([String]?, limit: Int)
        case fields
        case export(ExportFormat, limit: Int?)
    }

    package func query(_ request: HistoryRequest) throws(ReaderProblem) -> HistoryQuery {
        try request.query(log: self.log, streams: self.streams)
    }

    /// A search that has not begun.
    package func search(
        _ query: HistoryQuery, _ answer: Answer, of searcher: Searcher, in turns: SearchTurns, isCompressed: Bool
    ) throws(SearchRefusal) -> HistorySearch {
        guard self.statistics.open.value < self.limits.maxOpen else {
            self.statistics.refused.add(1)
            throw .all(limit: self.limits.maxOpen)
        }
        let limit = searcher.isOne ? self.limits.maxOpenEach : .max
        guard turns.begin(searcher.name, limit: limit) else { throw .own(limit: limit) }
        var limits: HistoryLimits? = self.limits
        // An export is the whole range or what the reader asked for: it waits its turn at every step instead.
        if case .export = answer { limits = nil }
        return HistorySearch(
            query, into: self.output(answer, query), history: self, limits: limits,
            owner: searcher.name, turns: turns, isCompressed: isCompressed)
    }

    private func output(_ answer: Answer, _ query: HistoryQuery) -> sending any HistoryOutput {
        switch answer {
        case .json(let limit):
            EventsDocument(fields: query.lens.fields, limit: limit, epoch: self.log.epoch, order: query.order)
        case .lines(let limit): EventLines(fields: query.lens.fields, limit: limit)
        case .histogram(let request): Histogram(request)
        case .facets(let names, let limit): Facets(names, limit: limit)
        case .fields: FieldList()
        case .export(.ndjson, let limit): EventLines(fields: query.lens.fields, limit: limit ?? .max)
        case .export(.csv, let limit): TableExport(fields: query.lens.fields, limit: limit ?? .max)
        case .export(.text, let limit): TextExport(fields: query.lens.fields, limit: limit ?? .max)
        }
    }
}

/// The forms of an export.
package enum ExportFormat: String, Sendable, CaseIterable {
    case text, ndjson, csv
}
