internal import NIOHTTP1
internal import TailraceDeflate

/// The opening handshake (RFC 6455 §4.2), decided before anything is written.
enum WebSocketHandshake {
    /// What was agreed.
    struct Terms {
        var agreement: DeflateAgreement?
        var subprotocol: String?

        /// Headers of the answer besides the fixed ones.
        var headers: HTTPHeaders {
            var headers = HTTPHeaders()
            if let agreement { headers.add(name: "Sec-WebSocket-Extensions", value: agreement.responseHeader) }
            if let subprotocol { headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol) }
            return headers
        }
    }

    /// The protocol of `/ws`; clients need not name it.
    static let subprotocol = "tailrace.v1"

    /// Nil where the request is a proper handshake.
    static func refusal(of head: HTTPRequestHead) -> Problem? {
        let wantsWebSocket = head.headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
        let namesUpgrade = head.headers[canonicalForm: "Connection"].contains { $0.lowercased() == "upgrade" }
        guard wantsWebSocket, namesUpgrade, head.version.isAtLeast1_1 else {
            return Problem(
                .upgradeRequired, "this is a WebSocket; for plain HTTP use /api/v1/stream",
                headers: ["Upgrade": "websocket", "Connection": "Upgrade"])
        }
        let versions = head.headers["Sec-WebSocket-Version"]
        guard versions == ["13"] else {
            return Problem(
                .upgradeRequired, "this server speaks WebSocket version 13", headers: ["Sec-WebSocket-Version": "13"])
        }
        let keys = head.headers["Sec-WebSocket-Key"]
        guard keys.count == 1, Self.isKey(keys[0]) else {
            return Problem(.badRequest, "Sec-WebSocket-Key must be 16 bytes in base64")
        }
        guard !head.headers.contains(name: "Content-Length"), !head.headers.contains(name: "Transfer-Encoding") else {
            return Problem(.badRequest, "a WebSocket handshake has no body")
        }
        return nil
    }

    static var shuttingDown: Problem {
        Problem(.serviceUnavailable, "the relay is stopping; try again in a moment", headers: ["Retry-After": "2"])
    }

    static func terms(for headers: HTTPHeaders, compresses: Bool) -> Terms {
        // One header or several mean the same (RFC 6455 §9.1).
        let offers = headers["Sec-WebSocket-Extensions"].joined(separator: ", ")
        let protocols = headers[canonicalForm: "Sec-WebSocket-Protocol"]
        return Terms(
            agreement: compresses && !offers.isEmpty ? DeflateAgreement.negotiate(offers: offers) : nil,
            subprotocol: protocols.contains { $0 == Self.subprotocol } ? Self.subprotocol : nil)
    }

    /// 16 bytes are 22 base64 digits and `==`.
    private static func isKey(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[22...] == [0x3d, 0x3d] else { return false }
        return bytes[..<22].allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }
}
