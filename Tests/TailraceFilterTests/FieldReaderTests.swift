import TailraceEvent
import TailraceFilter
import Testing

struct FieldReaderTests {
    private static func batch(_ fields: String, level: Level? = .warn, message: String = "hi") -> EventBatch {
        var batch = EventBatch()
        batch.append(
            time: .now(), received: .now(), level: level, origin: batch.origin(Origin(source: "nginx", host: "web-1")),
            message: Array(message.utf8).span, fields: Array(fields.utf8).span)
        return batch
    }

    private static func text(_ name: String, _ fields: String) throws -> String? {
        let reader = FieldReader(try EventField(parsing: name))
        return reader.read(Self.batch(fields), at: 0) ? String(decoding: reader.text, as: UTF8.self) : nil
    }

    @Test(arguments: [
        ("level", "", "warn"), ("source", "", "nginx"), ("host", "", "web-1"), ("msg", "", "hi"),
        ("unit", #""unit":"nginx.service""#, "nginx.service"), ("id", #""syslog_identifier":"sshd""#, "sshd"),
        ("_SYSTEMD_UNIT", #""unit":"a""#, "a"), (#""level""#, #""level":"own""#, "own"),
        ("user.id", #""user":{"name":"x","id":7}"#, "7"), ("user.id", #""user.id":"y""#, "y"),
        ("tags", #""tags":[null,"first","second"]"#, "first"), ("ok", #""ok":true"#, "true"),
        ("name", #""name":"a\"b\nc""#, "a\"b\nc"), ("gap", #""gap":{"reason":"dropped"}"#, "dropped"),
        ("x", #""x":null"#, nil), ("x", #""x":{"y":1}"#, nil), ("x", #""y":1"#, nil), ("unit", "", nil),
    ])
    func `a field is found as in a filter`(name: String, fields: String, expected: String?) throws {
        #expect(try Self.text(name, fields) == expected)
    }

    @Test func `a long value is cut between characters`() throws {
        let found = try #require(try Self.text("x", #""x":"a"# + String(repeating: "ä", count: 100) + "\""))
        #expect(found == "a" + String(repeating: "ä", count: 63))
    }

    @Test(arguments: [
        ("n", "5", 5.0, nil), ("n", "\"5.25\"", 5.25, nil), ("n", "\"250ms\"", 250, "ms"),
        ("n", "\"1m30s\"", 90_000, "ms"),
        ("n", "\"10KiB\"", 10_240, "bytes"), ("n", "\"80%\"", 80, "%"), ("took_s", "\"250ms\"", 0.25, "s"),
        ("took_us", "3", 3, "us"), ("size_bytes", "\"1kB\"", 1000, "bytes"), ("n", "\"soon\"", nil, nil),
        ("n", "true", nil, nil), ("n", "null", nil, nil), ("n", "-3e2", -300, nil),
    ] as [(String, String, Double?, String?)])
    func `a number is told in one unit`(name: String, json: String, value: Double?, unit: String?) throws {
        let reader = FieldReader(try EventField(parsing: name))
        #expect(reader.number(Self.batch("\"\(name)\":\(json)"), at: 0) == value)
        #expect(reader.unit == unit)
    }

    @Test(arguments: ["", "a b", "10", "*", "since", "time", "seq", "a>b", "(a", "a OR b", "/x/"])
    func `what is not the name of a field is refused`(text: String) {
        #expect(throws: FilterError.self) { try EventField(parsing: text) }
    }
}
