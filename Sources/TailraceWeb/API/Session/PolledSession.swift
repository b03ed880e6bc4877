internal import NIOCore
internal import TailraceAccess
internal import TailraceHub

/// A session whose answers come when the viewer polls, for proxies that hold streams back.
final class PolledSession: HTTPSession, ReaderTransport {
    let id = HTTPSessions.makeID()
    let eventLoop: any EventLoop
    let form = WireForm.messages
    private(set) var conversation: Conversation?
    private let sessions: HTTPSessions
    private var mailbox = Mailbox(now: .now())
    private var waiting: EventLoopPromise<Result<ByteBuffer, SessionProblem>>?
    private var timer: Scheduled<Void>?
    /// When the timer fires, so that a write that changes nothing costs no new one.
    private var timerDue: NIODeadline?

    init(eventLoop: any EventLoop, sessions: HTTPSessions) {
        self.eventLoop = eventLoop
        self.sessions = sessions
    }

    /// The first answer: whatever can be said at once.
    func begin(
        _ request: HTTPRequest, hub: Hub, marks: any MarkDesk
    ) -> EventLoopFuture<Result<ByteBuffer, SessionProblem>> {
        self.mailbox.put(SessionEvent.opened(self.id))
        let conversation = Conversation(
            hub: hub, marks: marks, transport: self, peer: request.peer?.ipAddress, user: request.principal?.name)
        self.conversation = conversation
        conversation.begin(
            Conversation.opening(request.query), maxMessageBytes: WebSocketLimits.control.maxMessageBytes)
        return self.poll(self.mailbox.number)
    }

    func poll(_ number: UInt64) -> EventLoopFuture<Result<ByteBuffer, SessionProblem>> {
        switch self.mailbox.attach(number, now: .now()) {
        case .waits: break
        case .replaces: self.answer(.failure(.replaced))
        case .outOfTurn:
            self.close()
            return self.eventLoop.makeSucceededFuture(.failure(.outOfTurn(number)))
        }
        let promise = self.eventLoop.makePromise(of: Result<ByteBuffer, SessionProblem>.self)
        self.waiting = promise
        self.plan()
        return promise.futureResult
    }

    func close() {
        self.sessions.remove(self.id)
        self.timer?.cancel()
        self.timer = nil
        self.answer(.failure(.unknown))
        self.conversation?.closed()
        self.conversation = nil
    }

    // MARK: From the hub

    var isWritable: Bool { self.conversation != nil && self.mailbox.hasRoom }
    var waitingBytes: Int { self.mailbox.waitingBytes }

    func write(_ bytes: ByteBuffer) {
        guard self.conversation != nil else { return }
        self.mailbox.put(bytes)
        self.plan()
    }

    func end() {
        guard self.conversation != nil else { return }
        self.mailbox.finish(SessionEvent.closed(.serviceRestart))
        self.plan()
    }

    // MARK: Time

    private func plan() {
        let due = self.mailbox.due
        guard due != self.timerDue || self.timer == nil else { return }
        self.timer?.cancel()
        self.timerDue = due
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        // At the next turn at the earliest, so that what is written together leaves together.
        self.timer = self.eventLoop.scheduleTask(deadline: due) { bound.value.isDue() }
    }

    private func isDue() {
        self.timer = nil
        let hadRoom = self.mailbox.hasRoom
        switch self.mailbox.step(now: .now()) {
        case .wait: self.plan()
        case .end: self.close()
        case .answer(let text):
            self.answer(.success(text))
            if self.mailbox.isDone { return self.close() }
            self.plan()
            if !hadRoom { self.conversation?.writabilityChanged() }
        }
    }

    private func answer(_ result: Result<ByteBuffer, SessionProblem>) {
        let promise = self.waiting
        self.waiting = nil
        promise?.succeed(result)
    }
}
