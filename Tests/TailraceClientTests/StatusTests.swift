import Foundation
import TailraceEvent
import Testing

@testable import TailraceClient

@Suite struct StatusTests {
    private func status(uptime: Double, events: Int, lag: Int = 0) throws -> RelayStatus {
        let input = #"{"name":"nginx","type":"file","state":"reading","events":\#(events),"bytes":\#(events * 100),"#
            + #""lag_bytes":\#(lag),"lost":0,"truncated":2,"positions":{},"last_event":"2026-11-22T07:35:00Z"}"#
        let log = #"{"epoch":"abc","head":\#(events),"oldest":1,"durable":1,"position":"abc:\#(events)","#
            + #""persistent":true,"used_bytes":1572864,"max_bytes":2147483648,"memory_bytes":1,"waiting_bytes":0,"#
            + #""oldest_time":"2026-11-22T05:35:12Z"}"#
        return try RelayStatus(json: Array(
            (#"{"version":"0.1.0","host":"vm\u001b[2J","started":"","uptime_seconds":\#(uptime),"state":"ok","#
                + #""log":\#(log),"readers":{"open":3,"live":2,"groups":1},"inputs":[\#(input)]}"#).utf8))
    }

    @Test func `the table tells rates, lag in time and horizon`() throws {
        let now = try #require(Timestamp(rfc3339: "2026-11-22T07:35:12Z"))
        let text = StatusTable(
            try self.status(uptime: 62, events: 1200, lag: 60_000), before: try self.status(uptime: 60, events: 1000),
            now: now
        ).text
        #expect(text == """
            relay    vm␛[2J, version 0.1.0, up 1m 2s, ok
            log      abc:1200, 1.5 MiB of 2 GiB, reaches back 2h 0m, 0 B waiting
            events   1200 kept, 100/s new
            readers  3 open: 2 live, 1 behind or held, 1 different views

            INPUT  TYPE  STATE    EVENTS   RATE         LAG  LOST  CUT  LAST EVENT
            nginx  file  reading    1200  100/s  59 KiB ~6s     0    2  12s ago
            """)
    }

    @Test(arguments: [(0.4, "-"), (12.5, "for 12s")])
    func `where bytes are not known the table tells for how long an input has been behind`(
        seconds: Double, shown: String
    ) throws {
        var status = try self.status(uptime: 62, events: 1200)
        status.inputs[0].lag_bytes = nil
        status.inputs[0].lag_seconds = seconds
        let text = StatusTable(status, before: nil, now: .now()).text
        let row = try #require(text.split(separator: "\n").last { $0.hasPrefix("nginx") })
        #expect(row.contains(" \(shown) "), "\(row)")
    }

    @Test func `consumers are a table, and what they cannot have stands below`() throws {
        let now = try #require(Timestamp(rfc3339: "2026-11-22T07:35:12Z"))
        let seen = #""connected":1,"created":"","last_seen":"2026-11-22T07:35:00Z","evicted_events":0"#
        let missing = #""missing":{"from":8,"to":9,"count":2,"reason":"evicted"}"#
        let mail = #"{"name":"mail","position":"abc:7","lag_events":1200,"lag_seconds":62.5,\#(missing),\#(seen),"#
            + #""last_commit":"2026-11-22T07:34:12Z"}"#
        let new = #"{"name":"new","position":"abc:0","lag_events":0,"lag_seconds":null,"missing":null,\#(seen),"#
            + #""last_commit":null}"#
        let json = #"{"max_count":256,"consumers":[\#(mail),\#(new)]}"#
        let text = try ConsumerTable(json: Array(json.utf8), now: now).text
        #expect(text == """
            CONSUMER  POSITION  EVENTS BEHIND  TIME BEHIND  CONNECTED  LAST COMMIT  LAST SEEN
            mail      abc:7              1200        1m 2s          1  1m 0s ago    12s ago
            new       abc:0                 0            -          1  never        12s ago
            mail: 2 events (8 to 9) it has not committed cannot be had: evicted
            """)
    }

    private func flow(made: UInt64 = 10, dropped: UInt64 = 0, committed: UInt64 = 8) throws -> RelayFlow {
        let json = #"{"inputs":[{"name":"a","made":\#(made),"accepted":10}],"intake":{"accepted":10,"waiting":1},"#
            + #""router":{"entered":9,"added":0,"dropped":{"rule":\#(dropped)},"in_hand":1},"#
            + #""log":{"committed":\#(committed),"first_head":100,"head":\#(100 + committed)},"#
            + #""hub":{"published":8,"taken":8}}"#
        return try JSONDecoder().decode(RelayFlow.self, from: Data(json.utf8))
    }

    @Test func `sums hold with what is on its way`() throws {
        var check = FlowCheck()
        #expect(check.take(try self.flow()))
        #expect(check.sums.map(\.stage) == ["input a", "intake", "router", "log", "hub"])
    }

    @Test func `lines are joined, wait or are dropped, and streams leave events out, or they are missing`() throws {
        var flow = try self.flow()
        flow.inputs[0].lines = 20
        flow.inputs[0].told = 1
        flow.inputs[0].joined = 7
        flow.inputs[0].waiting = 2
        flow.inputs[0].dropped = ["empty": 2]
        flow.streams = [.init(name: "s", seen: 9, kept: 4, left_out: ["sampled": 3, "rate_limit": 2])]
        var check = FlowCheck()
        let holds = check.take(flow)
        #expect(holds)
        #expect(
            check.sums.map(\.stage) == ["lines a", "input a", "intake", "router", "stream s", "log", "hub"])
        flow.inputs[0].waiting = 1
        flow.streams?[0].kept = 3
        var wrong = FlowCheck()
        let wrongHolds = wrong.take(flow)
        #expect(!wrongHolds)
        #expect(wrong.failures.map(\.stage) == ["lines a", "stream s"])
    }

    @Test func `what is dropped for a reason is accounted for`() throws {
        var check = FlowCheck()
        #expect(check.take(try self.flow(dropped: 1, committed: 7)))
    }

    @Test func `the stage that loses events is named`() throws {
        var check = FlowCheck()
        #expect(!check.take(try self.flow(committed: 7)))
        #expect(check.failures.map(\.stage) == ["router"])
        #expect(check.failures.first?.difference == 1)
    }

    @Test func `what only passes between two counters is no loss`() throws {
        var check = FlowCheck()
        #expect(!check.take(try self.flow(made: 9)))
        #expect(check.failures.map(\.stage) == ["input a"])
        #expect(check.take(try self.flow()))
    }

    @Test func `a sender's header is syslog that says who and how bad`() throws {
        let header = try #require(try SendHeader(source: "backup", level: .error))
        var bytes: [UInt8] = []
        header.append(at: Timestamp(nanoseconds: 1_500_000_123), to: &bytes)
        let pid = ProcessInfo.processInfo.processIdentifier
        #expect(String(decoding: bytes, as: UTF8.self) == "<11>1 1970-01-01T00:00:01.5Z - backup \(pid) - - ")
        #expect(try SendHeader(source: nil, level: nil) == nil)
        #expect(throws: SendHeader.Problem.self) { try SendHeader(source: "two words", level: nil) }
    }

    @Test func `progress is a bar where the end is known`() {
        #expect(ProgressLine.text(searched: 5, of: nil, found: 2) == "searched 5 events, found 2")
        #expect(ProgressLine.text(searched: 50, of: 100, found: 2).hasSuffix("░ 50 % of 100 events, found 2"))
    }
}
