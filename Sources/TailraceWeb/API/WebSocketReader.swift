internal import NIOCore
internal import TailraceDeflate
internal import TailraceHub

/// A WebSocket connection on `/ws` as a reader of the hub.
final class WebSocketReader: WebSocketEndpoint, ReaderTransport {
    let eventLoop: any EventLoop
    private(set) var form: WireForm = .webSocket(.none)
    private let hub: Hub
    private let limits: WebSocketLimits
    /// The lens named in the URL: a client that only listens never sends `open`.
    private let firstOpen: Result<OpenRequest, ReaderProblem>?
    private var connection: WebSocketConnection?
    private var session: ReaderSession?

    init(hub: Hub, eventLoop: any EventLoop, limits: WebSocketLimits, firstOpen: Result<OpenRequest, ReaderProblem>?) {
        self.hub = hub
        self.eventLoop = eventLoop
        self.limits = limits
        self.firstOpen = firstOpen
    }

    // MARK: From the connection

    func opened(_ connection: WebSocketConnection) {
        self.connection = connection
        self.form = .webSocket(Self.compression(connection.agreement))
        let session = ReaderSession(hub: self.hub, transport: self)
        self.session = session
        session.greet(maxMessageBytes: self.limits.maxMessageBytes)
        switch self.firstOpen {
        case .success(let request)?: session.open(request)
        case .failure(let problem)?: session.refuse(problem)
        case nil: break
        }
    }

    func received(text: ByteBuffer) {
        do throws(ReaderProblem) {
            switch try ClientMessage(parsing: text) {
            case .open(let request): self.session?.open(request)
            case .hold: self.session?.hold()
            case .release(let play): self.session?.release(play: play)
            case .rate(let eventsPerSecond): self.session?.setRate(eventsPerSecond)
            case .fetch(let from, let through): self.session?.fetch(from: from, through: through)
            }
        } catch {
            self.session?.refuse(error)
        }
    }

    func received(binary: ByteBuffer) {
        self.session?.refuse(ReaderProblem(.request, "messages are JSON in text frames; this one was binary"))
    }

    // A write can bring about both of these; the session hears of them when it has done what it is doing.

    func writabilityChanged(isWritable: Bool) {
        self.later { $0.writabilityChanged() }
    }

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
