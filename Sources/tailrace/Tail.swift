import ArgumentParser
import Glibc
import TailraceClient
import TailraceEvent
import TailraceFilter

struct Tail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follows a relay in the terminal.",
        discussion: """
            Begins with the last 10 matching events unless told otherwise. A lost connection is made again, and \
            reading goes on behind the last event: none is lost, none comes twice, and what the relay no longer has \
            is named.

            Exit codes: 0 done, 1 failed, or --timeout came before --count or --exit-on; 2 or 64 wrong usage; \
            130 Ctrl-C.
            """)

    static let standardLast = 10

    @OptionGroup var reader: ReaderOptions

    @Option(help: ArgumentHelp("Events per second at most; errors may go to twice that.", valueName: "n"))
    var maxRate: Int?

    @Option(help: ArgumentHelp("Keep the position in this file and go on from it the next time.", valueName: "file"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "Read under this name, and let the relay keep the position: the next time goes on from it.",
            valueName: "name"))
    var consumer: String?

    @Option(name: .shortAndLong, help: "End after so many events.")
    var count: Int?

    @Option(help: "End after this time, such as 30s.")
    var timeout: String?

    @Option(help: ArgumentHelp("End behind the first event that passes this filter.", valueName: "filter"))
    var exitOn: String?

    @Flag(inversion: .prefixedNo, help: "Go on with what comes.")
    var follow = true

    func validate() throws {
        if let count = self.count, count < 1 { throw ValidationError("--count is \(count); expected 1 or more.") }
        if self.consumer != nil, self.state != nil {
            throw ValidationError("--consumer keeps the position on the relay, --state here; use one of them.")
        }
        if let rate = self.maxRate, rate < 1 { throw ValidationError("--max-rate is \(rate); expected 1 or more.") }
    }

    func run() async throws {
        var plan = try ReaderPlan(self.reader)
        let limits = try self.limits(&plan)
        let timeout = try self.timeoutSeconds()
        let state = self.state.map { StateFile(path: $0) }
        let start = try self.start(plan, saved: try Self.load(state))
        let committer = try self.committer(plan)
        let query =
            plan.query + (self.maxRate.map { [QueryItem("max_rate", String($0))] } ?? [])
            + (self.consumer.map { [QueryItem("consumer", $0)] } ?? [])

        let run = StoppableRun()
        let outcome = TailOutcome()
        let (stop, finalPlan) = (run.stop, plan)
        if let timeout { StoppableRun.stop(stop, after: timeout, .timeout) }
        if let state { StoppableRun.everySecond(stop) { try? state.save() } }
        try await run.run(last: { try? state?.save() }) {
            let sink = TailSink(
                printer: finalPlan.printer(stop: stop), limits: limits, state: state, committer: committer)
            sink.onEdge = { if let until = limits.until { Self.stop(stop, at: until) } }
            var follower = StreamFollower(link: finalPlan.link, query: query, start: start)
            do {
                try await Self.committing(committer) { try await follower.run(into: sink) }
            } catch LinkError.refused(_, let problem) where problem.code == "filter" {
                throw Self.failure(problem, filter: finalPlan.filter.canonical)
            }
            outcome.end(sink.end)
        }
        guard outcome.value == nil, stop.reason == .timeout, self.count != nil || self.exitOn != nil else { return }
        throw CommandFailure("the time is over, and \(self.count != nil ? "--count" : "--exit-on") was not reached")
    }

    /// Commits what was done while `body` runs, and when it has ended in whatever way.
    private static func committing(_ committer: ConsumerCommitter?, _ body: () async throws -> Void) async throws {
        guard let committer else { return try await body() }
        let commits = Task { await committer.run() }
        func finish() async {
            commits.cancel()
            await commits.value
            // Not of this task, which may be cancelled.
            await Task { await committer.commit() }.value
        }
        do { try await body() } catch {
            await finish()
            if let remainder = committer.remainder { Console.error(remainder) }
            throw error
        }
        await finish()
        if let remainder = committer.remainder { throw CommandFailure(remainder) }
    }

    private func committer(_ plan: ReaderPlan) throws -> ConsumerCommitter? {
        guard let name = self.consumer else { return nil }
        guard plan.until == nil else {
            throw CommandFailure(
                "--until leaves out events that --consumer would commit; leave out one of them", code: 2)
        }
        return ConsumerCommitter(link: plan.link, name: name)
    }

    /// Events on their way at that moment get a second to arrive.
    private static func stop(_ stop: StopSwitch, at until: Timestamp) {
        let seconds = Double(until.nanoseconds - Timestamp.now().nanoseconds) / 1e9
        StoppableRun.stop(stop, after: max(0, seconds) + 1, .until)
    }

    private static func failure(_ problem: ProblemReport, filter: String) -> CommandFailure {
        let mark = problem.column.map { FilterWords.marked(filter, column: $0, length: problem.length ?? 1) } ?? ""
        return CommandFailure("the relay refuses the filter: \(problem.detail)\(mark)", code: 2)
    }

    private static func load(_ state: StateFile?) throws -> Position? {
        do { return try state?.load() } catch { throw CommandFailure(error.description) }
    }

    private func limits(_ plan: inout ReaderPlan) throws -> TailSink.Limits {
        var limits = TailSink.Limits()
        limits.count = self.count
        limits.until = plan.until
        limits.follows = self.follow
        limits.exitOn = try self.exitOn.map { try FilterWords.parse($0) }
        guard limits.exitOn != nil, plan.topLevelFields != nil else { return limits }
        guard self.reader.output == .text || self.reader.output == .logfmt else {
            throw CommandFailure("--exit-on looks at all fields, so --fields cannot leave any out here", code: 2)
        }
        plan.topLevelFields = nil
        return limits
    }

    private func timeoutSeconds() throws -> Double? {
        guard let text = self.timeout else { return nil }
        if let seconds = Double(text), seconds > 0, seconds < 1e9 { return seconds }
        guard case .ago(let nanoseconds)? = TimeBounds.Edge(text), nanoseconds > 0 else {
            throw CommandFailure("--timeout: \"\(text)\" is no time span; expected 30s, 500ms or 1h30m", code: 2)
        }
        return Double(nanoseconds) / 1e9
    }

    private func start(_ plan: ReaderPlan, saved: Position?) throws -> StreamProgress.Start {
        if self.consumer != nil { return .consumer(Self.beginning(plan)) }
        if let saved { return .from(saved) }
        if let from = plan.from {
            return from == "start" ? .since(ReaderStart.oldest) : Position(from).map { .from($0) } ?? .live
        }
        if let since = plan.since { return .since(since) }
        let last = plan.last ?? Self.standardLast
        return last == 0 ? .live : .last(last)
    }

    /// Where a new consumer begins.
    private static func beginning(_ plan: ReaderPlan) -> QueryItem? {
        if let from = plan.from {
            return from == "start" ? QueryItem("since", ReaderStart.oldest.rfc3339) : QueryItem("from", from)
        }
        if let since = plan.since { return QueryItem("since", since.rfc3339) }
        return plan.last.map { QueryItem("last", String($0)) }
    }
}

enum ReaderStart {
    /// Before every event: no log is older.
    static let oldest = Timestamp(nanoseconds: -8_520_336_000_000_000_000)
}
