internal import TailraceFilter
internal import TailraceInput

/// Concludes from evidence what each station does. Pure.
enum WhyDecision {
    static func report(_ evidence: WhyEvidence) -> WhyReport {
        var stages = [
            Self.source(evidence), Self.permission(evidence), Self.format(evidence), Self.redaction(evidence),
            Self.route(evidence),
        ]
        if evidence.isLive { stages.append(Self.log(evidence)) }
        stages += [Self.filter(evidence), Self.rate(evidence)]
        let stop = stages.first { $0.verdict == .stops }
        return WhyReport(
            seen: stop == nil, stopped_by: stop?.station, position: evidence.find?.position, stages: stages,
            inputs: evidence.inputs.map(Self.note), clauses: Self.clauses(evidence.explanation))
    }

    /// The input that the line belongs to: the surest finding counts.
    static func chosen(_ inputs: [WhyEvidence.InputEvidence], source: String?) -> Int? {
        if let source { return inputs.firstIndex { $0.name == source } }
        let best = inputs.indices.min { Self.rank(inputs[$0].sight) < Self.rank(inputs[$1].sight) }
        return best.flatMap { Self.rank(inputs[$0].sight) < Self.nothing ? $0 : nil }
    }

    private static let nothing = 4

    private static func rank(_ sight: SourceSight) -> Int {
        switch sight {
        case .found: 0
        case .follows: 1
        case .unreadable: 2
        case .cannotTell: 3
        case .leftOut, .absent: Self.nothing
        }
    }

    // MARK: Stations

    private static func source(_ evidence: WhyEvidence) -> WhyStage {
        if let find = evidence.find {
            return WhyStage(.source, .passes, "input \(find.source) has read it; it is at \(find.position)")
        }
        guard !evidence.inputs.isEmpty else {
            return WhyStage(.source, .stops, "there is no [[input]]", hint: "add one that reads it")
        }
        guard let input = evidence.chosen.map({ evidence.inputs[$0] }) else {
            let reasons = evidence.inputs.map { "\($0.name): \(Self.words($0.sight))" }.joined(separator: "; ")
            return WhyStage(
                .source, .stops, "no input reads it (\(reasons))",
                hint: "add its file to the paths of an input, or say where it is written")
        }
        let place = "input \(input.name): \(Self.words(input.sight))"
        if let state = input.state, state == "failed" || state == "stopped" {
            return WhyStage(.source, .stops, "\(place), but it is \(state)", hint: input.reason)
        }
        switch input.sight {
        case .found(_, let offset):
            guard let readTo = input.readTo else {
                return WhyStage(.source, evidence.isLive ? .unknown : .passes, place)
            }
            guard offset >= readTo else { return WhyStage(.source, .passes, "\(place), and it was read") }
            let lag = input.lagBytes.map { "; \($0) bytes wait" } ?? ""
            return WhyStage(
                .source, .stops, "\(place), but the input has read to byte \(readTo) of it\(lag)",
                hint: input.reason ?? "it is on its way, or the line has no end yet")
        case .follows, .unreadable: return WhyStage(.source, .passes, place)
        case .leftOut, .absent, .cannotTell: return WhyStage(.source, .unknown, place)
        }
    }

    private static func permission(_ evidence: WhyEvidence) -> WhyStage {
        if evidence.find != nil { return WhyStage(.permission, .passes, "it was read") }
        switch evidence.chosen.map({ evidence.inputs[$0].sight }) {
        case .found(let file, _), .follows(let file): return WhyStage(.permission, .passes, "\(file) can be read")
        case .unreadable(let file, let hint): return WhyStage(.permission, .stops, "\(file) can't be read", hint: hint)
        case .leftOut, .absent, .cannotTell, nil: return WhyStage(.permission, .unknown, "no file to look at")
        }
    }

    private static func format(_ evidence: WhyEvidence) -> WhyStage {
        guard let decoded = evidence.decoded else {
            return WhyStage(.format, .unknown, "no line to look at")
        }
        let level = decoded.level ?? "none"
        let time = decoded.time ?? "that of its arrival"
        return WhyStage(
            .format, .passes,
            "level \(level), time \(time), message \"\(decoded.message)\", fields \(decoded.fields)")
    }

    private static func redaction(_ evidence: WhyEvidence) -> WhyStage {
        guard let rules = evidence.redactions else { return WhyStage(.redaction, .passes, "no rule redacts anything") }
        return WhyStage(
            .redaction, .passes, rules.isEmpty ? "no rule changes it" : "changed by \(rules.joined(separator: ", "))")
    }

    private static func route(_ evidence: WhyEvidence) -> WhyStage {
        guard let streams = evidence.streams else {
            return evidence.stream == "all"
                ? WhyStage(.route, .passes, "stream all has every event")
                : WhyStage(.route, .unknown, "no line to look at")
        }
        if let rule = evidence.droppedBy {
            return WhyStage(
                .route, .stops, "[[route]] \"\(rule)\" has drop = true: it is not stored", hint: "change its where")
        }
        let list = (["all"] + streams).joined(separator: ", ")
        guard evidence.stream != "all", !streams.contains(evidence.stream) else {
            return WhyStage(.route, .passes, "it is in \(list)")
        }
        guard let route = evidence.route else {
            return WhyStage(.route, .stops, "it is in \(list), not in \(evidence.stream)")
        }
        guard route.takesSource else {
            let from = route.from.joined(separator: ", ")
            return WhyStage(
                .route, .stops, "stream \(evidence.stream) takes only \(from); it is in \(list)",
                hint: "add the input to from of the route, or read stream all")
        }
        guard route.explanation.matches != true || !route.thins else {
            return WhyStage(
                .route, .stops, "sample or rate_limit of stream \(evidence.stream) left it out; it is in \(list)",
                hint: "read stream all; the stream's gaps count what it leaves out")
        }
        return WhyStage(
            .route, .stops,
            "where of stream \(evidence.stream) leaves it out: \(Self.failing(route.explanation)); it is in \(list)",
            hint: "read stream all, or change where of the route")
    }

    private static func log(_ evidence: WhyEvidence) -> WhyStage {
        if let find = evidence.find { return WhyStage(.log, .passes, "it is at \(find.position)") }
        return WhyStage(
            .log, .stops, "it is not among the newest \(evidence.searched) events of the log",
            hint: "it has not come yet, is older than that, or was removed by max_age or max_size")
    }

    private static func filter(_ evidence: WhyEvidence) -> WhyStage {
        guard let explanation = evidence.explanation else {
            return WhyStage(.filter, .unknown, "no event to ask about")
        }
        if explanation.clauses.isEmpty { return WhyStage(.filter, .passes, "there is no filter") }
        if explanation.matches == true { return WhyStage(.filter, .passes, "it passes \(explanation.bracketed)") }
        return WhyStage(
            .filter, .stops, "the filter leaves it out: \(Self.failing(explanation))",
            hint: "take the clause out of the filter; tailrace explain shows each of them")
    }

    private static func rate(_ evidence: WhyEvidence) -> WhyStage {
        guard let rate = evidence.maxRate else { return WhyStage(.rate, .passes, "no max_rate was asked for") }
        return WhyStage(
            .rate, .unknown, "above \(rate) per second events are left out, and told as a gap sampled",
            hint: "read without max_rate, or load the gap")
    }

    // MARK: Words

    private static func failing(_ explanation: Explanation) -> String {
        let failing = explanation.clauses.filter { $0.holds == false }.map { clause in
            let found = clause.outcome == .missing ? "field missing" : clause.value.map { "is \($0)" } ?? "is not so"
            return "\(clause.isNegated ? "NOT " : "")\(clause.text) (\(found))"
        }
        return failing.isEmpty ? explanation.bracketed : failing.joined(separator: ", ")
    }

    static func words(_ sight: SourceSight) -> String {
        switch sight {
        case .found(let file, let offset): "it stands in \(file) at byte \(offset)"
        case .follows(let file): "it follows \(file)"
        case .unreadable(let file, _): "\(file) belongs to it"
        case .leftOut(let reason), .absent(let reason), .cannotTell(let reason): reason
        }
    }

    private static func note(_ input: WhyEvidence.InputEvidence) -> WhyReport.InputNote {
        WhyReport.InputNote(
            name: input.name, type: input.kind, says: Self.words(input.sight), state: input.state,
            lag_bytes: input.lagBytes)
    }

    private static func clauses(_ explanation: Explanation?) -> [WhyReport.Clause] {
        (explanation?.clauses ?? []).compactMap { clause in
            guard let outcome = clause.outcome, let holds = clause.holds else { return nil }
            return WhyReport.Clause(
                text: clause.text, negated: clause.isNegated, result: outcome.name, holds: holds, type: clause.type,
                value: clause.value)
        }
    }
}
