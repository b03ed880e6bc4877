internal import NIOCore
internal import TailraceAccess
internal import TailraceHub

/// A session whose answers come in one stream of server-sent events; it lives as long as the stream.
final class StreamedSession: HTTPSession, StreamBody, ReaderTransport {
    let id = HTTPSessions.makeID()
    let eventLoop: any EventLoop
    let form = WireForm.messages
    private(set) var conversation: Conversation?
    private let hub: Hub
    private let marks: any MarkDesk
    private let sessions: HTTPSessions
    private let firstOpen: Result<OpenRequest, ReaderProblem>?
    private let peer: String?
    private let user: String?
    private var connection: StreamConnection?
    private var encoding: StreamEncoding

    init(_ request: HTTPRequest, hub: Hub, marks: any MarkDesk, sessions: HTTPSessions, isCompressed: Bool) {
        self.eventLoop = request.eventLoop
        self.hub = hub
        self.marks = marks
        self.sessions = sessions
        self.firstOpen = Conversation.opening(request.query)
        self.peer = request.peer?.ipAddress
        self.user = request.principal?.name
        self.encoding = StreamEncoding(isCompressed: isCompressed)
    }

    // MARK: From the connection

    func opened(_ connection: StreamConnection) {
        self.connection = connection
        self.write(SessionEvent.opened(self.id))
        let conversation = Conversation(
            hub: self.hub, marks: self.marks, transport: self, peer: self.peer, user: self.user)
        self.conversation = conversation
        conversation.begin(self.firstOpen, maxMessageBytes: WebSocketLimits.control.maxMessageBytes)
    }

    func writabilityChanged(isWritable: Bool) { self.conversation?.writabilityChanged() }

    func shutdownRequested() { self.end() }

    func closed() {
        self.sessions.remove(self.id)
        self.conversation?.closed()
        self.conversation = nil
        self.connection = nil
    }

    // MARK: To the viewer

    var isWritable: Bool { self.connection?.isWritable ?? false }
    var waitingBytes: Int { self.connection?.pendingBytes ?? 0 }

    func write(_ bytes: ByteBuffer) {
        let encoded = self.encoding.encoded(bytes)
        self.connection?.write(encoded)
        self.connection?.flush()
    }

    func end() {
        guard self.connection != nil else { return }
        self.write(SessionEvent.closed(.serviceRestart))
        self.close()
    }

    func poll(_ number: UInt64) -> EventLoopFuture<Result<ByteBuffer, SessionProblem>> {
        self.eventLoop.makeSucceededFuture(.failure(.streams))
    }

    func close() {
        let tail = self.encoding.tail()
        self.connection?.write(tail)
        self.connection?.end()
    }
}
