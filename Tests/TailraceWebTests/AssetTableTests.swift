import Glibc
import NIOCore
import NIOEmbedded
import NIOHTTP1
import TailraceDeflate
import TailraceWeb
import Testing

struct AssetTableTests {
    private static func request(_ path: String, _ headers: HTTPHeaders = [:]) -> HTTPRequest {
        HTTPRequest(
            method: .GET, path: path, query: QueryParameters(), headers: headers, body: ByteBuffer(), peer: nil,
            eventLoop: EmbeddedEventLoop())
    }

    private static func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = try ScratchFolder()
        for (path, text) in files { try folder.write(path, text) }
        try body(folder.path)
    }

    @Test func `files are served by their exact path`() throws {
        try Self.withFolder(["index.html": "<p>", "js/app.js": "1", "data.unknown": "x"]) { folder in
            let table = AssetTable(folder: folder)
            #expect(table.problem == nil)
            #expect(table.answer(Self.request("/"))?.body == ByteBuffer(string: "<p>"))
            #expect(table.answer(Self.request("/index.html"))?.headers["Content-Type"] == ["text/html; charset=utf-8"])
            #expect(
                table.answer(Self.request("/js/app.js"))?.headers["Content-Type"] == ["text/javascript; charset=utf-8"])
            #expect(
                table.answer(Self.request("/data.unknown"))?.headers["Content-Type"] == ["application/octet-stream"])
            for path in ["/js", "/js/", "/app.js", "/index.html/", "/../index.html", ""] {
                #expect(table.answer(Self.request(path)) == nil)
            }
        }
    }

    @Test func `links, dot files and pipes are never read`() throws {
        let folder = try ScratchFolder()
        try folder.write("index.html", "x")
        try folder.write(".git/config", "secret")
        try folder.write(".env", "secret")
        symlink("/etc/passwd", folder.path + "/passwd")
        symlink("/etc", folder.path + "/etc")
        mkfifo(folder.path + "/pipe", 0o600)
        let table = AssetTable(folder: folder.path)
        for path in ["/passwd", "/etc/passwd", "/.git/config", "/.env", "/pipe"] {
            #expect(table.answer(Self.request(path)) == nil)
        }
        #expect(table.skipped.count == 3)
    }

    @Test func `the compressed form is smaller, tagged apart and sent when asked`() throws {
        let text = String(repeating: "export const a = 1;\n", count: 500)
        try Self.withFolder(["index.html": "x", "app.js": text]) { folder in
            let table = AssetTable(folder: folder)
            let plain = try #require(table.answer(Self.request("/app.js")))
            let zipped = try #require(table.answer(Self.request("/app.js", ["Accept-Encoding": "br, gzip;q=0.8"])))
            #expect(plain.body.readableBytes == text.utf8.count)
            #expect(plain.headers["Content-Encoding"].isEmpty)
            #expect(zipped.headers["Content-Encoding"] == ["gzip"])
            #expect(zipped.body.readableBytes < 300)
            #expect(plain.headers["ETag"] != zipped.headers["ETag"])
            #expect(plain.headers["Vary"] == ["Accept-Encoding"])
            let refused = try #require(table.answer(Self.request("/app.js", ["Accept-Encoding": "gzip;q=0"])))
            #expect(refused.headers["Content-Encoding"].isEmpty)
            // Too small to gain.
            let small = try #require(table.answer(Self.request("/", ["Accept-Encoding": "gzip"])))
            #expect(small.headers["Content-Encoding"].isEmpty)
        }
    }

    @Test func `a matching tag is answered without a body`() throws {
        try Self.withFolder(["index.html": "x"]) { folder in
            let table = AssetTable(folder: folder)
            let tag = try #require(table.answer(Self.request("/"))?.headers.first(name: "ETag"))
            for value in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let answer = try #require(table.answer(Self.request("/", ["If-None-Match": value])))
                #expect(answer.status == .notModified)
                #expect(answer.body.readableBytes == 0)
                #expect(answer.headers.first(name: "ETag") == tag)
            }
            #expect(table.answer(Self.request("/", ["If-None-Match": "\"other\""]))?.status == .ok)
        }
    }

    @Test func `the tag follows the content`() throws {
        let folder = try ScratchFolder()
        try folder.write("index.html", "one")
        let first = AssetTable(folder: folder.path).answer(Self.request("/"))?.headers.first(name: "ETag")
        try folder.write("index.html", "two")
        let second = AssetTable(folder: folder.path).answer(Self.request("/"))?.headers.first(name: "ETag")
        #expect(first != second)
    }

    @Test func `a missing folder is explained on the page`() throws {
        let table = AssetTable(folder: "/no/such/folder")
        let answer = try #require(table.answer(Self.request("/")))
        #expect(answer.status == .serviceUnavailable)
        #expect(String(buffer: answer.body).contains("/no/such/folder"))
        #expect(table.answer(Self.request("/app.js")) == nil)
        try Self.withFolder(["app.js": "1"]) { folder in
            #expect(AssetTable(folder: folder).problem?.contains("index.html") == true)
        }
    }

    @Test func `the hash has the published values`() {
        // From the FNV reference: the empty string, "a" and "foobar".
        #expect(ContentHash([UInt8]()).hex == "6c62272e07bb014262b821756295c58d")
        #expect(ContentHash("a".utf8).hex == "d228cb696f1a8caf78912b704e4a8964")
        #expect(ContentHash("foobar".utf8).hex == "343e1662793c64bf6f0d3597ba446f18")
    }
}
