internal import NIOCore
internal import TailraceHub

/// What a viewer says to its reader, whatever carries it. Used on the transport's event loop only.
final class Conversation {
    private let marks: any MarkDesk
    private let peer: String?
    private let user: String?
    private let eventLoop: any EventLoop
    /// Nil once the connection is gone.
    private var session: ReaderSession?

    /// A person writes no faster; the rest is a script that should use one connection for one incident.
    private var markBudget = RequestBudget(burst: 10, perSecond: 1)

    init(hub: Hub, marks: any MarkDesk, transport: any ReaderTransport, peer: String?, user: String?) {
        self.user = user
        self.marks = marks
        self.peer = peer
        self.eventLoop = transport.eventLoop
        self.session = ReaderSession(hub: hub, transport: transport)
    }

    /// The lens that a URL names: a client that only listens never sends `open`. Nil where it names none.
    static func opening(_ query: QueryParameters) -> Result<OpenRequest, ReaderProblem>? {
        guard OpenParameters.isOpening(query) else { return nil }
        return Result { () throws(ReaderProblem) in try OpenParameters(query).request() }
    }

    func begin(_ firstOpen: Result<OpenRequest, ReaderProblem>?, maxMessageBytes: Int) {
        self.session?.greet(maxMessageBytes: maxMessageBytes, user: self.user)
        switch firstOpen {
        case .success(let request)?: self.session?.open(request)
        case .failure(let problem)?: self.session?.refuse(problem)
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

    func refuse(_ problem: ReaderProblem) { self.session?.refuse(problem) }

    private func mark(_ seq: UInt64, of epoch: String?, _ text: String) {
        guard let session = self.session else { return }
        guard self.markBudget.take() else {
            self.marks.countRefusal()
            return session.refuse(Self.refusal(.tooMany))
        }
        let draft = MarkDraft(
            seq: seq, epoch: epoch, text: text, user: self.user, peer: self.peer, stream: session.stream)
        let conversation = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.marks.post(draft, on: self.eventLoop).whenComplete { result in
            guard let session = conversation.value.session else { return }
            switch result {
            case .success(let position): session.marked(position, of: seq)
            case .failure(let error):
                session.refuse(Self.refusal(error as? MarkProblem ?? .unreadable(String(describing: error))))
            }
        }
    }

    private static func refusal(_ problem: MarkProblem) -> ReaderProblem { ReaderProblem(.mark, problem.message) }

    // A write can bring about both of these; the session hears of them when it has done what it is doing.

    func writabilityChanged() {
        self.later { $0.writabilityChanged() }
    }

    func closed() {
        self.later { $0.closed() }
        self.session = nil
    }

    private func later(_ body: @escaping @Sendable (ReaderSession) -> Void) {
        guard let session = self.session else { return }
        let bound = NIOLoopBound(session, eventLoop: self.eventLoop)
        self.eventLoop.execute { body(bound.value) }
    }
}
