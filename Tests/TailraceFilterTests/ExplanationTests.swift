import Foundation
import TailraceEvent
import TailraceFilter
import Testing

@Suite struct ExplanationTests {
    private static var event: [String: Any] {
        [
            "seq": 12, "time": "2026-11-22T07:35:12.5Z", "level": "error", "source": "nginx", "host": "web-1",
            "message": "upstream timed out",
            "fields": [
                "status": 504, "path": "/api/cart", "ip": "10.1.2.3", "took": "250ms", "ok": true, "tags": ["a", "b"],
                "user": ["id": 7], "at": "2026-11-22T07:00:00Z", "word": "fast",
            ] as [String: Any],
        ]
    }

    private static func explain(_ text: String) throws -> Explanation {
        let batch = try EventBatch(json: Self.event, streams: 1 << 1)
        return try Filter(parsing: text).explain(
            batch, at: 0, seq: 12, context: MatchContext(streamNumbers: ["errors": 1, "web": 2]))
    }

    @Test(arguments: [
        ("timed", "true text upstream timed out"), ("nothing", "false text upstream timed out"),
        ("status:504", "true number 504"), ("status=504", "true number 504"), ("status>500", "true number 504"),
        ("status:\"50\"", "false number 504"), ("nope:1", "missing - -"), ("nope!=1", "missing - -"),
        ("level>=warn", "true level error"), ("level:info", "false level error"),
        ("source:nginx", "true text nginx"), ("host=web-2", "false exact text web-1"),
        ("stream:errors", "true stream all errors"), ("stream:web", "false stream all errors"),
        ("stream:nosuch", "false stream all errors"),
        ("ip:10.0.0.0/8", "true network 10.1.2.3"), ("ip:10.1.2.3", "true address 10.1.2.3"),
        ("took>200ms", "true number 250ms"), ("took>1GiB", "false not comparable 250ms"),
        ("word>5", "false not comparable fast"), ("at>2026-11-22T06:00Z", "true time 2026-11-22T07:00:00Z"),
        ("time:2026-11-22", "true time 2026-11-22T07:35:12.5Z"), ("seq>10", "true number 12"),
        ("ok:true", "true boolean true"), ("ok:*", "true boolean true"), ("tags:b", "true text b"),
        ("tags:c", "false text a"), ("user.id:7", "true number 7"), ("user:*", "true object -"),
        ("path:/cart/", "true regex /api/cart"), ("path:*cart", "true pattern /api/cart"),
        ("*:web-1", "true text web-1"), ("*:nowhere", "false any value -"), ("late:*", "missing - -"),
        ("status:500..599", "true number 504"), ("unit:x", "missing - -"), ("gap:*", "missing - -"),
    ])
    func `a clause says what it found and what it took it for`(filter: String, expected: String) throws {
        let clause = try #require(try Self.explain(filter).clauses.first)
        let outcome = try #require(clause.outcome)
        #expect("\(outcome.name) \(clause.type ?? "-") \(clause.value ?? "-")" == expected, "\(filter)")
    }

    @Test func `clauses stand in the order and at the columns where they were written`() throws {
        let text = "é  -status:(500 OR 504) \"a b\" #(x y>3) NOT level>=warn unit!=cron"
        let explanation = try Self.explain(text)
        let written = explanation.clauses.map { clause -> String in
            guard let columns = clause.columns else { return "?" }
            let start = text.index(text.startIndex, offsetBy: columns.lowerBound - 1)
            return String(text[start..<text.index(start, offsetBy: columns.count)])
        }
        #expect(written == ["é", "500", "504", "\"a b\"", "x", "y>3", "level>=warn", "unit!=cron"])
        #expect(explanation.clauses.map(\.isNegated) == [false, true, true, false, false, false, true, true])
        #expect(explanation.clauses.map(\.isOff) == [false, false, false, false, true, true, false, false])
        #expect(
            explanation.clauses.map(\.holds) == [false, true, false, false, nil, nil, false, true])
        #expect(explanation.clauses[1].text == "status:500" && explanation.matches == false)
    }

    @Test func `columns count combined characters and line ends once`() throws {
        let clauses = try Filter(parsing: "e\u{301}\r\nb👨‍👩‍👧 c").explain().clauses
        #expect(clauses.map(\.columns) == [1..<2, 3..<5, 6..<7])
        #expect(clauses.allSatisfy { $0.outcome == nil && $0.holds == nil })
    }

    @Test func `an event that no filter hides says so`() throws {
        var event = Self.event
        event["level"] = "warn"
        event["fields"] = ["gap": ["reason": "dropped"]]
        let gap = try Filter(parsing: "nothing").explain(
            EventBatch(json: event), at: 0, seq: 1, context: MatchContext(streamNumbers: [:]))
        #expect(gap.matches == true && gap.exemption == .gap && gap.clauses[0].holds == false)
        let asked = try Filter(parsing: "upstream -gap:*").explain(
            EventBatch(json: event), at: 0, seq: 1, context: MatchContext(streamNumbers: [:]))
        #expect(asked.matches == false && asked.exemption == nil)
        let passes = try Filter(parsing: "upstream").explain(
            EventBatch(json: event), at: 0, seq: 1, context: MatchContext(streamNumbers: [:]))
        #expect(passes.matches == true && passes.exemption == nil)
    }

    @Test func `clause by clause gives the answer of the whole on every conformance row`() throws {
        for row in try ConformanceTests.rows() {
            guard let event = row["event"] as? [String: Any], let text = row["filter"] as? String,
                let filter = try? Filter(parsing: text)
            else { continue }
            let bits = (row["streams"] as? [String] ?? []).reduce(UInt64(0)) {
                $0 | 1 << UInt64(ConformanceTests.streams[$1] ?? 0)
            }
            let explanation = filter.explain(
                try EventBatch(json: event, streams: bits), at: 0, seq: (event["seq"] as? NSNumber)?.uint64Value ?? 0,
                context: MatchContext(streamNumbers: ConformanceTests.streams))
            #expect(explanation.matches == row["expected"] as? Bool, "\(text)")
            // A filter of one clause is that clause.
            if explanation.clauses.count == 1, let holds = explanation.clauses[0].holds, explanation.exemption == nil {
                #expect(holds == explanation.matches, "\(text)")
            }
        }
    }
}
