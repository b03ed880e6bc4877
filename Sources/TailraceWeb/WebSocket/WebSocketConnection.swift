internal import Glibc
package import NIOCore
internal import NIOSSL
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
    var context: ChannelHandlerContext? {
        didSet { self.descriptor = self.context == nil ? -1 : Self.socket(of: self.channel) }
    }
    /// Negative when frames must take the channel's way. Only good while the channel is active.
    private var descriptor: Int32 = -1
    private var progress = WriteProgress()
    /// Something may wait in the channel, at first the answer to the upgrade; until it is written, nothing may go past
    /// it.
    private var isQueued = true
    /// What the channel last said of itself: asking it for every frame is dear when there are a thousand.
    var channelTakesMore: Bool

    init(channel: any Channel, agreement: DeflateAgreement?, subprotocol: String?) {
        self.channel = channel
        self.agreement = agreement
        self.subprotocol = subprotocol
        self.channelTakesMore = channel.isWritable
    }

    package var eventLoop: any EventLoop { self.channel.eventLoop }

    package var isOpen: Bool {
        switch self.phase {
        case .open: true
        case .closing, .ended: false
        }
    }

    package var isWritable: Bool { self.isOpen && self.channelTakesMore }

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

    /// Sends one complete frame at once: straight to the socket while nothing waits in the channel, which is the rule
    /// at the live edge and saves the half of a frame's cost that is the channel's bookkeeping. What the socket does
    /// not take goes the channel's way.
    package func sendNow(preframed frame: ByteBuffer) {
        guard self.isOpen, self.channel.isActive, self.context != nil else { return }
        if self.isQueued { self.isQueued = self.pendingBytes > 0 }
        var rest = frame
        if !self.isQueued, self.descriptor >= 0 {
            let sent = frame.withUnsafeReadableBytes { bytes in
                Glibc.send(self.descriptor, bytes.baseAddress, bytes.count, Self.sendFlags)
            }
            if sent > 0 {
                self.progress.handed &+= sent
                if sent == frame.readableBytes { return }
                rest.moveReaderIndex(forwardBy: sent)
            }
            // Whatever the error is, the channel meets it again and ends the connection its way.
        }
        self.write(rest)
        self.flush()
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

    private static func socket(of channel: any Channel) -> Int32 {
        let pipeline = channel.pipeline.syncOperations
        // What goes past the handlers would go past TLS.
        guard (try? pipeline.context(handlerType: NIOSSLServerHandler.self)) == nil else { return -1 }
        let found = try? pipeline.withUnsafeTransportIfAvailable(of: Int32.self) { $0 }
        return (found ?? nil) ?? -1
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
        self.isQueued = true
        context.write(NIOAny(buffer), promise: promise)
    }

    private static let sendFlags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
    /// The peer has this long to answer a close frame.
    private static let closeTime = TimeAmount.seconds(3)
    /// Up to here copying beside the header is cheaper than a second entry in the channel's list of writes.
    private static let maxCopiedBytes = 4096
}

@available(*, unavailable)
extension WebSocketConnection: Sendable {}
