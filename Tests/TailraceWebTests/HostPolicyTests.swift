import NIOHTTP1
import TailraceWeb
import Testing

struct HostPolicyTests {
    private static let policy = HostPolicy(
        allowedHosts: ["Logs.Test"], allowedOrigins: ["https://ok.example", "http://app.example:3000"])

    private static func status(
        _ headers: [(String, String)], version: HTTPVersion = .http1_1, target: String = "/",
        isLocalSocket: Bool = false
    ) throws -> UInt? {
        let head = HTTPRequestHead(version: version, method: .GET, uri: target, headers: HTTPHeaders(headers))
        return Self.policy.refusal(of: head, target: try RequestTarget(target), isLocalSocket: isLocalSocket)?.status
            .code
    }

    @Test(
        arguments: [
            "127.0.0.1", "127.0.0.1:8245", "localhost:8245", "LOCALHOST", "page.localhost", "[::1]:8245", "[fe80::1]",
            "192.168.1.5:8245", "logs.test", "logs.test:80", "ok.example", "app.example:3000", "127.0.0.1:",
        ])
    func `loopback names, addresses and configured names are answered`(host: String) throws {
        #expect(try Self.status([("Host", host)]) == nil)
    }

    @Test(arguments: [
        "evil.example", "evil.example:8245", "localhost.evil.example", "xlocalhost", "127.0.0.1.evil.example",
    ])
    func `a name that a foreign DNS could point here is not`(host: String) throws {
        #expect(try Self.status([("Host", host)]) == 403)
        #expect(try Self.status([("Host", host)], isLocalSocket: true) == nil)
    }

    @Test(arguments: [
        "", "a b", "user@127.0.0.1", "127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:99999", "[::1", "[zz]", "a/b",
    ])
    func `a Host that is none is a bad request`(host: String) throws {
        #expect(try Self.status([("Host", host)]) == 400)
    }

    @Test func `exactly one Host, unless the client is of the past`() throws {
        #expect(try Self.status([]) == 400)
        #expect(try Self.status([("Host", "localhost"), ("Host", "localhost")]) == 400)
        #expect(try Self.status([], version: .http1_0) == nil)
    }

    @Test func `the authority of an absolute target counts`() throws {
        #expect(try Self.status([("Host", "localhost")], target: "http://evil.example/x") == 403)
    }

    @Test(
        arguments: [
            ("http://127.0.0.1:8245", "127.0.0.1:8245"), ("http://localhost", "localhost"),
            ("http://LOCALHOST:80", "localhost"),
            ("http://[::1]:8245", "[::1]:8245"), ("https://logs.test", "logs.test"),
            ("https://logs.test", "logs.test:443"),
            ("https://ok.example", "127.0.0.1"), ("https://ok.example:443", "127.0.0.1"),
            ("http://app.example:3000", "localhost"),
        ])
    func `same-origin and allowed pages may connect`(origin: String, host: String) throws {
        #expect(try Self.status([("Host", host), ("Origin", origin)]) == nil)
    }

    @Test(
        arguments: [
            ("http://evil.example", "127.0.0.1:8245"), ("null", "127.0.0.1:8245"),
            ("http://127.0.0.1:1", "127.0.0.1:8245"),
            ("http://127.0.0.1", "127.0.0.1:8245"), ("http://localhost:8245", "127.0.0.1:8245"),
            ("http://ok.example", "localhost"),
            ("https://sub.ok.example", "localhost"), ("https://ok.example.evil", "localhost"),
            ("http://app.example", "localhost"),
            ("file://", "localhost"), ("", "localhost"), ("http://[::1]:8245", "[::2]:8245"),
            ("ws://localhost", "localhost"),
        ])
    func `foreign pages may not`(origin: String, host: String) throws {
        #expect(try Self.status([("Host", host), ("Origin", origin)]) == 403)
    }

    @Test func `cross-site requests without an Origin are for navigation only`() throws {
        let host = ("Host", "localhost")
        #expect(try Self.status([host, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")]) == 403)
        #expect(try Self.status([host, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")]) == nil)
        #expect(try Self.status([host, ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors")]) == nil)
    }

    @Test func `only listed origins are granted cross-origin reads`() {
        #expect(Self.policy.crossOriginGrant(["Origin": "https://ok.example"]) == "https://ok.example")
        #expect(Self.policy.crossOriginGrant(["Origin": "http://localhost"]) == nil)
        #expect(Self.policy.crossOriginGrant([:]) == nil)
    }
}
