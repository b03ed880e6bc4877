import TailraceRegex
import Testing

@Suite
struct LinearPatternTests {
    private func search(_ pattern: String, _ text: String, from start: Int = 0) throws -> [String?]? {
        let bytes = Array(text.utf8)
        return try LinearPattern(pattern).search(bytes.span.bytes, from: start)?.map { range in
            range.map { String(decoding: bytes[$0], as: UTF8.self) }
        }
    }

    @Test func `the whole match comes first, then the groups`() throws {
        #expect(try self.search("(b+)(x)?(c)", "abbcd") == ["bbc", "bb", nil, "c"])
        #expect(try self.search("z", "abc") == nil)
    }

    @Test func `a search may begin further on`() throws {
        #expect(try self.search("[0-9]+", "12 34", from: 2) == ["34"])
        #expect(try self.search("[0-9]+", "12 34", from: 99) == nil)
    }

    @Test func `groups are found by name in both spellings`() throws {
        let pattern = try LinearPattern("(?<user>[a-z]+)=(?P<id>[0-9]+)")
        #expect(pattern.group(named: "user") == 1)
        #expect(pattern.group(named: "id") == 2)
        #expect(pattern.group(named: "nobody") == nil)
    }

    @Test func `what only looks like a named group stays as it is`() throws {
        #expect(try self.search("\\(\\?<a>", "x(?<a>") == ["(?<a>"])
        #expect(try self.search("[(?<a>]+", "x(?<a>") == ["(?<a>"])
        #expect(try self.search("[](?<]+", "x](?<") == ["](?<"])
    }

    @Test func `text that is not UTF-8 and empty text are searched too`() throws {
        func range(of pattern: String, in bytes: [UInt8]) throws -> Range<Int>? {
            try LinearPattern(pattern).search(bytes.span.bytes)?[0]
        }
        #expect(try range(of: "b", in: [0xFF, 0x62]) == 1..<2)
        #expect(try range(of: "b", in: []) == nil)
        #expect(try range(of: "^$", in: []) == 0..<0)
    }

    @Test(arguments: ["(", "a(?=b)", "(?<a", "\\1", "x{1001}"])
    func `wrong patterns are refused with a reason`(pattern: String) {
        #expect(throws: LinearPattern.CompileError.self) { try LinearPattern(pattern) }
    }

    @Test func `a pattern that needs too much memory is refused`() {
        #expect(throws: LinearPattern.CompileError.self) { try LinearPattern("((a{100}){100}){100}") }
    }
}
