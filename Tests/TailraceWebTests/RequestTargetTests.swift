import TailraceTesting
import TailraceWeb
import Testing

struct RequestTargetTests {
    @Test(
        arguments: [
            ("/", "/"), ("/js/app.js", "/js/app.js"), ("/a%20b", "/a b"), ("/%C3%A9", "/é"), ("/a+b", "/a+b"),
            ("/x/", "/x/"), ("/...", "/..."), ("/a?b=/../c", "/a"), ("http://h", "/"), ("HTTP://h:1/x?y", "/x"),
        ])
    func `a path is decoded once`(target: String, path: String) throws {
        #expect(try RequestTarget(target).path == path)
    }

    @Test(
        arguments: [
            "", "*", "x", "ftp://h/x", "//", "//x", "/a//b", "/a/../b", "/..", "/.", "/a/./b", "/%2e%2e/x", "/.%2E/x",
            "/%2e", "/a%2fb", "/a%2Fb", "/..%2f", "/%252e%252e/x", "/%25", "/a\\b", "/a%5cb", "/a%00", "/a%0d%0aX:y",
            "/%7f", "/%c0%ae%c0%ae/", "/%ff", "/%", "/%4", "/%zz", "/a#b",
        ])
    func `a path that would be another one after normalisation is refused`(target: String) {
        #expect(throws: RequestTarget.Refusal.path) { try RequestTarget(target) }
    }

    @Test func `an absolute target names its authority`() throws {
        #expect(try RequestTarget("http://evil.example:80/x").authority == "evil.example:80")
        #expect(try RequestTarget("/x").authority == nil)
    }

    @Test func `the query keeps order, repeats and raw operators`() throws {
        let query = try RequestTarget("/ws?stream=all&filter=level>=warn&last=100&x&=y&x=2&a=b+c%2B%20%C3%A9").query
        #expect(query.pairs.map(\.name) == ["stream", "filter", "last", "x", "", "x", "a"])
        #expect(query.first(named: "filter") == "level>=warn")
        #expect(query.all(named: "x") == ["", "2"])
        #expect(query.first(named: "a") == "b c+ é")
        #expect(query.first(named: "nope") == nil)
    }

    @Test func `broken escapes and floods in the query are refused`() {
        for query in ["a=%", "a=%4", "%zz=1", "a=%ff", "a=%c3"] {
            #expect(throws: RequestTarget.Refusal.query) { try RequestTarget("/x?\(query)") }
        }
        let many = Array(repeating: "a=1", count: QueryParameters.maxPairs).joined(separator: "&")
        #expect(throws: Never.self) { try RequestTarget("/x?\(many)") }
        #expect(throws: RequestTarget.Refusal.query) { try RequestTarget("/x?\(many)&a=1") }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `whatever is accepted is in normal form`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = ["/", ".", "..", "%2e", "%2f", "%5c", "\\", "a", "%00", "%25", "?", "#", "é", "%C3%A9", "//", ";"]
        for _ in 0..<5000 {
            let target = (0..<Int.random(in: 0..<8, using: &random)).map { _ in pieces.randomElement(using: &random)! }
            guard let path = try? RequestTarget("/" + target.joined()).path else { continue }
            let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            #expect(path.hasPrefix("/"))
            #expect(!segments.contains { $0 == "." || $0 == ".." || $0.contains("\\") || $0.contains("%") })
            #expect(!segments.dropLast().contains(""))
        }
    }
}
