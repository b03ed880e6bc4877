import FoundationEssentials
import TailraceClient
import TailraceDaemon
import TailraceEvent

/// `check --replay`: the configuration over the recent events of a running relay.
struct CheckReplay {
    /// More would take minutes, and say nothing new.
    private static let maxEvents = 1_000_000
    private static let maxExampleCharacters = 100
    /// As long as `[log] max_age` can be.
    private static let longest = Duration.seconds(3650 * 86_400)

    let configuration: Configuration
    /// How far back, as it was typed.
    let span: String
    let address: String?

    func lines() async throws -> [String] {
        do {
            let target = try RelayTarget(words: [self.relayAddress], standardAddress: nil)
            return try await self.lines(RelayLink(target.address, trust: try Environment.trust))
        } catch let error as AddressError {
            throw CommandFailure(error.description, code: 2)
        } catch let error as LinkError {
            throw CommandFailure("--replay reads the recent events of a running relay: \(error.description)")
        } catch let error as RelayError {
            throw CommandFailure(error.description)
        }
    }

    /// The relay that the configuration is for, unless another one is named.
    private var relayAddress: String {
        if let named = self.address ?? Environment.value("TAILRACE_URL") { return named }
        return switch self.configuration.server.listen.first {
        case .unix(let path)?: "unix:\(path)"
        case .tcp(let host, let port)? where host == "0.0.0.0" || host == "::": "http://127.0.0.1:\(port)"
        case let address?: "http://\(address)"
        case nil: "http://127.0.0.1:8245"
        }
    }

    private func lines(_ link: RelayLink) async throws -> [String] {
        let status = try await Self.ask(link, "api/v1/status", StatusAnswer.self)
        let streams = try await Self.ask(link, "api/v1/streams", StreamsAnswer.self).streams
        let range = [QueryItem("since", try self.since().rfc3339), QueryItem("to", status.log.position)]
        var recorded: [String: Set<UInt64>] = [:]
        for name in streams.map(\.name) where name != "all" {
            let sink = SeqSink()
            try await Self.read(link, range + [QueryItem("stream", name), QueryItem("fields", "none")], sink)
            recorded[name] = sink.seqs
        }
        let replay = try Replay(self.configuration, recorded: recorded)
        let sink = ReplaySink(replay)
        try await Self.read(link, range, sink)
        try sink.finish()
        return self.text(replay.report)
    }

    /// Fixed once, so that all that is read begins at the same event.
    private func since() throws -> Timestamp {
        guard let span = QuantityText.duration(self.span), span > .zero, span <= Self.longest else {
            throw CommandFailure("--replay is \"\(self.span)\"; expected a time such as 15m or 2h", code: 2)
        }
        let (seconds, attoseconds) = span.components
        return Timestamp(
            nanoseconds: Timestamp.now().nanoseconds - seconds * 1_000_000_000 - attoseconds / 1_000_000_000)
    }

    private struct StatusAnswer: Decodable {
        struct Log: Decodable { var position: String }
        var log: Log
    }

    private struct StreamsAnswer: Decodable {
        struct Stream: Decodable { var name: String }
        var streams: [Stream]
    }

    private static func ask<Answer: Decodable>(
        _ link: RelayLink, _ path: String, _ answer: Answer.Type
    ) async throws -> Answer {
        let json = try await link.body(path, accept: "application/json")
        do { return try JSONDecoder().decode(answer, from: Data(json)) } catch {
            throw CommandFailure("/\(path) cannot be read; is it a relay of this version?")
        }
    }

    private static func read(_ link: RelayLink, _ query: [QueryItem], _ sink: some HistorySink) async throws {
        var reader = HistoryReader(link: link, query: query, isDescending: false, limit: Self.maxEvents)
        try await reader.run(into: sink)
    }

    // MARK: Words

    private func text(_ report: ReplayReport) -> [String] {
        var lines = ["replayed \(report.events) events of the last \(self.span)"]
        if report.events >= Self.maxEvents { lines[0] += ", as many as are looked at" }
        for route in report.routes where route.isChanged { lines += Self.lines(route) }
        lines += report.removed.map { "route \($0.name): would be no more; it has \($0.events) events" }
        lines += report.redactions.map { "redact \($0.name): would replace something in \($0.events) events" }
        lines += report.redactedExamples.map { Self.example("~", $0) }
        for field in report.fields {
            lines.append("field \(field.name): new in \(field.new) events, another value in \(field.other)")
            lines += field.examples.map { Self.example("~", $0) }
        }
        if report.isSame { lines.append("no route, redaction or field would differ") }
        return lines
    }

    private static func lines(_ route: ReplayReport.Route) -> [String] {
        let head =
            switch (route.isDrop, route.before) {
            case (true, _): "route \(route.name): would drop \(route.after) events"
            case (false, nil): "route \(route.name): would be new, with \(route.after) events"
            case (false, let before?):
                "route \(route.name): \(route.after) events instead of \(before); "
                    + "\(route.come) would come, \(route.leave) would leave"
            }
        return [head] + route.comeExamples.map { Self.example(route.isDrop ? "-" : "+", $0) }
            + route.leaveExamples.map { Self.example("-", $0) }
    }

    private static func example(_ sign: String, _ example: ReplayReport.Example) -> String {
        let text = SafeText.text(example.text)
        let shown = text.count > Self.maxExampleCharacters ? text.prefix(Self.maxExampleCharacters) + "…" : text[...]
        return "  \(sign) \(example.seq): \(shown)"
    }
}

/// The numbers of events.
private final class SeqSink: HistorySink {
    private(set) var seqs: Set<UInt64> = []

    func take(event line: [UInt8]) { if let seq = EventLine(line)?.seq { self.seqs.insert(seq) } }
    func take(missing: MissingEvents) {}
    func searched(_ events: UInt64, of total: UInt64?) {}
    func settle() {}
}

/// Hands events on in batches.
private final class ReplaySink: HistorySink {
    private static let batchEvents = 500

    private let replay: Replay
    private var waiting: [[UInt8]] = []

    init(_ replay: Replay) { self.replay = replay }

    func take(event line: [UInt8]) throws {
        self.waiting.append(line)
        if self.waiting.count >= Self.batchEvents { try self.finish() }
    }

    func finish() throws {
        try self.replay.take(self.waiting)
        self.waiting.removeAll()
    }

    func take(missing: MissingEvents) {}
    func searched(_ events: UInt64, of total: UInt64?) {}
    func settle() {}
}
