import TailraceCodec
import TailraceEvent
import Testing

/// Headers as real devices write them.
struct SyslogDeviceTests {
    @Test(arguments: [
        (
            "<189>29: *Mar  1 00:00:11.123: %SYS-5-CONFIG_I: Configured from console", nil,
            #""sequence":29,"clock":"unset","device_time":"Mar  1 00:00:11.123","msgid":"SYS-5-CONFIG_I","#,
            "Configured from console"
        ),
        (
            "<189>000029: 192.0.2.1: .Mar  1 18:48:50.483 UTC: %LINK-3-UPDOWN: Interface down",
            "2026-03-01T18:48:50.483Z",
            #""sequence":"000029","clock":"unsynchronized","host":"192.0.2.1","msgid":"LINK-3-UPDOWN","#,
            "Interface down"
        ),
        (
            "<189>Nov 22 2026 07:35:12 fw-1 : %ASA-6-302013: Built outbound", "2026-11-22T07:35:12Z",
            #""host":"fw-1","msgid":"ASA-6-302013","#, "Built outbound"
        ),
        ("<189>%ASA-6-302013: Built", nil, #""msgid":"ASA-6-302013","#, "Built"),
        (
            "<189>: 2026 Nov 22 07:35:12 UTC: %ETHPORT-5-IF_UP: Interface up", "2026-11-22T07:35:12Z",
            #""msgid":"ETHPORT-5-IF_UP","#, "Interface up"
        ),
        (
            "<189>2939: RP/0/RP0/CPU0:Nov 22 07:35:12.123 : ifmgr[205]: %PKT_INFRA-LINK-3-UPDOWN : down",
            "2026-11-22T07:35:12.123Z",
            #""sequence":2939,"node":"RP/0/RP0/CPU0","identifier":"ifmgr","pid":205,"#
                + #""msgid":"PKT_INFRA-LINK-3-UPDOWN","#,
            "down"
        ),
        (
            "<189>30: Nov 22 07:35:12: IP: s=192.0.2.7", "2026-11-22T07:35:12Z", #""sequence":30,"#,
            "IP: s=192.0.2.7"
        ),
        (
            "<189>31: Nov 22 07:35:12 AEST: %SYS-5-RESTART: x", "2026-11-22T07:35:12Z",
            #""sequence":31,"zone":"AEST","msgid":"SYS-5-RESTART","#, "x"
        ),
    ])
    func `Cisco's headers are read`(line: String, time: String?, fields: String, message: String) {
        for format in [Format.syslog, .auto] {
            let event = decode(line, format: format)
            #expect(event.level == .notice)
            #expect(event.time == time)
            #expect(event.fields == "{" + fields + #""facility":"local7"}"#)
            #expect(event.message == message)
        }
    }

    @Test func `without a PRI the message's name tells the level`() {
        let event = decode("Nov 22 07:35:12 sw-1 %LINK-3-UPDOWN: down", format: .syslog)
        #expect(
            event
                == Decoded(
                    time: "2026-11-22T07:35:12Z", level: .error, message: "down",
                    fields: #"{"host":"sw-1","msgid":"LINK-3-UPDOWN"}"#))
    }

    @Test(arguments: [
        ("<30>Nov 22 07:35:12 fe80::1%eth0 dhcp: ok", "fe80::1%eth0", "dhcp", "ok"),
        ("<30>Nov 22 07:35:12  sw-9 mgd[1]: ok", "sw-9", "mgd", "ok"),
        ("<30> Nov 22 07:35:12 ap-3 hostapd: ok", "ap-3", "hostapd", "ok"),
        ("<30>Nov 22 07:35:12 db-2 CRON[1] (root) CMD", "db-2", "CRON", "(root) CMD"),
        ("<30>Nov 22 07:35:12 2001:db8::7 link is down", "2001:db8::7", nil, "link is down"),
        ("<30>Nov 22 07:35:12 192.0.2.99 link is down", "192.0.2.99", nil, "link is down"),
        ("<30>2026-11-22T07:35:12.000Z esx-1.example.com Hostd: info x", "esx-1.example.com", "Hostd", "info x"),
        ("<30>Nov 22 07:35:12 no tag at all", nil, nil, "no tag at all"),
        ("<30>date=2026-11-22 devname=FG", nil, nil, "date=2026-11-22 devname=FG"),
        ("<30>system,info,account user admin logged in", nil, nil, "system,info,account user admin logged in"),
    ])
    func `hosts and tags are told apart`(line: String, host: String?, identifier: String?, message: String) {
        let event = decode(line, format: .syslog)
        #expect(event.message == message)
        #expect(event.fields.contains("\"host\":\"\(host ?? "")\"") == (host != nil))
        #expect(event.fields.contains("\"identifier\":\"\(identifier ?? "")\"") == (identifier != nil))
    }

    @Test func `a message of before New Year that comes after it is of the old year`() {
        var decoder = EventDecoder(options: CodecOptions(format: .syslog))
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "test", host: "web-1"))
        let newYear = Timestamp(rfc3339: "2027-01-01T00:00:03Z") ?? .now()
        for line in ["<30>Dec 31 23:59:59 r1 a: b", "<30>Jan  1 00:00:02 r1 a: b", "<30>Feb 29 12:00:00 r1 a: b"] {
            let bytes = Array(line.utf8)
            decoder.decode(
                bytes.span, info: LineInfo(sourceBytes: bytes.count), received: newYear, origin: origin, baseFields: [],
                into: &batch)
        }
        #expect(
            batch.records.map { Timestamp(nanoseconds: $0.time).rfc3339 } == [
                "2026-12-31T23:59:59Z", "2027-01-01T00:00:02Z", "2024-02-29T12:00:00Z",
            ])
    }

    // MARK: Lies

    @Test(arguments: [
        "<999999>Nov 22 07:35:12 r1 a: b", "<192>1 - - - - - - x", "<-1>x", "<>x", "<1", "<", "",
    ])
    func `S8 a PRI that is none stays in the message`(line: String) {
        #expect(decode(line, format: .syslog).message == line)
    }

    @Test func `S8 a header that lies is kept as text`() {
        let future = decode("<34>1 9999-12-31T23:59:59Z h a - - - m", format: .syslog)
        #expect(future.time == nil && future.message == "1 9999-12-31T23:59:59Z h a - - - m")
        let long = String(repeating: "h", count: 65_536)
        #expect(decode("<34>1 - \(long) a - - - m", format: .syslog).message == "1 - \(long) a - - - m")
        #expect(decode("<34>Nov 22 07:35:12 \(long) a: m", format: .syslog).message == "\(long) a: m")
        let broken = decode(#"<34>1 - h a - - [id x="1\" y="\]"] m"#, format: .syslog)
        #expect(broken.message == #"[id x="1\" y="\]"] m"#)
    }

    @Test func `where hosts send their own messages, the header's host is the event's`() {
        var decoder = EventDecoder(options: CodecOptions(format: .syslog))
        decoder.takesHostFromHeader = true
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "net", host: "192.0.2.1"))
        for line in ["<30>Nov 22 07:35:12 r1 a: b", "<30>Nov 22 07:35:12 r2 a: b", "<30>x", "<30>1 - r1 - - - - x"] {
            let bytes = Array(line.utf8)
            decoder.decode(
                bytes.span, info: LineInfo(sourceBytes: bytes.count), received: arrival, origin: origin, baseFields: [],
                into: &batch)
        }
        #expect(batch.records.map { batch.origins[Int($0.origin)].host } == ["r1", "r2", "192.0.2.1", "r1"])
        #expect(batch.origins.allSatisfy { $0.source == "net" })
        #expect(!batch.fields(at: 0).contains("host"))
    }

    // MARK: Properties

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `whatever comes, each line is one event and all of its words are in it`(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let parts = [
            "<34>", "<189>", "1 ", "29: ", "*", ".", "Nov 22 07:35:12", "2026-11-22T07:35:12Z", " ", ": ", "host-1",
            "RP/0/1:", "app[12]: ", "%A-3-B: ", "%", "[x y=\"z\"]", "- ", "word", "\u{FEFF}", "ü", "192.0.2.1", "[",
            "]",
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 0...9, using: &random)
            let line = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            let events = decode([Array(line.utf8)], format: .syslog)
            #expect(events.count == 1, "seed \(seed): \(line)")
            let words = line.split { !$0.isLetter }.filter { ["word", "host", "app"].contains($0) }
            let text = events[0].message + events[0].fields
            for word in Set(words) { #expect(text.contains(word), "seed \(seed): \(line) → \(events[0])") }
        }
    }
}
