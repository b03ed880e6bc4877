internal import NIOCore
package import NIOHTTP1

/// What of a request decides the shape of its response's head.
struct HTTPExchange {
    let version: HTTPVersion
    let isHead: Bool
    let keepsAlive: Bool
    /// See `HostPolicy.crossOriginGrant`.
    let grantedOrigin: String?

    init(_ head: HTTPRequestHead, hosts: HostPolicy) {
        self.version = head.version
        self.isHead = head.method == .HEAD
        // The decoder stops behind a request that asks for an upgrade, whatever comes of it.
        self.keepsAlive = head.isKeepAlive && !head.headers.contains(name: "Upgrade") && head.method != .CONNECT
        self.grantedOrigin = hosts.crossOriginGrant(head.headers)
    }

    private init() {
        self.version = .http1_1
        self.isHead = false
        self.keepsAlive = false
        self.grantedOrigin = nil
    }

    /// For an answer to something that is no request.
    static let last = HTTPExchange()

    func head(of response: HTTPResponse, keepsAlive: Bool, date: String) -> HTTPResponseHead {
        var head = self.commonHead(of: response, date: date)
        if response.status.mayHaveResponseBody {
            head.headers.replaceOrAdd(name: "Content-Length", value: String(response.body.readableBytes))
        }
        if !keepsAlive {
            head.headers.add(name: "Connection", value: "close")
        } else if !self.version.isAtLeast1_1 {
            head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
        }
        return head
    }

    /// A stream is the last answer of its connection, so that no request has to wait behind it.
    func streamHead(of response: HTTPResponse, date: String) -> HTTPResponseHead {
        var head = self.commonHead(of: response, date: date)
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        // Proxies must pass on each chunk as it comes.
        head.headers.replaceOrAdd(name: "X-Accel-Buffering", value: "no")
        if self.version.isAtLeast1_1, !self.isHead {
            head.headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
        }
        return head
    }

    private func commonHead(of response: HTTPResponse, date: String) -> HTTPResponseHead {
        var head = HTTPResponseHead(version: self.version, status: response.status, headers: response.headers)
        head.headers.replaceOrAdd(name: "Date", value: date)
        SecurityHeaders.add(to: &head.headers)
        if let origin = self.grantedOrigin {
            head.headers.replaceOrAdd(name: "Access-Control-Allow-Origin", value: origin)
            head.headers.add(name: "Vary", value: "Origin")
        }
        return head
    }
}

extension HTTPHeaders {
    /// Whether every name is a token and no value holds a control character, so that none can end a header early.
    package var areSound: Bool {
        self.allSatisfy { name, value in
            !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }
                && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
        }
    }
}
