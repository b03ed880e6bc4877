internal import NIOCore
internal import TailraceDeflate
internal import TailraceHub

/// A WebSocket connection on `/ws` as a reader of the hub.
final class WebSocketReader: WebSocketEndpoint, ReaderTransport {
    let eventLoop: any EventLoop
    private(set) var form: WireForm = .webSocket(.none)
    private let hub: Hub
    private let marks: any MarkDesk
    private let limits: WebSocketLimits
    private let firstOpen: Result<OpenRequest, ReaderProblem>?
    private let user: String?
    private var connection: WebSocketConnection?
    private var conversation: Conversation?

    init(
        hub: Hub, marks: any MarkDesk, eventLoop: any EventLoop, limits: WebSocketLimits,
        firstOpen: Result<OpenRequest, ReaderProblem>?, user: String?
    ) {
        self.user = user
        self.hub = hub
        self.marks = marks
        self.eventLoop = eventLoop
        self.limits = limits
        self.firstOpen = firstOpen
    }

    // MARK: From the connection

    func opened(_ connection: WebSocketConnection) {
        self.connection = connection
        self.form = .webSocket(Self.compression(connection.agreement))
        let conversation = Conversation(
            hub: self.hub, marks: self.marks, transport: self, peer: connection.channel.remoteAddress?.ipAddress,
            user: self.user)
        self.conversation = conversation
        conversation.begin(self.firstOpen, maxMessageBytes: self.limits.maxMessageBytes)
    }

    func received(text: ByteBuffer) { self.conversation?.received(text: text) }

    func received(binary: ByteBuffer) {
        self.conversation?.refuse(ReaderProblem(.request, "messages are JSON in text frames; this one was binary"))
    }

    func writabilityChanged(isWritable: Bool) { self.conversation?.writabilityChanged() }

    func closed() {
        self.conversation?.closed()
        self.conversation = nil
        self.connection = nil
    }

    // MARK: To the connection

    var isWritable: Bool { self.connection?.isWritable ?? false }

    func write(_ bytes: ByteBuffer) {
        self.connection?.sendNow(preframed: bytes)
    }

    func end() { self.connection?.close(.serviceRestart) }

    private static func compression(_ agreement: DeflateAgreement?) -> WireCompression {
        guard let agreement else { return .none }
        guard agreement.serverMaxWindowBits == 15, !agreement.serverNoContextTakeover else {
            return .independent(windowBits: agreement.serverMaxWindowBits)
        }
        return .shared
    }
}
