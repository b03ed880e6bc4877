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
    /// The lens named in the URL: a client that only listens never sends `open`.
    private let firstOpen: Result<OpenRequest, ReaderProblem>?
    private var connection: WebSocketConnection?
    private var session: ReaderSession?

    /// A person writes no faster; the rest is a script that should use one connection for one incident.
    private var markBudget = RequestBudget(burst: 10, perSecond: 1)

    init(
        hub: Hub, marks: any MarkDesk, eventLoop: any EventLoop, limits: WebSocketLimits,
        firstOpen: Result<OpenRequest, ReaderProblem>?
    ) {
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
            case .mark(let seq, let epoch, let text): self.mark(seq, of: epoch, text)
            case .panels(let isOn): self.session?.showPanels(isOn)
            case .watch(let panels): self.session?.watch(panels)
            }
        } catch {
            self.session?.refuse(error)
        }
    }

    private func mark(_ seq: UInt64, of epoch: String?, _ text: String) {
        guard let connection = self.connection, let session = self.session else { return }
        guard self.markBudget.take() else {
            self.marks.countRefusal()
            return session.refuse(Self.refusal(.tooMany))
        }
        let draft = MarkDraft(
            seq: seq, epoch: epoch, text: text, peer: connection.channel.remoteAddress?.ipAddress,
            stream: session.stream)
        let reader = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.marks.post(draft, on: self.eventLoop).whenComplete { result in
            guard let session = reader.value.session else { return }
            switch result {
            case .success(let position): session.marked(position, of: seq)
            case .failure(let error):
                session.refuse(Self.refusal(error as? MarkProblem ?? .unreadable(String(describing: error))))
            }
        }
    }

    private static func refusal(_ problem: MarkProblem) -> ReaderProblem { ReaderProblem(.mark, problem.message) }

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
