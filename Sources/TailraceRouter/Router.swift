package import TailraceEvent
internal import TailraceFilter

/// Puts events into named streams before they reach the log, and takes out what the configuration says not to store.
///
/// First all drop rules, then all streams, each in the order of the file; each `where` runs once per event. It sees the
/// event as its input delivered it, and with `stream:` the streams before its own; what a route sets shows only in the
/// result. What `sample` and `rate_limit` leave out of a stream stays in the log, and the stream's readers are told how
/// much it was by events that only they get (`StreamAccount`). The relay's own events, gaps and marks, are never taken
/// away.
package struct Router: ~Copyable {
    /// Streams have one bit each of `EventBatch.Record.streams`, drop rules none; both together are at most so many.
    package static let maxRoutes = 63
    /// The `source` of the events in which streams tell what they left out.
    package static let source = "tailrace"

    private let drops: [DropRule]
    private let streams: [RunningStream]
    private var setter: FieldSetter
    /// Of streams that the last configuration had and this one has not: told with the next batch.
    private var retired: [StreamAccount]
    private let origin: Origin
    private var indexes: [Int] = []
    private let status: RouterStatus
    /// Numbers are given from outside: fillers are left alone, and what is dropped becomes one.
    package var keepsNumbers = false

    /// `streamNumbers`: bits 0 to 62 of `EventBatch.Record.streams` by the routes' names. At most `maxRoutes` routes,
    /// which the configuration has to see to. `status` was made from the same routes.
    package init(routes: [RouteDefinition], streamNumbers: [String: Int], host: String, status: RouterStatus) {
        self.init(routes, streamNumbers, host: host, status: status, RouterState())
    }

    /// A router for another configuration that goes on where `old` stopped: what hangs on a route's name is kept, what
    /// its sample has seen, what its limit has left, what its readers are still to be told. `status` adopted the old
    /// router's, so that the counters go on as well.
    package init(
        routes: [RouteDefinition], streamNumbers: [String: Int], host: String, status: RouterStatus,
        adopting old: consuming Router
    ) {
        self.init(routes, streamNumbers, host: host, status: status, old.state)
    }

    private init(
        _ routes: [RouteDefinition], _ streamNumbers: [String: Int], host: String, status: RouterStatus,
        _ old: RouterState
    ) {
        precondition(routes.count <= Self.maxRoutes, "more routes than there are stream bits")
        let context = MatchContext(streamNumbers: streamNumbers)
        var drops: [DropRule] = []
        var streams: [RunningStream] = []
        var fields: [RouteFields] = []
        for route in routes {
            switch route.purpose {
            case .drop: drops.append(DropRule(route, context: context, status: status.drops[drops.count]))
            case .stream(let thinning):
                streams.append(
                    RunningStream(
                        route, thinning, context: context, status: status.streams[streams.count],
                        adopting: old.streams[route.name]))
                fields.append(route.fields)
            }
        }
        let names = Set(streams.map(\.status.name))
        self.drops = drops
        self.streams = streams
        self.setter = FieldSetter(fields)
        self.retired = old.retired + old.streams.filter { !names.contains($0.key) }.map(\.value.account)
            .filter { !$0.isSettled }
        self.origin = Origin(source: Self.source, host: host)
        self.status = status
    }

    private var state: RouterState {
        RouterState(
            streams: Dictionary(self.streams.map { ($0.status.name, $0.state) }) { first, _ in first },
            retired: self.retired)
    }

    /// Takes up what a stream's readers have not been told by the last run of the relay; see `checkpointOwner`.
    package mutating func restore(_ stream: String, from checkpoints: [String: [UInt8]]) {
        self.streams.first { $0.status.name == stream }?.state.account.restore(checkpoints)
    }

    /// Under which name the log keeps what a stream's readers are still to be told.
    package static func checkpointOwner(of stream: String) -> String { StreamAccount.checkpointOwner(of: stream) }

    /// Takes out what is not stored, sets the stream bits of all others and appends what streams have to tell. The
    /// first event of the result gets the number `firstSeq`. What is returned goes into the same
    /// transaction.
    package mutating func route(_ batch: inout EventBatch, firstSeq: UInt64, at moment: Moment) -> Routed {
        var change = RouterTotals()
        var places = self.keepsNumbers ? NumberedPlaces(takingFillersOutOf: &batch) : nil
        change.taken = UInt64(batch.count)
        self.drop(from: &batch, &places, &change)
        if !batch.isEmpty { self.direct(&batch, firstSeq: firstSeq, at: moment.monotonic) }
        for record in batch.records { change.stored.count(record.level) }
        places?.spread(&batch, at: moment.wall)
        change.droppedNumbersKept = places?.left ?? 0
        let checkpoints = self.settle(all: false, at: moment, into: &batch, &change)
        self.publish(change)
        return Routed(checkpoints: checkpoints, change: change)
    }

    /// What streams have still to tell, as the relay stops.
    package mutating func finish(at moment: Moment) -> (batch: EventBatch, routed: Routed) {
        var batch = EventBatch()
        var change = RouterTotals()
        let checkpoints = self.settle(all: true, at: moment, into: &batch, &change)
        self.publish(change)
        return (batch, Routed(checkpoints: checkpoints, change: change))
    }

    /// How long until a stream has something to tell, though no event comes; nil if none has.
    package func millisecondsUntilDue(at moment: Moment) -> Int? {
        let accounts = self.streams.map(\.state.account) + self.retired
        return accounts.compactMap { $0.nanosecondsUntilDue(at: moment.monotonic) }.min()
            .map { Int(($0 + 999_999) / 1_000_000) }
    }

    private func drop(
        from batch: inout EventBatch, _ places: inout NumberedPlaces?, _ change: inout RouterTotals
    ) {
        for rule in self.drops where !batch.isEmpty {
            let dropped = rule.apply(to: &batch)
            places?.remove(dropped.events)
            change.dropped += UInt64(dropped.events.count)
            change.droppedBytes += UInt64(dropped.bytes)
        }
    }

    private mutating func direct(_ batch: inout EventBatch, firstSeq: UInt64, at now: Int64) {
        for index in batch.records.indices { batch.records[index].streams = 0 }
        self.setter.begin(count: batch.count)
        for (number, stream) in self.streams.enumerated() {
            stream.take(from: &batch, firstSeq: firstSeq, at: now, into: &self.indexes)
            self.setter.mark(self.indexes, route: number)
        }
        guard self.setter.isNeeded else { return }
        batch = self.setter.rewritten(batch)
        for (number, cut) in self.setter.cutValues.enumerated() where cut > 0 {
            self.streams[number].status.update { $0.cutValues += cut }
        }
    }

    private mutating func settle(
        all: Bool, at moment: Moment, into batch: inout EventBatch, _ change: inout RouterTotals
    ) -> [Checkpoint] {
        var checkpoints: [Checkpoint] = []
        for stream in self.streams where !stream.state.account.isSettled {
            let told = stream.state.account.settle(
                all: all, origin: self.origin, at: moment, into: &batch, &checkpoints)
            if told > 0 { stream.status.update { $0.accounts += UInt64(told) } }
            change.accounts += UInt64(told)
        }
        for index in self.retired.indices {
            change.accounts += UInt64(
                self.retired[index].settle(all: true, origin: self.origin, at: moment, into: &batch, &checkpoints))
        }
        self.retired.removeAll()
        return checkpoints
    }

    private func publish(_ change: RouterTotals) {
        self.status.update { $0.add(change) }
    }
}

/// What routing a batch did.
package struct Routed: Sendable {
    /// Go into the transaction of the events.
    package var checkpoints: [Checkpoint] = []
    package var change = RouterTotals()

    package init() {}

    init(checkpoints: [Checkpoint], change: RouterTotals) {
        self.checkpoints = checkpoints
        self.change = change
    }

    /// What routing the next batch of the same transaction did.
    package mutating func add(_ next: Routed) {
        self.checkpoints += next.checkpoints
        self.change.add(next.change)
    }
}

/// What one router hands on to the next, by the streams' names.
private struct RouterState {
    var streams: [String: StreamState] = [:]
    var retired: [StreamAccount] = []
}
