import TailraceCodec
import TailraceEvent
import Testing

struct LineHeadTests {
    @Test(arguments: [
        ("2026-11-22T07:35:12.123456Z INFO worker-3 request handled", Level.info),
        ("2015-10-18 18:01:47,978 WARN [main] org.example.App: late", .warn),
        ("2026-11-22 07:35:12.123 [main] ERROR com.example.App - failed", .error),
        ("2026-11-22T07:35:12.123+01:00  INFO 811 --- [main] c.e.App : up", .info),
        ("2026-11-22 07:35:12,123 - root - WARNING - late", .warn),
        ("2026/11/22 07:35:12 [error] 811#811: *1 open() failed", .error),
        ("2026/11/22 07:35:12.000\tinfo\tserver\tstarted", .info),
        ("[Sun Dec 04 04:47:44 2005] [error] mod_jk child in error state 6", .error),
        ("[Sun Dec 04 04:47:44.123456 2005] [core:notice] [pid 811:tid 1] AH00094: up", .notice),
        ("[2026-11-22T07:35:12,123][WARN ][o.e.n.Node] [node-1] slow", .warn),
        ("[2026-11-22 07:35:12.123][811][critical][main] stopped", .critical),
        ("2026-11-22 07:35:12.123 UTC [811] FATAL:  role does not exist", .critical),
        ("2026-11-22 07:35:12.123 CET [811] LOG:  checkpoint", .info),
        ("2026-11-22T07:35:12.123456Z 0 [Warning] [MY-010068] [Server] CA", .warn),
        ("03-17 16:13:38.811  1702  2395 D WindowManager: text", .debug),
        ("03-17 16:13:38.811  1702  2395 V AudioManager: text", .trace),
        ("E/Tag  ( 123): text", .error),
        ("W0102 15:04:05.678901   1234 server.go:12] late", .warn),
        ("I, [2026-11-22T07:35:12.123456 #811]  INFO -- : up", .info),
        ("<3>disk failed", .error),
        ("[ERROR] no time here", .error),
        ("ERROR: no time here", .error),
        ("Warning: no time here", .warn),
        ("WARNING:root:late", .warn),
        ("INFO 2026-11-22 07:35:12 started", .info),
        ("2026-11-22 07:35:12 level=warn something happened", .warn),
        ("web-1  | 2026-11-22 07:35:12 ERROR failed", .error),
        ("2026-11-22 07:35:12 error: disk", .error),
        ("info: Microsoft.Hosting.Lifetime[14]", .info),
    ])
    func `a level in its usual places is read`(line: String, level: Level) {
        let event = decode(line)
        #expect(event.level == level)
        #expect(event.message == line)
    }

    @Test(arguments: [
        "2026-11-22T07:35:12Z error opening the file",
        "2026-11-22T07:35:12Z request ended with ERROR 504",
        "2026-11-22T07:35:12Z [main] all is fine, no warning",
        "10:15 connection error: refused",
        "I/O error, dev sda, sector 2048",
        "INFORMATION_SCHEMA is empty",
        "informal talk: nothing",
        "error",
        "config: three files",
        "LOG rotated",
        "[10.30 16:49:06] chrome.exe *64 - host:80 error : could not connect",
        "a long sentence - ERROR - is none",
        "<999>text", "<03>text", "<>text", "<3", "[error", "(", "[]", "-", " ", "\t|",
    ])
    func `a word of the message makes no level`(line: String) {
        #expect(decode(line, format: .plain).level == nil)
    }

    @Test(arguments: [
        ("[10.30 16:49:06] chrome.exe - host:80 open", "2026-10-30T16:49:06Z"),
        ("[Sun Dec 04 04:47:44 2005] [notice] up", "2005-12-04T04:47:44Z"),
        ("1.2.3.4 - bob [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 1", "2000-10-10T20:55:36Z"),
        ("1234:M 04 Dec 2005 04:47:44.123 * Ready", "2005-12-04T04:47:44.123Z"),
        ("INFO [2026-11-22T07:35:12.123Z] com.example: up", "2026-11-22T07:35:12.123Z"),
        ("web-1  | 2026-11-22T07:35:12Z up", "2026-11-22T07:35:12Z"),
        ("I0102 15:04:05.678901 1234 a.go:1] up", "2026-01-02T15:04:05.678901Z"),
        ("<6>2026-11-22 07:35:12 up", "2026-11-22T07:35:12Z"),
    ])
    func `a time behind a short prefix is read`(line: String, time: String) {
        #expect(decode(line, format: .plain).time == time)
    }

    @Test func `a time in the message is not the event's`() {
        #expect(decode("restart planned for 2026-12-01T00:00:00Z").time == nil)
        #expect(decode("Backup of 2026-01-01 10:00:00 is missing").time == nil)
    }

    @Test func `the configured level is for events that name none`() {
        let events = decode([Array("plain".utf8), Array("WARN: x".utf8)], level: .notice)
        #expect(events.map(\.level) == [.notice, .warn])
    }
}
