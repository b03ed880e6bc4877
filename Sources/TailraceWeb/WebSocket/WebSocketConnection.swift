package import NIOCore
package import TailraceDeflate

/// The sending end of a WebSocket; used on its event loop only.
package final class WebSocketConnection {
    enum Phase {
        case open
        /// We sent a close frame and wait for the peer's.
        case closing(until: NIODeadline)
        /// Nothing more is read as frames; the socket goes down.
        case ended
    }

    package let channel: any Channel
    /// Nil: all messages go uncompressed.
    package let agreement: DeflateAgreement?
    /// `tailrace.v1` where the client named it.
    package let subprotocol: String?
    private(set) var phase = Phase.open
    /// The handler's own place in the pipeline, so that a write passes no other handler; nil once it has left.
    var context: ChannelHandlerContext?
    private var progress = WriteProgress()

    init(channel: any Channel, agreement: DeflateAgreement?, subprotocol: String?) {
        self.channel = channel
        self.agreement = agreement
        self.subprotocol = subprotocol
    }

    package var eventLoop: any EventLoop { self.channel.eventLoop }

    package var isOpen: Bool {
        switch self.phase {
        case .open: true
        case .closing, .ended: false
        }
    }

    package var isWritable: Bool { self.isOpen && self.channel.isWritable }

    /// Bytes handed to the channel that the kernel has not taken yet. Dearer than `isWritable`, so not for every frame.
    package var pendingBytes: Int { self.channel.pendingWriteBytes }

    /// Queues an uncompressed text message; the text must be valid UTF-8. `flush()` sends what is queued.
    package func send(text: ByteBuffer) { self.send(.text, text) }

    package func send(binary: ByteBuffer) { self.send(.binary, binary) }

    /// Queues one complete frame, header included, as it is: the form that many connections share.
    package func send(preframed frame: ByteBuffer) {
        guard self.isOpen else { return }
        self.write(frame)
    }

    package func flush() { self.context?.flush() }

    /// Closes in order: sends the close frame behind what is queued and waits a moment for the peer's.
    package func close(_ reason: CloseReason) {
        guard self.isOpen else { return }
        self.phase = .closing(until: .now() + Self.closeTime)
        self.writeFrame(.close, Self.payload(of: reason))
        self.flush()
    }

    func ping() {
        self.writeFrame(.ping, ByteBuffer())
        self.flush()
    }

    func pong(_ payload: ByteBuffer) { self.writeFrame(.pong, payload) }

    /// Answers the peer's close, or ends after a fault; returns when the frame is out or can't be sent.
    func end(with payload: ByteBuffer?) -> EventLoopFuture<Void> {
        let wasOpen = self.isOpen
        self.phase = .ended
        let written = self.channel.eventLoop.makePromise(of: Void.self)
        if wasOpen, let payload {
            self.writeFrame(.close, payload, promise: written)
            self.flush()
        } else {
            written.succeed()
        }
        return written.futureResult
    }

    /// How long the reader has taken nothing of a full buffer.
    func stalledTime(now: NIODeadline) -> TimeAmount {
        self.channel.isWritable ? .zero : self.progress.stalledTime(pending: self.pendingBytes, now: now)
    }

    static func payload(of reason: CloseReason) -> ByteBuffer {
        var payload = ByteBuffer()
        payload.writeInteger(reason.code)
        payload.writeStaticString(reason.text)
        return payload
    }

    private func send(_ opcode: FrameHeader.Opcode, _ payload: ByteBuffer) {
        guard self.isOpen else { return }
        self.writeFrame(opcode, payload)
    }

    private func writeFrame(
        _ opcode: FrameHeader.Opcode, _ payload: ByteBuffer, promise: EventLoopPromise<Void>? = nil
    ) {
        var header: [UInt8] = []
        FrameHeader.append(opcode, isCompressed: false, payloadBytes: payload.readableBytes, to: &header)
        guard payload.readableBytes > Self.maxCopiedBytes else {
            var frame = self.channel.allocator.buffer(capacity: header.count + payload.readableBytes)
            frame.writeBytes(header)
            frame.writeImmutableBuffer(payload)
            self.write(frame, promise: promise)
            return
        }
        self.write(ByteBuffer(bytes: header))
        self.write(payload, promise: promise)
    }

    private func write(_ buffer: ByteBuffer, promise: EventLoopPromise<Void>? = nil) {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        self.progress.handed &+= buffer.readableBytes
        context.write(NIOAny(buffer), promise: promise)
    }

    /// The peer has this long to answer a close frame.
    private static let closeTime = TimeAmount.seconds(3)
    /// Up to here copying beside the header is cheaper than a second entry in the channel's list of writes.
    private static let maxCopiedBytes = 4096
}

@available(*, unavailable)
extension WebSocketConnection: Sendable {}
