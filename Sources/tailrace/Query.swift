import ArgumentParser
import Glibc
import TailraceClient
import TailraceEvent
import TailraceFilter

struct Query: AsyncParsableCommand {
    enum Order: String, CaseIterable, ExpressibleByArgument { case asc, desc }

    static let configuration = CommandConfiguration(
        abstract: "Searches a relay's history.",
        discussion: """
            Without --since, --from or --last it searches the whole log. Ends when everything is found, or --limit is \
            reached.

            Exit codes: 0 done, also if nothing was found; 1 failed; 2 or 64 wrong usage; 130 Ctrl-C.
            """)

    @OptionGroup var reader: ReaderOptions

    @Option(help: "End behind this position.")
    var to: String?

    @Option(help: "The oldest events first, or the newest.")
    var order: Order = .asc

    @Option(help: "So many events at most.")
    var limit: Int?

    func validate() throws {
        if let limit = self.limit, limit < 1 { throw ValidationError("--limit is \(limit); expected 1 or more.") }
        if self.reader.last != nil, self.limit != nil || self.order == .desc {
            throw ValidationError("--last means the newest events, oldest first; it excludes --limit and --order.")
        }
        if let to = self.to, Position(to) == nil {
            throw ValidationError("--to is \"\(to)\"; expected a position such as fb5rwzwimj:3.")
        }
    }

    func run() async throws {
        let plan = try ReaderPlan(self.reader)
        var items = plan.query
        if let from = plan.from, from != "start" { items.append(QueryItem("from", from)) }
        if let to = self.to { items.append(QueryItem("to", to)) }
        if let since = plan.since { items.append(QueryItem("since", since.rfc3339)) }
        if let until = plan.until { items.append(QueryItem("until", until.rfc3339)) }

        let turns = plan.last != nil
        let isDescending = turns || self.order == .desc
        let (query, limit, run) = (items, plan.last ?? self.limit, StoppableRun())
        let stop = run.stop
        try await run.run {
            let progress = Terminal.isTerminal(STDERR_FILENO) ? ProgressLine() : nil
            let sink = QuerySink(printer: plan.printer(stop: stop), progress: progress, turnsAround: turns)
            var history = HistoryReader(link: plan.link, query: query, isDescending: isDescending, limit: limit)
            try await history.run(into: sink)
            try sink.finish()
        }
    }
}
