package import NIOCore
package import NIOPosix
internal import Synchronization
package import TailraceEvent
package import TailraceLog

/// Named readers whose position the relay keeps: it moves only by a commit, so what was delivered and not committed is
/// delivered again.
///
/// Where they stand is in memory for those who ask, and changes only after it was stored. Changes are stored by one
/// worker at a time: what comes meanwhile is stored together, with one sync of the disk.
package final class Consumers: Sendable {
    struct State {
        var records: [String: ConsumerRecord] = [:]
        var nextID = 1
        var waiting: [ConsumerWrite] = []
        var isWriting = false
    }

    private let currentLimits: Mutex<ConsumerLimits>
    package let statistics = ConsumerStatistics()
    let log: EventLog
    let workers: NIOThreadPool
    let state = Mutex(State())

    /// - Parameter stored: the consumers of the runs before.
    package init(_ stored: [StoredConsumer], log: EventLog, workers: NIOThreadPool, limits: ConsumerLimits) {
        self.log = log
        self.workers = workers
        self.currentLimits = Mutex(limits)
        self.state.withLock { state in
            for consumer in stored { Self.put(consumer, into: &state, log: log) }
        }
    }

    package var limits: ConsumerLimits {
        get { self.currentLimits.withLock { $0 } }
        set { self.currentLimits.withLock { $0 = newValue } }
    }

    /// The one way from a name in a request to a consumer, whatever route it took: what is no name ends here, and so
    /// will a consumer that belongs to somebody else, once readers have identities.
    package func admit(_ text: String) throws(ConsumerProblem) -> ConsumerName {
        guard let name = ConsumerName(text) else { throw .badName(text) }
        return name
    }

    // MARK: Looking

    package var count: Int { self.state.withLock { $0.records.count } }

    /// All of them by name.
    package func views() -> [ConsumerView] {
        let records = self.state.withLock { Array($0.records.values) }
        let now = Timestamp.now()
        return records.map { ConsumerView($0, log: self.log, now: now) }.sorted { $0.name < $1.name }
    }

    package func view(_ name: ConsumerName) throws(ConsumerProblem) -> ConsumerView {
        guard let record = self.state.withLock({ $0.records[name.text] }) else { throw .unknown(name) }
        return ConsumerView(record, log: self.log, now: .now())
    }

    /// Finds what is wrong with a name without making a consumer.
    package func check(_ text: String) throws(ConsumerProblem) {
        let name = try self.admit(text)
        let (isKnown, count) = self.state.withLock { ($0.records[name.text] != nil, $0.records.count) }
        guard isKnown || count < self.limits.maxCount else { throw .tooMany(limit: self.limits.maxCount) }
    }

    // MARK: Reading

    /// Looks up where the request's consumer stands; one that is not there yet begins where the request says, and is
    /// stored before the future succeeds.
    package func place(
        _ request: OpenRequest, streams: StreamTable, on eventLoop: any EventLoop
    ) -> EventLoopFuture<OpenRequest> {
        guard !request.isPlaced, let text = request.consumer else { return eventLoop.makeSucceededFuture(request) }
        let name: ConsumerName
        do throws(ConsumerProblem) { name = try self.admit(text) } catch {
            return eventLoop.makeFailedFuture(error)
        }
        var placed = request
        if let stored = self.use(name) {
            placed.place = ConsumerPlace(name: name, committed: stored.position, isNew: false)
            return eventLoop.makeSucceededFuture(placed)
        }
        let log = self.log
        return self.workers.runIfActive(eventLoop: eventLoop) {
            try OpenPlan.beginning(of: request, log: log, streams: streams)
        }.flatMap { self.change(name, .create($0), on: eventLoop) }.map { [placed] place in
            var placed = placed
            placed.place = place
            return placed
        }
    }

    private func use(_ name: ConsumerName) -> StoredConsumer? {
        self.state.withLock { state in
            state.records[name.text]?.seen = .now()
            return state.records[name.text]?.stored
        }
    }

    /// A reader is connected under the name from here to `disconnect`; nil if the consumer is gone.
    func connect(_ name: ConsumerName) -> ConsumerConnection? {
        self.state.withLock { state in
            guard let id = state.records[name.text]?.id else { return nil }
            state.records[name.text]?.connections += 1
            return ConsumerConnection(name: name, id: id)
        }
    }

    func disconnect(_ connection: ConsumerConnection) {
        self.state.withLock { state in
            guard state.records[connection.name.text]?.id == connection.id else { return }
            state.records[connection.name.text]?.connections -= 1
            state.records[connection.name.text]?.seen = .now()
        }
    }

    // MARK: Changing

    /// Moves the consumer; succeeds once that is stored.
    package func commit(
        _ name: ConsumerName, _ position: Position, rewinds: Bool, on eventLoop: any EventLoop
    ) -> EventLoopFuture<ConsumerView> {
        self.change(name, .commit(position, rewinds: rewinds), on: eventLoop)
            .flatMapThrowing { _ in try self.view(name) }
    }

    /// Forgets the consumer; succeeds with where it stood. Who reads under its name goes on reading.
    package func delete(_ name: ConsumerName, on eventLoop: any EventLoop) -> EventLoopFuture<ConsumerView> {
        do throws(ConsumerProblem) {
            let last = try self.view(name)
            return self.change(name, .delete, on: eventLoop).map { _ in last }
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    private func change(
        _ name: ConsumerName, _ change: ConsumerChange, on eventLoop: any EventLoop
    ) -> EventLoopFuture<ConsumerPlace> {
        let promise = eventLoop.makePromise(of: ConsumerPlace.self)
        self.enqueue([ConsumerWrite(name: name, change: change, promise: promise)])
        return promise.futureResult
    }

    func enqueue(_ writes: [ConsumerWrite]) {
        let begins = self.state.withLock { state in
            state.waiting += writes
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if begins { self.startWriting() }
    }

    private func startWriting() {
        self.workers.submit { state in
            switch state {
            case .active: self.write()
            case .cancelled: self.refuseWaiting()
            }
        }
    }

    /// Stores what waits; what comes meanwhile is another worker's turn, so that readers get theirs.
    private func write() {
        let batch = self.state.withLock { state in
            let writes = state.waiting
            state.waiting = []
            return (ConsumerBatch(writes, on: state.records, limits: self.limits, log: self.log), writes)
        }
        self.finish(batch.0, batch.1)
        let goesOn = self.state.withLock { state in
            state.isWriting = !state.waiting.isEmpty
            return state.isWriting
        }
        if goesOn { self.startWriting() }
    }

    private func finish(_ batch: ConsumerBatch, _ writes: [ConsumerWrite]) {
        do throws(LogError) {
            try self.log.keepConsumers(batch.kept, removing: batch.removed)
        } catch {
            for write in writes { write.promise?.fail(ConsumerProblem.unavailable(error.description)) }
            return
        }
        self.state.withLock { state in
            for (name, consumer) in batch.staged {
                if let consumer {
                    Self.put(consumer, into: &state, log: self.log)
                } else {
                    state.records[name] = nil
                }
            }
        }
        batch.answer(self.statistics, log: self.log)
    }

    private static func put(_ consumer: StoredConsumer, into state: inout State, log: EventLog) {
        guard state.records[consumer.name] == nil else {
            state.records[consumer.name]?.move(to: consumer, log: log)
            return
        }
        state.records[consumer.name] = ConsumerRecord(id: state.nextID, stored: consumer, log: log)
        state.nextID += 1
    }

    private func refuseWaiting() {
        let writes = self.state.withLock { state in
            defer { state.waiting = [] }
            state.isWriting = false
            return state.waiting
        }
        for write in writes { write.promise?.fail(ConsumerProblem.stopping) }
    }
}

/// A reader that is connected under a consumer's name.
struct ConsumerConnection: Sendable {
    var name: ConsumerName
    var id: Int
}
