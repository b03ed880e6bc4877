package import NIOCore
package import NIOHTTP1

/// A whole response; the connection adds framing, security headers and `Connection`.
package struct HTTPResponse: Sendable {
    package var status: HTTPResponseStatus
    package var headers: HTTPHeaders
    /// May be shared among many responses; it is never written to.
    package var body: ByteBuffer

    package init(status: HTTPResponseStatus, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Plain UTF-8 text, not to be stored.
    package static func text(_ status: HTTPResponseStatus, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"],
            body: ByteBuffer(string: text))
    }

    /// A JSON document, not to be stored.
    package static func json(_ body: ByteBuffer, status: HTTPResponseStatus = .ok) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"], body: body)
    }

    package static func json(_ body: [UInt8], status: HTTPResponseStatus = .ok) -> HTTPResponse {
        .json(ByteBuffer(bytes: body), status: status)
    }
}
