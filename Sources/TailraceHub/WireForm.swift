internal import NIOCore
internal import TailraceDeflate

/// How a reader takes its messages.
package enum WireForm: Sendable, Hashable {
    case webSocket(WireCompression)
    /// One JSON value per line (`application/x-ndjson`).
    case lines
    /// `text/event-stream`, one event of the log in each.
    case serverSentEvents
    /// `text/event-stream` with the messages of a WebSocket: what stands in where no WebSocket gets through.
    case messages
}

/// What a WebSocket reader agreed to (RFC 7692 §7.1).
package enum WireCompression: Sendable, Hashable {
    case none
    /// Context takeover with the full window: the reader can share its group's one deflate stream.
    case shared
    /// Every message on its own, with a window of 2^bits: the reader demanded no context takeover or a smaller window.
    case independent(windowBits: Int)

    /// How a message that only this reader gets is compressed; it can be read whatever the reader's window holds.
    var windowBitsAlone: Int? {
        switch self {
        case .none: nil
        case .shared: 15
        case .independent(let bits): bits
        }
    }
}

/// A server's WebSocket text frame as one buffer, header and payload (RFC 6455 §5.2).
enum ServerFrame {
    static func text(_ payload: some Collection<UInt8>, compressed: Bool = false) -> ByteBuffer {
        var header: [UInt8] = []
        FrameHeader.append(.text, isCompressed: compressed, payloadBytes: payload.count, to: &header)
        var frame = ByteBufferAllocator().buffer(capacity: header.count + payload.count)
        frame.writeBytes(header)
        frame.writeBytes(payload)
        return frame
    }
}

/// A message of the conversation as one server-sent event; JSON text has no line end in it.
enum ServerSentMessage {
    static func text(_ payload: some Collection<UInt8>) -> ByteBuffer {
        var text = ByteBufferAllocator().buffer(capacity: payload.count + 8)
        text.writeStaticString("data: ")
        text.writeBytes(payload)
        text.writeStaticString("\n\n")
        return text
    }
}

extension WireForm {
    /// A message that is not an event, in this form: never compressed, so that it does not enter anybody's window.
    func control(_ message: ControlMessage) -> ByteBuffer {
        switch self {
        case .webSocket: return ServerFrame.text(message.json)
        case .messages: return ServerSentMessage.text(message.json)
        case .lines: return ByteBuffer(bytes: message.json + [0x0a])
        case .serverSentEvents:
            return ByteBuffer(
                bytes: Array("event: \(message.type)\ndata: ".utf8) + message.json + Array("\n\n".utf8))
        }
    }
}
