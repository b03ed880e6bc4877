internal import NIOCore
internal import TailraceHub

/// A streamed response (`/api/v1/stream`) as a reader of the hub.
final class StreamReader: StreamBody, ReaderTransport {
    let eventLoop: any EventLoop
    let form: WireForm
    private let hub: Hub
    private let request: OpenRequest
    private var connection: StreamConnection?
    private var session: ReaderSession?
    private var encoding: StreamEncoding

    init(hub: Hub, eventLoop: any EventLoop, form: WireForm, request: OpenRequest, isCompressed: Bool) {
        self.hub = hub
        self.eventLoop = eventLoop
        self.form = form
        self.request = request
        self.encoding = StreamEncoding(isCompressed: isCompressed)
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
        let encoded = self.encoding.encoded(bytes)
        self.connection?.write(encoded)
        self.connection?.flush()
    }

    func end() {
        let tail = self.encoding.tail()
        self.connection?.write(tail)
        self.connection?.end()
    }
}
