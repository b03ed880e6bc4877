internal import NIOCore
package import NIOHTTP1
internal import TailraceEvent

/// An error in the form of RFC 9457, `application/problem+json`.
package struct Problem: Sendable {
    package var status: HTTPResponseStatus
    /// What went wrong, why, and what to do.
    package var detail: String
    /// Further members: name and value as JSON text, as in `("column", "7")`.
    package var members: [(name: String, json: String)]
    /// Further headers: `Allow`, `Retry-After`.
    package var headers: HTTPHeaders

    package init(
        _ status: HTTPResponseStatus, _ detail: String, members: [(name: String, json: String)] = [],
        headers: HTTPHeaders = [:]
    ) {
        self.status = status
        self.detail = detail
        self.members = members
        self.headers = headers
    }

    package var response: HTTPResponse {
        var text: [UInt8] = []
        text.append("{\"type\":\"about:blank\",\"title\":")
        JSONText.append(self.status.reasonPhrase, to: &text)
        text.append(",\"status\":")
        text.appendDecimal(UInt64(self.status.code))
        text.append(",\"detail\":")
        JSONText.append(self.detail, to: &text)
        for member in self.members {
            text.append(UInt8(ascii: ","))
            JSONText.append(member.name, to: &text)
            text.append(UInt8(ascii: ":"))
            text.append(contentsOf: member.json.utf8)
        }
        text.append("}")
        var headers = self.headers
        headers.replaceOrAdd(name: "Content-Type", value: "application/problem+json")
        headers.replaceOrAdd(name: "Cache-Control", value: "no-store")
        return HTTPResponse(status: self.status, headers: headers, body: ByteBuffer(bytes: text))
    }
}
