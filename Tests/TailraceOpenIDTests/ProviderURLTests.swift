import Testing

@testable import TailraceOpenID

struct ProviderURLTests {
    @Test func `an address is a host, a port and what is asked for there`() throws {
        let url = try ProviderURL("https://Login.example.com/realms/a%20b?x=1#part")
        #expect(url.isSecure && url.host == "login.example.com" && url.port == 443)
        #expect(url.target == "/realms/a%20b?x=1" && url.authority == "Login.example.com")
        #expect(try ProviderURL("https://a:8443?q").target == "/?q")
        let here = try ProviderURL("http://[::1]:8080")
        #expect(!here.isSecure && here.host == "::1" && here.port == 8080 && here.target == "/" && here.isAddress)
        #expect(try ProviderURL("http://localhost").port == 80)
    }

    @Test(
        arguments: [
            "", "login.example.com", "ftp://a", "https://", "https://:443", "https://a:0", "https://a:65536",
            "https://a:x",
            "https://user@a/", "https://a b", "https://[::1", "https://ä", "https://a\r\nX: y", "javascript:alert(1)",
            "http://login.example.com", "http://127.0.0.1.example.com", "http://localhost.example.com",
        ])
    func `what is no address, or is not safe, is refused`(text: String) {
        #expect(throws: OpenIDError.self) { try ProviderURL(text) }
    }

    @Test func `a long address is refused`() {
        #expect(throws: OpenIDError.self) { try ProviderURL("https://a/" + String(repeating: "x", count: 2048)) }
    }

    @Test func `names and values are encoded for queries and forms`() {
        #expect(FormText.encode([("a", "b c&d=e"), ("ü", "+~")]) == "a=b%20c%26d%3De&%C3%BC=%2B~")
    }
}
