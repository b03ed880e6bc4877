package import NIOCore

/// What answers on a WebSocket route; all calls come on the connection's event loop.
package protocol WebSocketEndpoint: AnyObject {
    /// Once, before any message.
    func opened(_ connection: WebSocketConnection)
    /// A whole text message, valid UTF-8.
    func received(text: ByteBuffer)
    func received(binary: ByteBuffer)
    func writabilityChanged(isWritable: Bool)
    /// Once, last: whatever is sent from here on is thrown away.
    func closed()
}

package enum UpgradeDecision {
    case accept(any WebSocketEndpoint, WebSocketLimits)
    /// Answered instead of 101; a `Problem` is the usual form.
    case refuse(HTTPResponse)
}

/// Called on the channel's event loop after host, origin and handshake were found in order; must not block.
package typealias UpgradeHandler = @Sendable (HTTPRequest) -> UpgradeDecision

/// What a client may send.
package struct WebSocketLimits: Sendable, Hashable {
    /// Payload of one message, inflated.
    package var maxMessageBytes: Int
    /// Payload of one frame; larger ones are refused by their header.
    package var maxFrameBytes: Int
    /// Frames of one message; endless empty fragments would cost time for nothing.
    package var maxFragments: Int
    /// Whether reading stops while the client does not take what is written to it.
    package var waitsForReader: Bool

    package init(maxMessageBytes: Int, maxFrameBytes: Int, maxFragments: Int, waitsForReader: Bool) {
        self.maxMessageBytes = maxMessageBytes
        self.maxFrameBytes = maxFrameBytes
        self.maxFragments = maxFragments
        self.waitsForReader = waitsForReader
    }

    /// For `/ws`: the longest control message is an `open` with a long filter, sent in one frame by every known client.
    package static let control = WebSocketLimits(
        maxMessageBytes: 64 * 1024, maxFrameBytes: 64 * 1024, maxFragments: 16, waitsForReader: false)
    /// For `/debug/echo`: conformance suites send 16 MiB, and 4 MiB in fragments of 64 bytes.
    package static let echo = WebSocketLimits(
        maxMessageBytes: 16 * 1024 * 1024, maxFrameBytes: 16 * 1024 * 1024 + 16 * 1024, maxFragments: 131_072,
        waitsForReader: true)
}
