internal import NIOCore
internal import TailraceDeflate
internal import TailraceHub

/// A streamed response (`/api/v1/stream`) as a reader of the hub.
final class StreamReader: StreamBody, ReaderTransport {
    let eventLoop: any EventLoop
    let form: WireForm
    private let hub: Hub
    private let request: OpenRequest
    private var connection: StreamConnection?
    private var session: ReaderSession?
    /// Set if the client asked for `Content-Encoding: gzip`.
    private var gzip: GzipEncoder?

    init(hub: Hub, eventLoop: any EventLoop, form: WireForm, request: OpenRequest, isCompressed: Bool) {
        self.hub = hub
        self.eventLoop = eventLoop
        self.form = form
        self.request = request
        self.gzip = isCompressed ? GzipEncoder(level: 1) : nil
    }

    func opened(_ connection: StreamConnection) {
        self.connection = connection
        let session = ReaderSession(hub: self.hub, transport: self)
        self.session = session
        session.open(self.request)
    }

    // A write can bring about both of these; the session hears of them when it has done what it is doing.

    func writabilityChanged(isWritable: Bool) {
        self.later { $0.writabilityChanged() }
    }

    func shutdownRequested() { self.end() }

    func closed() {
        self.later { $0.closed() }
        self.session = nil
        self.connection = nil
    }

    private func later(_ body: @escaping @Sendable (ReaderSession) -> Void) {
        guard let session = self.session else { return }
        let bound = NIOLoopBound(session, eventLoop: self.eventLoop)
        self.eventLoop.execute { body(bound.value) }
    }

    var isWritable: Bool { self.connection?.isWritable ?? false }

    func write(_ bytes: ByteBuffer) {
        self.connection?.write(self.encoded(bytes))
        self.connection?.flush()
    }

    func end() {
        if self.gzip != nil {
            let nothing: [UInt8] = []
            var tail: [UInt8] = []
            self.gzip?.finish(nothing.span, into: &tail)
            self.gzip = nil
            self.connection?.write(ByteBuffer(bytes: tail))
        }
        self.connection?.end()
    }

    private func encoded(_ bytes: ByteBuffer) -> ByteBuffer {
        guard self.gzip != nil else { return bytes }
        var compressed: [UInt8] = []
        let plain = Array(bytes.readableBytesView)
        self.gzip?.append(plain.span, into: &compressed)
        return ByteBuffer(bytes: compressed)
    }
}
