package import NIOCore
package import NIOHTTP1
package import TailraceAccess

/// A complete request that passed the limits, the host check and the origin check.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    /// Percent-decoded, see `RequestTarget`.
    package var path: String
    /// What stands in the path where its route has `{name}`; empty for other routes.
    package var pathParameter = ""
    package var query: QueryParameters
    package var headers: HTTPHeaders
    /// Whole, at most `HTTPOptions.maxBodyBytes`.
    package var body: ByteBuffer
    /// Nil for Unix sockets.
    package var peer: SocketAddress?
    /// Who asks; nil where nobody is asked to say.
    package var principal: Principal?
    /// The loop that the request is answered on.
    package var eventLoop: any EventLoop

    package init(
        method: HTTPMethod, path: String, query: QueryParameters, headers: HTTPHeaders, body: ByteBuffer,
        peer: SocketAddress?, eventLoop: any EventLoop
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
        self.eventLoop = eventLoop
    }

    /// Whether a comma-separated header lists the word, ignoring case and parameters with `q=0`.
    package func accepts(_ word: String, in header: String) -> Bool {
        self.headers[canonicalForm: header].contains { item in
            let parts = item.split(separator: ";").map { $0.lowercased().filter { $0 != " " } }
            return parts.first == word && !parts.dropFirst().contains { $0 == "q=0" || $0.hasPrefix("q=0.000") }
        }
    }
}
