internal import NIOCore
internal import NIOHTTP1
internal import TailraceDeflate

/// The page's files, read once; a request is a look-up of its exact path and never opens a file.
package struct AssetTable: Sendable {
    struct Asset: Sendable {
        var contentType: String
        var identity: Form
        /// Only where it is smaller.
        var gzip: Form?
    }

    /// One representation; each has an entity tag of its own (RFC 9110 §8.8.3).
    struct Form: Sendable {
        var body: ByteBuffer
        var etag: String
    }

    private var assets: [String: Asset] = [:]
    /// By path and what `joined=` says, see `JoinedFiles`.
    private var joined: [String: Asset] = [:]
    /// Why there is no page, in one sentence with what to do; nil where there is one.
    package let problem: String?
    /// Files that were left out and why.
    package let skipped: [String]
    /// What the page asks for joined and gets file by file, and why.
    package let joinProblems: [String]

    package var count: Int { self.assets.count }

    /// A table without files.
    package init(problem: String) {
        self.problem = problem
        self.skipped = []
        self.joinProblems = []
    }

    /// Reads all regular files under `folder`; never fails, but says in `problem` why there is no page.
    package init(folder: String) {
        let reading = AssetFolder.read(folder)
        let joined = JoinedFiles(reading.files)
        self.skipped = reading.skipped
        self.joinProblems = joined.problems
        for file in reading.files { self.assets[file.path] = Self.asset(file) }
        for file in joined.files {
            self.joined["\(file.path)?\(file.query)"] = Self.asset(.init(path: file.path, bytes: file.bytes))
        }
        if let index = self.assets["/index.html"] {
            self.assets["/"] = index
            self.problem = reading.problem
        } else {
            self.problem =
                reading.problem
                ?? "the folder \(folder) has no index.html; point [server] public to the folder of the page"
        }
    }

    /// A whole file as it lies; nil where there is none.
    package func bytes(of path: String) -> [UInt8]? {
        self.assets[path].map { Array($0.identity.body.readableBytesView) }
    }

    /// Nil where there is no such file. Ask for GET and HEAD only.
    package func answer(_ request: HTTPRequest) -> HTTPResponse? {
        let joined = request.query.first(named: "joined").flatMap { self.joined["\(request.path)?\($0)"] }
        guard let asset = joined ?? self.assets[request.path] else {
            return request.path == "/" ? self.problem.map(Self.missingPage) : nil
        }
        let takesGzip = request.accepts("gzip", in: "Accept-Encoding")
        let form = takesGzip ? asset.gzip ?? asset.identity : asset.identity
        var headers: HTTPHeaders = ["ETag": form.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"]
        if Self.matches(request.headers[canonicalForm: "If-None-Match"], form.etag) {
            return HTTPResponse(status: .notModified, headers: headers)
        }
        headers.add(name: "Content-Type", value: asset.contentType)
        if takesGzip, asset.gzip != nil { headers.add(name: "Content-Encoding", value: "gzip") }
        return HTTPResponse(status: .ok, headers: headers, body: form.body)
    }

    /// Weak comparison, as If-None-Match asks for (RFC 9110 §13.1.2): proxies that compress mark tags as weak.
    private static func matches(_ candidates: [Substring], _ etag: String) -> Bool {
        candidates.contains { $0 == "*" || $0 == etag || $0.dropFirst(2) == etag && $0.hasPrefix("W/") }
    }

    private static func asset(_ file: AssetFolder.File) -> Asset {
        let hash = ContentHash(file.bytes).hex
        var compressed: [UInt8] = []
        var encoder = GzipEncoder(level: 9)
        encoder.finish(file.bytes.span, into: &compressed)
        let pays = compressed.count < file.bytes.count - file.bytes.count / 16
        return Asset(
            contentType: ContentType.of(file.path),
            identity: Form(body: ByteBuffer(bytes: file.bytes), etag: "\"\(hash)\""),
            gzip: pays ? Form(body: ByteBuffer(bytes: compressed), etag: "\"\(hash)-gzip\"") : nil)
    }

    private static func missingPage(_ problem: String) -> HTTPResponse {
        .text(
            .serviceUnavailable,
            """
            Tailrace is running, but it has no page to show: \(problem).

            Everything else works: /api/v1/stream, /api/v1/status and /metrics.

            """)
    }
}
