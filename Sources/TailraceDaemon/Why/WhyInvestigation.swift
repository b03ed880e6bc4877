internal import TailraceCodec
internal import TailraceEvent
internal import TailraceFilter
internal import TailraceInput
internal import TailraceLog
internal import TailraceOptions
internal import TailraceRouter

/// Gathers what there is to know about a line that somebody misses. Reads files and the log, so it may take a moment.
struct WhyInvestigation: Sendable {
    enum Problem: Error {
        case unknownStream(String, known: [String])
        case unreadableLog(String)
        case unusableInput(String)

        var message: String {
            switch self {
            case .unknownStream(let name, let known):
                "there is no stream \"\(name)\"; there are \(known.joined(separator: ", "))"
            case .unreadableLog(let reason): "the log cannot be read: \(reason)"
            case .unusableInput(let reason): reason
            }
        }
    }

    /// Redacts an event as the router would and names the rules that changed it.
    typealias Redactor = @Sendable (inout EventBatch) -> [String]

    var inputs: [InputRunner]
    var routes: [RouteDefinition]
    /// Bits of `Record.streams` by name.
    var numbers: [String: Int]
    var host: String
    /// Of the running relay; nil where there is none.
    var log: EventLog?
    /// Nil where nothing is redacted.
    var redactor: Redactor?

    func report(_ question: WhyQuestion) throws(Problem) -> WhyReport {
        let known = ["all"] + self.routes.filter { !$0.purpose.isDrop }.map(\.name)
        guard known.contains(question.stream) else { throw .unknownStream(question.stream, known: known) }
        var evidence = WhyEvidence(
            inputs: try self.look(for: question.missed), isLive: self.log != nil, stream: question.stream,
            maxRate: question.maxRate)
        var redactions: [String]? = self.redactor == nil ? nil : []
        let lines = self.decoded(question, evidence.inputs, &redactions)
        evidence.redactions = redactions
        let found = try self.search(question, lines, &evidence)
        evidence.chosen = WhyDecision.chosen(evidence.inputs, source: evidence.find?.source)
        let line = evidence.chosen.flatMap { chosen in lines.first { $0.source == evidence.inputs[chosen].name } }
        if let found {
            self.describe(found.batch, found.index, seq: found.seq, question, &evidence)
        } else if let line {
            var batch = line.batch
            var router = Router(
                routes: self.routes, streamNumbers: self.numbers, host: self.host,
                status: RouterStatus(routes: self.routes))
            _ = router.route(&batch, firstSeq: 1, at: .now())
            if batch.isEmpty { evidence.droppedBy = self.droppingRoute(line.batch) }
            self.describe(batch.isEmpty ? line.batch : batch, 0, seq: 0, question, &evidence)
        }
        return WhyDecision.report(evidence)
    }

    private func droppingRoute(_ batch: EventBatch) -> String? {
        let source = batch.origins[Int(batch.records[0].origin)].source
        let context = MatchContext(streamNumbers: self.numbers)
        return self.routes.first { route in
            route.purpose.isDrop && (route.from.isEmpty || route.from.contains(source))
                && route.whereFilter.explain(batch, at: 0, seq: 0, context: context).matches == true
        }?.name
    }

    private func look(for missed: MissedLine) throws(Problem) -> [WhyEvidence.InputEvidence] {
        var evidence: [WhyEvidence.InputEvidence] = []
        for input in self.inputs {
            let sight: SourceSight
            do { sight = try input.sight(of: missed) } catch { throw .unusableInput(error.description) }
            var one = WhyEvidence.InputEvidence(name: input.name, kind: input.kind.kind, sight: sight)
            if self.log != nil {
                let status = input.status.snapshot
                one.state = status.state.rawValue
                one.reason = status.reason
                one.lagBytes = status.lagBytes
                if case .found(let file, _) = sight { one.readTo = status.positions[file].flatMap { UInt64($0) } }
            }
            evidence.append(one)
        }
        return evidence
    }

    /// The line as each input that decodes lines would read and redact it.
    private func decoded(
        _ question: WhyQuestion, _ inputs: [WhyEvidence.InputEvidence], _ redactions: inout [String]?
    ) -> [DecodedLine] {
        guard case .line(let text) = question.subject else { return [] }
        var lines: [DecodedLine] = []
        for (number, input) in self.inputs.enumerated() {
            guard let codec = input.codec else { continue }
            var baseFields: [UInt8] = []
            if case .found(let file, _) = inputs[number].sight {
                baseFields = Array("\"file\":".utf8)
                JSONText.append(file, to: &baseFields)
            }
            var batch = EventBatch()
            let origin = batch.origin(Origin(source: input.name, host: self.host))
            var reader = LineReader(options: codec, isOrdered: false)
            let context = LineContext(received: .now(), now: .now, origin: origin, fields: baseFields)
            reader.take(Array(text.utf8).span, context, into: &batch)
            reader.finish(context, into: &batch)
            if let redactor = self.redactor {
                let rules = redactor(&batch)
                if !rules.isEmpty { redactions = rules }
            }
            if !batch.isEmpty { lines.append(DecodedLine(source: input.name, batch: batch)) }
        }
        return lines
    }

    private func search(
        _ question: WhyQuestion, _ lines: [DecodedLine], _ evidence: inout WhyEvidence
    ) throws(Problem) -> LogSearch.Found? {
        guard let log = self.log else { return nil }
        let filter =
            switch question.subject {
            case .line(let text): Filter.containing(text)
            case .field(let filter): filter
            }
        var search = LogSearch(log: log)
        let found: LogSearch.Found?
        do { found = try search.newest(filter, or: lines) } catch { throw .unreadableLog(error.description) }
        evidence.searched = search.searched
        evidence.find = found.map { found in
            let origin = found.batch.origins[Int(found.batch.records[found.index].origin)]
            return WhyEvidence.Find(position: log.position(of: found.seq).description, source: origin.source)
        }
        return found
    }

    /// What becomes of an event behind the inputs.
    private func describe(
        _ batch: EventBatch, _ index: Int, seq: UInt64, _ question: WhyQuestion, _ evidence: inout WhyEvidence
    ) {
        let record = batch.records[index]
        let context = MatchContext(streamNumbers: self.numbers)
        evidence.decoded = WhyEvidence.Decoded(
            level: Level(rawValue: record.level)?.name,
            time: record.time == record.received ? nil : Timestamp(nanoseconds: record.time).rfc3339,
            message: batch.message(at: index), fields: batch.fields(at: index))
        evidence.streams = self.routes.map(\.name).filter { name in
            self.numbers[name].map { record.streams & 1 << UInt64($0) != 0 } ?? false
        }
        evidence.explanation = question.filter.explain(batch, at: index, seq: seq, context: context)
        guard let route = self.routes.first(where: { $0.name == question.stream }) else { return }
        let source = batch.origins[Int(record.origin)].source
        evidence.route = WhyEvidence.RouteEvidence(
            from: route.from, takesSource: route.from.isEmpty || route.from.contains(source),
            thins: route.purpose.thins,
            explanation: route.whereFilter.explain(batch, at: index, seq: seq, context: context))
    }
}
