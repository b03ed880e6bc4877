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

    init(hub: Hub, eventLoop: any EventLoop, form: WireForm, request: OpenRequest) {
        self.hub = hub
        self.eventLoop = eventLoop
        self.form = form
        self.request = request
    }

    func opened(_ connection: StreamConnection) {
        self.connection = connection
        let session = ReaderSession(hub: self.hub, transport: self)
        self.session = session
        session.open(self.request)
    }

    func writabilityChanged(isWritable: Bool) { self.session?.writabilityChanged() }

    func shutdownRequested() { self.connection?.end() }

    func closed() {
        self.session?.closed()
        self.session = nil
        self.connection = nil
    }

    var isWritable: Bool { self.connection?.isWritable ?? false }

    func write(_ bytes: ByteBuffer) {
        self.connection?.write(bytes)
        self.connection?.flush()
    }

    func end() { self.connection?.end() }
}
