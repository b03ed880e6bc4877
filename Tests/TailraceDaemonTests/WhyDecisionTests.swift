import TailraceEvent
import TailraceFilter
import TailraceInput
import Testing

@testable import TailraceDaemon

@Suite struct WhyDecisionTests {
    private static func input(
        _ sight: SourceSight, name: String = "app", state: String? = nil, reason: String? = nil, readTo: UInt64? = nil
    ) -> WhyEvidence.InputEvidence {
        .init(name: name, kind: "file", sight: sight, state: state, reason: reason, readTo: readTo)
    }

    private static func explanation(_ filter: String, message: String = "it broke") throws -> Explanation {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "app", host: "h"))
        batch.append(
            time: .now(), received: .now(), level: .error, origin: origin, message: Array(message.utf8).span,
            fields: [UInt8]().span)
        return try Filter(parsing: filter).explain(batch, at: 0, seq: 1, context: MatchContext(streamNumbers: [:]))
    }

    /// Offline, found in a file and with nothing in its way.
    private static func clear(_ change: (inout WhyEvidence) throws -> Void) rethrows -> WhyReport {
        var evidence = WhyEvidence(
            inputs: [Self.input(.found(file: "/l", offset: 5))], chosen: 0, isLive: false,
            decoded: .init(level: "error", time: nil, message: "it broke", fields: "{}"), streams: ["errors"],
            stream: "all")
        try change(&evidence)
        return WhyDecision.report(evidence)
    }

    private static func stage(_ report: WhyReport, _ station: WhyStation) -> WhyStage? {
        report.stages.first { $0.station == station }
    }

    @Test func `a line with nothing in its way is seen`() {
        let report = Self.clear { _ in }
        #expect(report.seen && report.stopped_by == nil && report.position == nil)
        #expect(report.stages.map(\.station) == [.source, .permission, .format, .redaction, .route, .filter, .rate])
        #expect(Self.stage(report, .source)?.verdict == .passes)
    }

    @Test func `the surest sight decides to which input a line belongs`() {
        let all: [SourceSight] = [
            .absent(reason: ""), .cannotTell(reason: ""), .unreadable(file: "/u", hint: ""), .follows(file: "/f"),
            .found(file: "/l", offset: 0),
        ]
        for count in 2...all.count {
            let inputs = all[..<count].map { Self.input($0) }
            #expect(WhyDecision.chosen(inputs, source: nil) == count - 1)
        }
        #expect(WhyDecision.chosen([Self.input(all[0]), Self.input(.leftOut(reason: ""))], source: nil) == nil)
        #expect(WhyDecision.chosen([Self.input(all[4]), Self.input(all[0], name: "b")], source: "b") == 1)
        #expect(WhyDecision.chosen([], source: nil) == nil)
    }

    @Test func `no input, or none that reads it, stops at the source and tells every reason`() {
        let none = Self.clear {
            $0.inputs = []
            $0.chosen = nil
        }
        #expect(none.stopped_by == .source)
        let absent = Self.clear {
            $0.inputs = [
                Self.input(.absent(reason: "why a"), name: "a"), Self.input(.leftOut(reason: "why b"), name: "b"),
            ]
            $0.chosen = nil
        }
        let summary = Self.stage(absent, .source)?.summary ?? ""
        #expect(absent.stopped_by == .source && summary.contains("a: why a") && summary.contains("b: why b"))
    }

    @Test(arguments: ["failed", "stopped"])
    func `an input that does not run stops at the source with its reason`(state: String) {
        let report = Self.clear {
            $0.isLive = true
            $0.inputs = [Self.input(.found(file: "/l", offset: 5), state: state, reason: "do this")]
        }
        #expect(report.stopped_by == .source && Self.stage(report, .source)?.hint == "do this")
    }

    @Test(arguments: [(UInt64(4), WhyStation.source), (UInt64(5), .source), (UInt64(6), .log)])
    func `what the input has read decides between source and log`(readTo: UInt64, station: WhyStation) {
        let report = Self.clear {
            $0.isLive = true
            $0.searched = 7
            $0.inputs = [Self.input(.found(file: "/l", offset: 5), state: "reading", readTo: readTo)]
        }
        #expect(report.stopped_by == station)
        if station == .log { #expect(Self.stage(report, .log)?.summary.contains("newest 7 events") == true) }
    }

    @Test func `an unreadable file stops at the permission with what to do`() {
        let report = Self.clear {
            $0.inputs = [Self.input(.unreadable(file: "/l", hint: "add to group adm"))]
            $0.decoded = nil
            $0.streams = nil
        }
        #expect(report.stopped_by == .permission && Self.stage(report, .permission)?.hint == "add to group adm")
    }

    @Test func `a route stops by its inputs or by its where`() throws {
        let byInput = try Self.clear {
            $0.stream = "web"
            $0.route = .init(from: ["nginx"], takesSource: false, explanation: try Self.explanation(""))
        }
        #expect(byInput.stopped_by == .route && Self.stage(byInput, .route)?.summary.contains("nginx") == true)
        let byWhere = try Self.clear {
            $0.stream = "web"
            $0.route = .init(from: [], takesSource: true, explanation: try Self.explanation("level:info broke"))
        }
        let summary = Self.stage(byWhere, .route)?.summary ?? ""
        #expect(byWhere.stopped_by == .route && summary.contains("level=info (is error)"))
        #expect(!summary.contains("broke ("))
        #expect(Self.clear { $0.stream = "errors" }.seen)
    }

    @Test func `a filter stops and names the clauses that fail`() throws {
        let report = try Self.clear { $0.explanation = try Self.explanation("broke -level:error unit:cron") }
        #expect(report.stopped_by == .filter)
        let summary = Self.stage(report, .filter)?.summary ?? ""
        #expect(summary.contains("NOT level=error (is error)") && summary.contains("unit:cron (field missing)"))
        #expect(report.clauses.map(\.holds) == [true, false, false])
        #expect(try Self.clear { $0.explanation = try Self.explanation("broke") }.seen)
    }

    @Test func `a rate is told but stops nothing`() {
        let report = Self.clear { $0.maxRate = 10 }
        #expect(report.seen && Self.stage(report, .rate)?.verdict == .unknown)
    }

    @Test func `what is in the log has come through everything before it`() throws {
        let report = try Self.clear {
            $0.isLive = true
            $0.inputs = [Self.input(.absent(reason: "rotated away"))]
            $0.find = .init(position: "e:7", source: "app")
            $0.explanation = try Self.explanation("nothing")
        }
        #expect(report.position == "e:7" && report.stopped_by == .filter)
        #expect(report.stages.filter { $0.verdict == .stops }.count == 1)
    }

    @Test func `a report comes back as it was sent`() throws {
        let report = try Self.clear { $0.explanation = try Self.explanation("broke -level:error") }
        #expect(try WhyReport(json: report.json) == report)
    }

    @Test func `a field is told from a line`() throws {
        func isField(_ text: String) throws -> Bool {
            if case .field = try WhyQuestion(subject: text, filter: .everything).subject { true } else { false }
        }
        #expect(try isField("file:/var/log/app.log"))
        #expect(try isField("unit:nginx.service"))
        for line in ["level=info msg=hello", "it broke", "{\"a\":1}", "10:15:01 GET /", "error: no", "a:1 b:2"] {
            #expect(try !isField(line), "\(line)")
        }
        for wrong in ["", " \n", String(repeating: "x", count: WhyQuestion.maxSubjectBytes + 1)] {
            #expect(throws: WhyQuestion.Problem.self) { try WhyQuestion(subject: wrong, filter: .everything) }
        }
        let question = try WhyQuestion(subject: "file:/var/log/app.log", filter: .everything)
        #expect(question.missed == MissedLine(line: nil, file: "/var/log/app.log"))
    }
}
