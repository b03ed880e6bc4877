import TailraceCodec
import TailraceEvent
import Testing

struct SyslogLineTests {
    @Test(arguments: [Format.syslog, .auto])
    func `RFC 5424 is read with its structured data`(format: Format) {
        let event = decode(
            #"""
            <165>1 2026-10-11T22:14:15.003Z db-2 evntslog 811 ID47 [ex@32473 iut="3" src="A \"b\" \#
            \] \x"][p] text = more
            """#,
            format: format)
        #expect(event.time == "2026-10-11T22:14:15.003Z")
        #expect(event.level == .notice)
        #expect(event.message == "text = more")
        #expect(
            event.fields
                == #"""
                {"host":"db-2","identifier":"evntslog","pid":811,"msgid":"ID47","facility":"local4",\#
                "sd":{"ex@32473":{"iut":"3","src":"A \"b\" ] \\x"},"p":{}}}
                """#
        )
    }

    @Test func `nil values, a byte order mark and a missing message are taken as meant`() {
        #expect(
            decode("<34>1 - - su - - - \u{FEFF}failed")
                == Decoded(
                    time: nil, level: .critical, message: "failed", fields: #"{"identifier":"su","facility":"auth"}"#))
        #expect(decode("<34>1 - - su - ID47 -").message == "")
        // Structured data that is none is message, so that nothing is lost.
        #expect(decode(#"<34>1 - - su - - [x y="1 m"#).message == #"[x y="1 m"#)
    }

    @Test(arguments: [
        (
            "Jun 14 15:16:01 combo sshd(pam_unix)[19939]: check pass; user unknown",
            #"{"host":"combo","identifier":"sshd(pam_unix)","pid":19939}"#, "check pass; user unknown"
        ),
        ("Jun 14 15:16:01 web-1 kernel: [  0.1] up", #"{"identifier":"kernel"}"#, "[  0.1] up"),
        ("Jun 14 15:16:01 sshd[007]:  x", #"{"identifier":"sshd","pid":"007"}"#, " x"),
        (
            "<30>Jun 14 15:16:01 db-2 cron[1]: x",
            #"{"host":"db-2","identifier":"cron","pid":1,"facility":"daemon"}"#, "x"
        ),
        ("<30>Jun 14 15:16:01 no tag at all", #"{"facility":"daemon"}"#, "no tag at all"),
        ("2026-06-14T15:16:01+00:00 db-2 cron[1]: x", #"{"host":"db-2","identifier":"cron","pid":1}"#, "x"),
    ])
    func `RFC 3164 and rsyslog's file format are read`(line: String, fields: String, message: String) {
        let event = decode(line)
        #expect(event.time == "2026-06-14T15:16:01Z")
        #expect(event.fields == fields)
        #expect(event.message == message)
    }

    @Test(arguments: [
        "2026-06-14T15:16:01Z worker-3 request: handled", "2026-06-14T15:16:01Z INFO main: started",
        "Jun 14 15:16:01 something happened here", "Jun 14 15:16:01 ERROR main: failed",
        "Jun 14 15:16:01 std::map: bad",
    ])
    func `a program's own header is not mistaken for syslog`(line: String) {
        let event = decode(line)
        #expect(event.message == line)
        #expect(event.fields == "{}")
        #expect(event.time == "2026-06-14T15:16:01Z")
    }

    @Test func `a known host makes doubtful lines syslog`() {
        let events = decode(
            [
                "2026-06-14T15:16:01Z db-2 sshd[1]: a", "2026-06-14T15:16:01Z db-2 kernel: b",
                "2026-06-14T15:16:01Z db-2 c d",
            ]
            .map { Array($0.utf8) })
        #expect(events.map(\.message) == ["a", "b", "c d"])
        #expect(
            events.map(\.fields) == [
                #"{"host":"db-2","identifier":"sshd","pid":1}"#, #"{"host":"db-2","identifier":"kernel"}"#,
                #"{"host":"db-2"}"#,
            ])
    }

    @Test func `a level behind the tag counts only where no PRI tells`() {
        #expect(decode("Jun 14 15:16:01 combo sshd[1]: error: no").level == .error)
        #expect(decode("Jun 14 15:16:01 combo sshd[1]: some error: no").level == nil)
        #expect(decode("<30>Jun 14 15:16:01 combo sshd[1]: error: no").level == .info)
    }

    @Test func `syslog takes a bare PRI off, auto leaves it`() {
        #expect(
            decode("<13>hello", format: .syslog)
                == Decoded(time: nil, level: .notice, message: "hello", fields: #"{"facility":"user"}"#))
        #expect(decode("<13>hello") == Decoded(time: nil, level: .notice, message: "<13>hello", fields: "{}"))
        #expect(decode("no header", format: .syslog).message == "no header")
    }
}
