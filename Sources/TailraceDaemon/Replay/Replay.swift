internal import TailraceCodec
internal import TailraceEvent
internal import TailraceRouter

/// Runs another configuration's redactions, routes and fields over events that a relay has stored, and gathers in what
/// the outcome would differ from what is there.
///
/// `sample` and `rate_limit` are left aside, since they depend on what came before: a route is compared by what it
/// takes.
package final class Replay {
    private let redactor: Redactor
    private let redaction: Redaction
    private let definitions: [RouteDefinition]
    private let recorded: [String: Set<UInt64>]
    private var router: Router
    /// Names of all fields that routes set.
    private let setNames: [String]
    private var result: ReplayReport

    /// - Parameter recorded: the numbers of the events that are in each stream now.
    package init(_ configuration: Configuration, recorded: [String: Set<UInt64>]) throws(RelayError) {
        let routes = try RouteCompiler.compile(configuration.routes)
        self.redaction = try Relay.redaction(configuration.redactions, folderKey: RedactionKey.random())
        self.redactor = Redactor(self.redaction)
        // Drop rules come first and take whole events; as streams they tell which, and nothing moves.
        self.definitions = (routes.filter(\.purpose.isDrop) + routes.filter { !$0.purpose.isDrop }).map { route in
            RouteDefinition(name: route.name, from: route.from, whereFilter: route.whereFilter, fields: route.fields)
        }
        let drops = Set(routes.filter(\.purpose.isDrop).map(\.name))
        self.recorded = recorded
        let numbers = Dictionary(uniqueKeysWithValues: self.definitions.enumerated().map { ($1.name, $0) })
        self.router = Router(
            routes: self.definitions, streamNumbers: numbers, host: HostName.current,
            status: RouterStatus(routes: self.definitions))
        self.setNames = Set(configuration.routes.flatMap(\.set.keys)).sorted()
        self.result = ReplayReport(
            routes: self.definitions.map {
                ReplayReport.Route(name: $0.name, isDrop: drops.contains($0.name), before: recorded[$0.name]?.count)
            },
            removed: recorded.filter { name, _ in !routes.contains { $0.name == name } }
                .map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 })
    }

    /// Events in the JSON form in which the relay gives them, oldest first.
    package func take(_ events: [[UInt8]]) throws {
        var batch = EventBatch()
        var seqs: [UInt64] = []
        for event in events { seqs.append(try EventReader.read(event, into: &batch)) }
        guard let first = seqs.first else { return }
        let before = batch
        self.redactor.redact(&batch)
        for index in seqs.indices where Self.text(before, index) != Self.text(batch, index) {
            self.result.note(redacted: ReplayReport.Example(seq: seqs[index], text: batch.message(at: index)))
        }
        let redacted = batch
        _ = self.router.route(&batch, firstSeq: first, at: .now())
        for (index, seq) in seqs.enumerated() {
            let isDropped = self.noteRoutes(batch, index, seq)
            if !isDropped { self.noteFields(redacted, batch, index, seq) }
        }
        self.result.events += seqs.count
    }

    package var report: ReplayReport {
        var report = self.result
        report.redactions = self.redaction.statistics.filter { $0.events > 0 }.map { ($0.name, $0.events) }
        return report
    }

    /// True if a rule would not store it.
    private func noteRoutes(_ batch: EventBatch, _ index: Int, _ seq: UInt64) -> Bool {
        let example = ReplayReport.Example(seq: seq, text: batch.message(at: index))
        var isDropped = false
        for number in self.result.routes.indices {
            let takes = !isDropped && batch.records[index].streams & 1 << UInt64(number) != 0
            let route = self.result.routes[number]
            let had = !route.isDrop && self.recorded[route.name]?.contains(seq) == true
            self.result.routes[number].note(takes: takes, had: had, example)
            if takes, route.isDrop { isDropped = true }
        }
        return isDropped
    }

    private func noteFields(_ before: EventBatch, _ after: EventBatch, _ index: Int, _ seq: UInt64) {
        let texts = (before.fields(at: index), after.fields(at: index))
        guard texts.0 != texts.1, let old = JSONMembers(Array(texts.0.utf8)),
            let new = JSONMembers(Array(texts.1.utf8))
        else { return }
        for name in self.setNames {
            guard let value = new.json(name), value != old.json(name) else { continue }
            let shown = "\(name) = \(String(decoding: value, as: UTF8.self)) in: \(after.message(at: index))"
            self.result.note(
                field: name, isNew: !old.has(name), ReplayReport.Example(seq: seq, text: shown))
        }
    }

    private static func text(_ batch: EventBatch, _ index: Int) -> [String] {
        [batch.message(at: index), batch.fields(at: index)]
    }
}
