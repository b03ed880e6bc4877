import NIOCore
import TailraceHub
import Testing

/// A reader's connection without a network: keeps what was written, as the client understood it. Used on its loop only.
final class FakeTransport: ReaderTransport {
    let eventLoop: any EventLoop
    let form: WireForm
    var isWritable = true
    /// The transport is full after every so many writes, until the loop's next turn.
    var writesPerTurn = Int.max
    /// Called after a write, before the session goes on.
    var onWrite: (() -> Void)?
    var session: ReaderSession?

    private(set) var messages: [Message] = []
    private(set) var hasEnded = false
    private var decoder: ClientDecoder
    private var writes = 0
    private var waiting: [(until: (FakeTransport) -> Bool, promise: EventLoopPromise<Void>)] = []

    init(eventLoop: any EventLoop, form: WireForm) {
        self.eventLoop = eventLoop
        self.form = form
        self.decoder = ClientDecoder(form: form)
    }

    func write(_ bytes: ByteBuffer) {
        do {
            self.messages += try self.decoder.messages(in: bytes)
        } catch {
            Issue.record("\(self.form) can't be read after \(self.messages.count) messages: \(error)")
        }
        self.writes += 1
        if self.writes % self.writesPerTurn == 0 { self.stallForATurn() }
        self.onWrite?()
        self.changed()
    }

    func end() {
        self.hasEnded = true
        self.changed()
    }

    func setWritable(_ isWritable: Bool) {
        self.isWritable = isWritable
        self.session?.writabilityChanged()
    }

    private func stallForATurn() {
        self.isWritable = false
        self.onNextTurn { $0.setWritable(true) }
    }

    /// Runs on the loop after what is already waiting there.
    func onNextTurn(_ body: @escaping @Sendable (FakeTransport) -> Void) {
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.eventLoop.execute { body(bound.value) }
    }

    /// Done when `condition` holds; fails when it does not come true while a person would wait.
    func wait(_ what: String, until condition: @escaping (FakeTransport) -> Bool) -> EventLoopFuture<Void> {
        let promise = self.eventLoop.makePromise(of: Void.self)
        guard !condition(self) else {
            promise.succeed()
            return promise.futureResult
        }
        let deadline = self.eventLoop.scheduleTask(in: .seconds(60)) { promise.fail(Overdue(what: what)) }
        promise.futureResult.whenComplete { _ in deadline.cancel() }
        self.waiting.append((condition, promise))
        return promise.futureResult
    }

    private func changed() {
        let waiting = self.waiting
        self.waiting = []
        for entry in waiting {
            if entry.until(self) { entry.promise.succeed() } else { self.waiting.append(entry) }
        }
    }

    struct Overdue: Error { var what: String }
}

extension FakeTransport {
    var events: [Message.Events] { self.messages.compactMap { if case .events(let it) = $0 { it } else { nil } } }
    var gaps: [Message.Gap] { self.messages.compactMap { if case .gap(let it) = $0 { it } else { nil } } }
    var opened: [Message.Opened] { self.messages.compactMap { if case .opened(let it) = $0 { it } else { nil } } }
    var problems: [Message.Problem] { self.messages.compactMap { if case .error(let it) = $0 { it } else { nil } } }
    var fetched: [Message.Fetched] { self.messages.compactMap { if case .fetched(let it) = $0 { it } else { nil } } }

    /// Events of the live stream in the order they came, fetched ones left out.
    var streamed: [Message.Event] {
        self.messages.flatMap { message -> [Message.Event] in
            switch message {
            case .events(let events): events.fetched == true ? [] : events.events
            case .event(let event): [event]
            default: []
            }
        }
    }

    var seqs: [UInt64] { self.streamed.map(\.seq) }
    var lost: UInt64 { self.gaps.reduce(0) { $0 + $1.count } }

    func notices(_ type: String) -> [Message.Notice] {
        self.messages.compactMap { if case .notice(type, let notice) = $0 { notice } else { nil } }
    }

    var isLive: Bool { !self.notices("live").isEmpty }
}
