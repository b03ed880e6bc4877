import TailraceWeb
import Testing

struct ListenAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:8245", ListenAddress.tcp(host: "127.0.0.1", port: 8245)),
            ("[::1]:80", .tcp(host: "::1", port: 80)),
            ("localhost:0", .tcp(host: "127.0.0.1", port: 0)),
            (":8245", .tcp(host: "0.0.0.0", port: 8245)),
            ("web-1.example:65535", .tcp(host: "web-1.example", port: 65535)),
            ("unix:/run/tailrace/http.sock", .unix(path: "/run/tailrace/http.sock")),
        ])
    func `addresses are read as people write them`(text: String, address: ListenAddress) throws {
        #expect(try ListenAddress(parsing: text) == address)
    }

    @Test(
        arguments: [
            "", "8245", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "unix:relative",
            "unix:", "unix:/" + String(repeating: "x", count: 107),
        ])
    func `others are refused with a hint`(text: String) {
        #expect(throws: ListenError.self) { try ListenAddress(parsing: text) }
    }
}
