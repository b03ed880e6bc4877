import Testing

@testable import TailraceClient

@Suite struct RelayAddressTests {
    @Test(arguments: [
        ("http://127.0.0.1:8245", "http://127.0.0.1:8245"),
        ("HTTP://logs.example.com/", "http://logs.example.com:80"),
        ("ws://web-1:8245/ws?stream=all", "http://web-1:8245"),
        ("http://h:1/logs/?filter=x#12", "http://h:1/logs/"),
        ("http://h:1/logs/index.html", "http://h:1/logs/"),
        ("http://h:1/logs/api/v1/stream?x=1", "http://h:1/logs/"),
        ("http://[::1]:8245/", "http://[::1]:8245"),
        ("localhost:8245", "http://localhost:8245"),
        ("web-1", "http://web-1:8245"),
        ("unix:/run/tailrace/http.sock", "unix:/run/tailrace/http.sock"),
        ("unix:///run/tailrace/http.sock?stream=a", "unix:/run/tailrace/http.sock"),
        ("https://h", "https://h:443"),
    ])
    func `addresses of relays, pages, sockets and endpoints lead to the relay`(text: String, shown: String) throws {
        #expect(try RelayAddress(parsing: text).shown == shown)
    }

    @Test(arguments: [
        "http://", "http://h:0", "http://h:65536", "http://h:x", "http://user:word@h/", "unix:relative", "ftp://h/",
        "http://h/?a=%zz", "http://[::1", "http://h\r\nX: y/", "unix:/" + String(repeating: "x", count: 107),
    ])
    func `what is no address is refused`(text: String) {
        #expect(throws: AddressError.self) { try RelayAddress(parsing: text) }
    }

    @Test func `the view of a page is taken from its address`() throws {
        let address = try RelayAddress(parsing: "http://h:1/?stream=errors&filter=level:%3E%3Dwarn+a%2Bb")
        #expect(address.query.first(named: "stream") == "errors")
        #expect(address.query.first(named: "filter") == "level:>=warn a+b")
    }

    @Test func `a query comes back as it went`() {
        let items = [QueryItem("filter", "a&b=c+d %é\n"), QueryItem("fields", "x,y")]
        #expect(QueryItem.list(decoding: QueryItem.encode(items)) == items)
    }

    @Test func `only an address is taken from the words, the rest is the filter`() throws {
        let named = try RelayTarget(words: ["http://h:1/?filter=a", "b", "c"], standardAddress: nil)
        #expect(named.address.shown == "http://h:1" && named.filters == ["a", "b c"])
        let standard = try RelayTarget(words: ["status:500", "timeout"], standardAddress: "unix:/run/x")
        #expect(standard.address.shown == "unix:/run/x" && standard.filters == ["status:500 timeout"])
        let nothing = try RelayTarget(words: [], standardAddress: "")
        #expect(nothing.address == .standard && nothing.filters.isEmpty)
    }

    @Test(arguments: [
        ("127.0.0.1:8245", true), ("localhost:8245/x", true), ("[::1]:1", true), ("unix:/x", true),
        ("status:500", false), ("localhost", false), ("host:web-1", false), ("1.2.3:4", false), ("unix:x", false),
    ])
    func `an address is told from a filter`(word: String, isAddress: Bool) {
        #expect(RelayTarget.isAddress(word) == isAddress)
    }
}
