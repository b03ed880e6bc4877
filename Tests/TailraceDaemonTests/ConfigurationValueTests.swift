import TailraceDaemon
import Testing

struct ConfigurationValueTests {
    @Test(arguments: [
        ("0B", 0), ("1 KiB", 1024), ("64KiB", 65_536), ("2gib", 2 << 30), ("1MB", 1_000_000),
        ("3TB", 3_000_000_000_000),
        ("1KB", 1000), ("1TiB", 1 << 40),
    ] as [(String, Int64)])
    func `sizes are read`(text: String, bytes: Int64) {
        #expect(QuantityText.bytes(text) == bytes)
        #expect(QuantityText.bytes(QuantityText.text(bytes: bytes)) == bytes)
    }

    @Test(arguments: ["", "5", "KiB", "-1KiB", "1K", "1.5GiB", "1KiB2", "99999999999TiB", "٣KiB", "1  KiB", " 1KiB"])
    func `what is no size is refused`(text: String) {
        #expect(QuantityText.bytes(text) == nil)
    }

    @Test(arguments: [
        ("100ms", .milliseconds(100)), ("1s", .seconds(1)), ("7d", .seconds(604_800)), ("1w", .seconds(604_800)),
        ("1h30m", .seconds(5400)), ("0s", .zero), ("5us", .microseconds(5)), ("90m", .seconds(5400)),
    ] as [(String, Duration)])
    func `times are read`(text: String, duration: Duration) {
        #expect(QuantityText.duration(text) == duration)
        #expect(QuantityText.duration(QuantityText.text(duration)) == duration)
    }

    @Test(arguments: ["", "5", "s", "-1s", "1y", "1m1h", "1s1s", "1.5s", "9999999999999999d", "1 s ", "1M"])
    func `what is no time is refused`(text: String) {
        #expect(QuantityText.duration(text) == nil)
    }

    @Test func `shares and rates are read`() {
        #expect(QuantityText.share("1:10") == 10 && QuantityText.share("1:2") == 2)
        for text in ["", "10", "2:10", "1:", "1:1", "1:0", "1:-5", "1:1.5", "1: 2", "1:99999999999999999999"] {
            #expect(QuantityText.share(text) == nil, "\(text)")
        }
        #expect(QuantityText.rate("1000/s") == EventRate(count: 1000, unit: .second))
        #expect(QuantityText.rate("1/h")?.period == .seconds(3600) && QuantityText.rate("7/m")?.description == "7/m")
        for text in ["", "5", "/s", "0/s", "-1/s", "5/", "5/d", "5/ s", "5 /s", "5/s/s", "1.5/s"] {
            #expect(QuantityText.rate(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("127.0.0.1:8245", .tcp(host: "127.0.0.1", port: 8245), true),
        ("localhost:0", .tcp(host: "localhost", port: 0), true),
        ("[::1]:1", .tcp(host: "::1", port: 1), true), ("[::]:1", .tcp(host: "::", port: 1), false),
        ("[::ffff:127.0.0.1]:1", .tcp(host: "::ffff:127.0.0.1", port: 1), true),
        ("127.9.9.9:65535", .tcp(host: "127.9.9.9", port: 65_535), true),
        ("0.0.0.0:80", .tcp(host: "0.0.0.0", port: 80), false), ("a.b:80", .tcp(host: "a.b", port: 80), false),
        ("127.0.0.1.example.com:80", .tcp(host: "127.0.0.1.example.com", port: 80), false),
        ("unix:/run/a.sock", .unix(path: "/run/a.sock"), true),
    ] as [(String, ListenAddress, Bool)])
    func `addresses are read`(text: String, address: ListenAddress, isLocal: Bool) throws {
        let read = try ListenAddress(parsing: text)
        #expect(read == address && read.isLocal == isLocal)
        #expect(read.description == text)
    }

    @Test(arguments: [
        "", "8245", ":8245", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "::1:80",
        "[::1]",
        "[x]:80", "a b:80", "http://a:80", "unix:", "unix:run/x", "unix:/" + String(repeating: "x", count: 107), "*:80",
    ])
    func `what is no address is refused`(text: String) {
        #expect(throws: ListenAddress.Problem.self) { try ListenAddress(parsing: text) }
    }

    @Test(arguments: [
        ("lisen", "listen"), ("max_szie", "max_size"), ("LOG", "log"), ("jurnald", "journald"), ("xyzzy", nil),
        ("", nil),
    ] as [(String, String?)])
    func `the nearest name is suggested`(written: String, expected: String?) {
        let names = ["listen", "log", "max_size", "max_age", "journald", "file"]
        #expect(Suggestion.nearest(to: written, among: names) == expected)
    }

    @Test(arguments: [("a\"b\\c\n\u{1}é", "\"a\\\"b\\\\c\\n\\u0001é\""), ("${X}", "\"$${X}\""), ("", "\"\"")])
    func `strings are written so that they read back`(text: String, written: String) {
        #expect(TOMLText.string(text) == written)
    }
}
