package import NIOCore
package import NIOWebSocket

/// Puts the frames of one direction together to messages (RFC 6455 §5.4, RFC 7692 §6): frames in, actions out, no I/O.
package struct MessageAssembly {
    package enum Action: Equatable {
        case wait
        case text(ByteBuffer)
        case binary(ByteBuffer)
        /// A whole compressed message: inflate it, then `inflated(_:isText:)`.
        case inflate(ByteBuffer, isText: Bool)
        case pong(ByteBuffer)
        /// The peer closes: answer with this payload and end.
        case close(ByteBuffer)
        /// The peer broke the protocol or a limit: close with this reason and read no further.
        case fail(CloseReason)
    }

    private struct Message {
        var isText: Bool
        var isCompressed: Bool
        var fragments = 1
        var payload: ByteBuffer
        var validator = UTF8Validator()
    }

    private let limits: WebSocketLimits
    private let allowsCompression: Bool
    private var message: Message?

    package init(limits: WebSocketLimits, allowsCompression: Bool) {
        self.limits = limits
        self.allowsCompression = allowsCompression
    }

    package mutating func received(_ frame: WebSocketFrame) -> Action {
        // A server must not accept unmasked frames (RFC 6455 §5.1); RSV2 and RSV3 belong to extensions nobody agreed
        // on.
        guard frame.maskKey != nil, !frame.rsv2, !frame.rsv3 else { return .fail(.protocolError) }
        switch frame.opcode {
        case .text, .binary: return self.begin(frame, isText: frame.opcode == .text)
        case .continuation: return self.continueMessage(frame)
        case .ping, .pong, .connectionClose: return Self.control(frame)
        default: return .fail(.protocolError)
        }
    }

    /// Checks a message that was inflated.
    package func inflated(_ payload: ByteBuffer, isText: Bool) -> Action {
        guard isText else { return .binary(payload) }
        var validator = UTF8Validator()
        let isValid = payload.withUnsafeReadableBytes { validator.feed($0) } && validator.isComplete
        return isValid ? .text(payload) : .fail(.invalidData)
    }

    // MARK: Data frames

    private mutating func begin(_ frame: WebSocketFrame, isText: Bool) -> Action {
        // RSV1 marks a compressed message, in its first frame only (RFC 7692 §6).
        guard self.message == nil, !frame.rsv1 || self.allowsCompression else { return .fail(.protocolError) }
        let message = Message(isText: isText, isCompressed: frame.rsv1, payload: frame.unmaskedData)
        return self.extend(message, by: message.payload, isLast: frame.fin)
    }

    private mutating func continueMessage(_ frame: WebSocketFrame) -> Action {
        guard var message = self.message, !frame.rsv1 else { return .fail(.protocolError) }
        self.message = nil  // no second reference while appending
        message.fragments += 1
        guard message.fragments <= self.limits.maxFragments else { return .fail(.tooBig) }
        let chunk = frame.unmaskedData
        guard message.payload.readableBytes + chunk.readableBytes <= self.maxPayloadBytes(message) else {
            return .fail(.tooBig)
        }
        message.payload.writeImmutableBuffer(chunk)
        return self.extend(message, by: chunk, isLast: frame.fin)
    }

    private mutating func extend(_ message: Message, by chunk: ByteBuffer, isLast: Bool) -> Action {
        var message = message
        guard message.payload.readableBytes <= self.maxPayloadBytes(message) else { return .fail(.tooBig) }
        if message.isText, !message.isCompressed {
            guard chunk.withUnsafeReadableBytes({ message.validator.feed($0) }) else { return .fail(.invalidData) }
        }
        guard isLast else {
            self.message = message
            return .wait
        }
        if message.isCompressed { return .inflate(message.payload, isText: message.isText) }
        guard message.isText else { return .binary(message.payload) }
        return message.validator.isComplete ? .text(message.payload) : .fail(.invalidData)
    }

    /// Deflate makes incompressible data larger: by 5 bytes for each 16 KiB at worst, and a few more.
    private func maxPayloadBytes(_ message: Message) -> Int {
        let limit = self.limits.maxMessageBytes
        return message.isCompressed ? limit + limit / 1024 + 64 : limit
    }

    // MARK: Control frames

    /// The frame decoder has already refused fragmented ones and those over 125 bytes (RFC 6455 §5.5).
    private static func control(_ frame: WebSocketFrame) -> Action {
        guard !frame.rsv1, frame.fin, frame.length <= 125 else { return .fail(.protocolError) }
        switch frame.opcode {
        case .ping: return .pong(frame.unmaskedData)
        case .pong: return .wait
        default: return Self.close(frame.unmaskedData)
        }
    }

    /// A close frame is empty, or a code and UTF-8 text (RFC 6455 §5.5.1); its code is echoed.
    private static func close(_ payload: ByteBuffer) -> Action {
        guard payload.readableBytes > 0 else { return .close(payload) }
        var text = payload
        guard let code = text.readInteger(as: UInt16.self), CloseReason.isValid(code) else {
            return .fail(.protocolError)
        }
        var validator = UTF8Validator()
        guard text.withUnsafeReadableBytes({ validator.feed($0) }), validator.isComplete else {
            return .fail(.invalidData)
        }
        var echo = ByteBuffer()
        echo.writeInteger(code)
        return .close(echo)
    }
}
