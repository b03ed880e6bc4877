internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import TailraceEvent
internal import TailraceHub
internal import TailraceLog
internal import TailraceWeb

/// Puts notes into the log, through the same queue as all events, and reads them back.
final class LogMarkDesk: MarkDesk {
    /// A paragraph or two; what is longer belongs into a document that the note links to.
    static let maxTextBytes = 4096
    /// All clients together: a room full of people writes far less, and a script in a loop far more.
    private static let burst = 100
    private static let perSecond = 20.0

    struct Counts: Sendable {
        var taken = 0
        var refused = 0
    }

    private let log: EventLog
    private let queue: IntakeQueue
    private let streams: StreamTable
    private let workers: NIOThreadPool
    private let host: String
    /// What is said here stands in no stream that other hubs read.
    private let isHub: Bool
    private let index: MarkIndex
    private let budget = Mutex(RequestBudget(burst: LogMarkDesk.burst, perSecond: LogMarkDesk.perSecond))
    private let counted = Mutex(Counts())

    init(hub: Hub, queue: IntakeQueue, host: String, isHub: Bool = false) throws(LogError) {
        self.log = hub.log
        self.queue = queue
        self.streams = hub.streams
        self.workers = hub.workers
        self.host = host
        self.isHub = isHub
        self.index = try MarkIndex(log: hub.log)
    }

    var counts: Counts { self.counted.withLock { $0 } }

    // MARK: Posting

    func post(_ draft: MarkDraft, on eventLoop: any EventLoop) -> EventLoopFuture<Position> {
        if self.isHub { return self.refusal(.onHub, on: eventLoop) }
        guard self.budget.withLock({ $0.take() }) else { return self.refusal(.tooMany, on: eventLoop) }
        if let problem = Self.problem(with: draft.text) { return self.refusal(problem, on: eventLoop) }
        // The event may have to be read from disk.
        return self.workers.runIfActive(eventLoop: eventLoop) { try self.streamsOfEvent(draft) }
            .flatMap { streams in self.submit(draft, streams: streams, on: eventLoop) }
            .always { result in
                self.counted.withLock { counts in
                    if case .success = result { counts.taken += 1 } else { counts.refused += 1 }
                }
            }
    }

    private func refusal(_ problem: MarkProblem, on eventLoop: any EventLoop) -> EventLoopFuture<Position> {
        self.countRefusal()
        return eventLoop.makeFailedFuture(problem)
    }

    func countRefusal() { self.counted.withLock { $0.refused += 1 } }

    static func problem(with text: String) -> MarkProblem? {
        if text.allSatisfy(\.isWhitespace) { return .empty }
        let bytes = text.utf8.count
        return bytes > Self.maxTextBytes ? .tooLong(bytes: bytes, limit: Self.maxTextBytes) : nil
    }

    private func streamsOfEvent(_ draft: MarkDraft) throws(MarkProblem) -> UInt64 {
        let missing = MarkProblem.noEvent(draft.seq, oldest: self.log.oldest, head: self.log.head)
        guard let slice = try self.slice(draft.seq, of: draft.epoch),
            let entry = self.streams.entries[draft.stream]
        else {
            throw missing
        }
        let streams = slice.block.batch.records[slice.range.lowerBound].streams
        guard entry.number.map({ streams & 1 << UInt64($0) != 0 }) ?? true else { throw missing }
        return streams
    }

    private func slice(_ seq: UInt64, of epoch: String? = nil) throws(MarkProblem) -> LogSlice? {
        let position = epoch.map { Position(epoch: $0, seq: seq) }
        if let position { try self.check(position) }
        do {
            return if let position { try self.log.event(at: position) } else { try self.log.event(seq) }
        } catch { throw .unreadable(error.description) }
    }

    /// The number of a position says nothing about a log that it is not of.
    private func check(_ position: Position) throws(MarkProblem) {
        let missing = try? self.log.resume(from: position).missing
        if missing?.reason == .unknownEpoch { throw .otherLog(position, epoch: self.log.epoch) }
    }

    private func submit(_ draft: MarkDraft, streams: UInt64, on eventLoop: any EventLoop) -> EventLoopFuture<Position> {
        let mark = Mark(
            subject: self.log.position(of: draft.seq), text: draft.text, user: draft.user, peer: draft.peer)
        var batch = EventBatch()
        batch.append(mark, host: self.host, at: .now(), streams: streams)
        let receipt = MarkReceipt(eventLoop.makePromise(of: Position.self))
        let own = OwnEvents(
            checkpoints: { [index = self.index] in [index.add($0)] },
            committed: { [log = self.log] in receipt.committed(log.position(of: $0)) })
        switch self.queue.offer(batch, own: own) {
        case .accepted: break
        case .full: receipt.failed(.logBehind)
        case .closed: receipt.failed(.stopping)
        }
        return receipt.future
    }

    // MARK: Listing

    func list(after position: Position?, limit: Int, on eventLoop: any EventLoop) -> EventLoopFuture<[UInt8]> {
        self.workers.runIfActive(eventLoop: eventLoop) {
            if let position { try self.check(position) }
            return try self.listJSON(after: position?.seq ?? 0, limit: limit)
        }
    }

    private func listJSON(after seq: UInt64, limit: Int) throws(MarkProblem) -> [UInt8] {
        let (oldest, head) = (self.log.oldest, self.log.head)
        let found = oldest <= head ? self.index.numbers(after: seq, in: oldest...head, limit: limit + 1) : []
        var encoder = EventEncoder()
        var events: [UInt8] = [UInt8(ascii: "[")]
        for number in found.prefix(limit) {
            // Retention may take it while we look.
            guard let slice = try self.slice(number) else { continue }
            if events.count > 1 { events.append(UInt8(ascii: ",")) }
            encoder.append(slice.block.batch, at: slice.range.lowerBound, seq: number, to: &events)
        }
        events.append(UInt8(ascii: "]"))
        var object = JSONObject()
        object.member("epoch", self.log.epoch)
        object.member("marks", json: events)
        if found.count > limit {
            object.member("next", self.log.position(of: found[limit - 1]).description)
        } else {
            object.null("next")
        }
        return object.finish()
    }
}

/// Answers for a note exactly once, also when the relay ends before the note is in the log.
private final class MarkReceipt: Sendable {
    let future: EventLoopFuture<Position>
    private let promise: Mutex<EventLoopPromise<Position>?>

    init(_ promise: EventLoopPromise<Position>) {
        self.future = promise.futureResult
        self.promise = Mutex(promise)
    }

    deinit { self.failed(.stopping) }

    func committed(_ position: Position) { self.take()?.succeed(position) }
    func failed(_ problem: MarkProblem) { self.take()?.fail(problem) }

    private func take() -> EventLoopPromise<Position>? {
        self.promise.withLock { promise in
            defer { promise = nil }
            return promise
        }
    }
}
