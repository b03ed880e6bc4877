import TailraceCodec
import TailraceEvent
import Testing

/// JSON and logfmt lines.
struct StructuredLineTests {
    @Test(arguments: 0..<50 as Range<UInt64>)
    func `white space between the tokens of an object changes nothing`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        // Fields, members that become the event's own, and names that a line may not take.
        let members = [
            [#""a""#, "1"], [#""msg""#, #""said""#], [#""level""#, #""error""#], [#""gap""#, "{", "}"],
            [#""file""#, #""/x""#], [#""b""#, "[", "1", ",", "{", #""c""#, ":", "null", "}", "]"],
            [#""g\u0061p""#, "true"], [#""time""#, #""2026-11-22T07:35:12Z""#], [#""d e""#, #"", : {""#],
        ]
        let chosen = members.shuffled(using: &numbers).prefix(Int.random(in: 0...9, using: &numbers))
        var tokens = ["{"]
        for (index, member) in chosen.enumerated() {
            tokens += (index > 0 ? [","] : []) + [member[0], ":"] + member[1...]
        }
        tokens.append("}")
        let base = #""file":"/var/log/x""#
        let minified = decode(tokens.joined(), format: .json, base: base)
        let spaced = decode(tokens.joined(separator: " "), format: .json, base: base)
        #expect(minified.fields == spaced.fields && minified.level == spaced.level && minified.time == spaced.time)
        #expect(JSONCheck.isMinifiedObject(minified.fields), "\(minified.fields)")
        for member in chosen where ![#""msg""#, #""level""#, #""time""#].contains(member[0]) {
            let isTaken = [#""gap""#, #""file""#, #""g\u0061p""#].contains(member[0])
            let key = isTaken ? "\"line_" + member[0].dropFirst() : member[0]
            #expect(minified.fields.contains(key + ":" + member[1...].joined()), "\(minified.fields)")
        }
    }

    @Test func `a JSON line gives its time, level and message, the rest in order and as written`() {
        let event = decode(
            #"""
            {"zeta":1.50,"time":"2026-11-22T07:35:12.5Z","level":"WARN",\#
            "msg":"a \"b\"\n\u00e9\ud83d\ude00","id":12345678901234567890,"o":{"b":1,"a":[1,2]}}
            """#,
            base: #""file":"/x""#)
        #expect(event.time == "2026-11-22T07:35:12.5Z")
        #expect(event.level == .warn)
        #expect(event.message == "a \"b\"\né😀")
        #expect(event.fields == #"{"file":"/x","zeta":1.50,"id":12345678901234567890,"o":{"b":1,"a":[1,2]}}"#)
    }

    @Test func `white space between tokens is not copied, in strings it is`() {
        let event = decode(" { \"msg\" : \"m m\" , \"a\" : [ 1 , { \"b c\" : \"d \\\" e\" } ] } ")
        #expect(event.message == "m m")
        #expect(event.fields == #"{"a":[1,{"b c":"d \" e"}]}"#)
    }

    @Test(arguments: [
        (#"{"level":30,"msg":"x"}"#, Level.info, "{}"), (#"{"level":60,"msg":"x"}"#, .critical, "{}"),
        (#"{"level":35,"msg":"x"}"#, .info, #"{"level":35}"#), (#"{"level":3,"msg":"x"}"#, .error, #"{"level":3}"#),
        (#"{"PRIORITY":"4","MESSAGE":"x"}"#, .warn, "{}"), (#"{"priority":2,"msg":"x"}"#, .critical, "{}"),
        (#"{"severity":"Information","msg":"x"}"#, .info, "{}"), (#"{"log.level":"debug","msg":"x"}"#, .debug, "{}"),
        (#"{"lvl":"fatal","msg":"x"}"#, .critical, #"{"lvl":"fatal"}"#),
        (#"{"loglevel":"err","msg":"x","level":"odd"}"#, .error, #"{"level":"odd"}"#),
    ])
    func `levels have many spellings, and one that says more than its name stays a field`(
        line: String, level: Level, fields: String
    ) {
        let event = decode(line)
        #expect(event.level == level)
        #expect(event.message == "x")
        #expect(event.fields == fields)
    }

    @Test(arguments: [
        (#"{"ts":1763796912.123,"msg":"x"}"#, "2025-11-22T07:35:12.123Z"),
        (#"{"t":1763796912123,"msg":"x"}"#, "2025-11-22T07:35:12.123Z"),
        (#"{"@timestamp":"2026-11-22 07:35:12,5","msg":"x"}"#, "2026-11-22T07:35:12.5Z"),
        (#"{"timestamp":"1763796912","msg":"x"}"#, "2025-11-22T07:35:12Z"),
    ])
    func `times are text or counts since 1970`(line: String, time: String) {
        let event = decode(line)
        #expect(event.time == time)
        #expect(event.fields == "{}")
    }

    @Test func `a member that cannot be what its name says stays a field`() {
        let event = decode(#"{"time":"soon","level":"purple","msg":{"a":1},"t":5}"#)
        #expect(event.time == nil)
        #expect(event.level == nil)
        #expect(event.fields == #"{"time":"soon","level":"purple","msg":{"a":1},"t":5}"#)
    }

    @Test func `of several candidates the first in rank counts and the others stay`() {
        let event = decode(#"{"text":"t","msg":"m","message":"M","ts":1763796912,"time":1763796913}"#)
        #expect(event.message == "M")
        #expect(event.time == "2025-11-22T07:35:13Z")
        #expect(event.fields == #"{"text":"t","msg":"m","ts":1763796912}"#)
    }

    @Test func `without a message the line itself is the message`() {
        #expect(decode(#"{"a":1}"#).message == #"{"a":1}"#)
        #expect(decode(#"{"a":1}"#).fields == #"{"a":1}"#)
        #expect(decode("status=200 took=5").message == "status=200 took=5")
    }

    @Test func `a line cannot forge the relay's own marks`() {
        #expect(
            decode(#"{"msg":"x","gap":{"count":1},"truncated_bytes":1,"raw_base64":"AA=="}"#).fields
                == #"{"line_gap":{"count":1},"line_truncated_bytes":1,"line_raw_base64":"AA=="}"#)
        #expect(decode(#"{"msg":"x","g\u0061p":1}"#).fields == #"{"line_g\u0061p":1}"#)
        #expect(decode("msg=x gap=1", format: .logfmt).fields == #"{"line_gap":1}"#)
    }

    @Test(arguments: [#"{"a":1"#, #"{"a":01}"#, "[1]", "{}x", #"{"a":"\ud800"}"#])
    func `what is not quite a JSON object is plain text`(line: String) {
        for format in [Format.json, .auto] {
            #expect(decode(line, format: format) == Decoded(time: nil, level: nil, message: line, fields: "{}"))
        }
    }

    @Test func `logfmt pairs become fields, numbers only where nothing is lost`() {
        let event = decode(
            #"""
            time=2026-11-22T07:35:12Z level=info msg="a \"b\"\tc" n=12 d=-1.5 v=1.10 id=0012 \#
            big=12345678901234567 e=1e5 ok=true q="12" s=a/b empty= u="x\\y"
            """#
        )
        #expect(event.time == "2026-11-22T07:35:12Z")
        #expect(event.level == .info)
        #expect(event.message == "a \"b\"\tc")
        #expect(
            event.fields
                == #"""
                {"n":12,"d":-1.5,"v":"1.10","id":"0012","big":"12345678901234567","e":"1e5","ok":true,\#
                "q":"12","s":"a/b","empty":"","u":"x\\y"}
                """#
        )
    }

    @Test(arguments: [
        "user=bob logged in", "login user=bob uid=0", "a=b", "key=\"unfinished", "x=1, y=2, and z=3", "f(a=b) c=d",
        "http://example.com/?a=b c=d", "if a == b then",
    ])
    func `prose with pairs stays plain under auto`(line: String) {
        #expect(decode(line) == Decoded(time: nil, level: nil, message: line, fields: "{}"))
    }

    @Test func `an origin that writes logfmt may write a bare word now and then`() {
        let usual = Array("level=info msg=up a=1 b=2".utf8)
        let odd = Array("msg=up a=1 b=2 c=3 cached".utf8)
        #expect(decode([odd])[0].fields == "{}")
        let events = decode([usual, usual, usual, usual, odd, Array("plain text".utf8)])
        #expect(
            events[4] == Decoded(time: nil, level: nil, message: "up", fields: #"{"a":1,"b":2,"c":3,"cached":true}"#))
        #expect(events[5].message == "plain text")
    }
}
