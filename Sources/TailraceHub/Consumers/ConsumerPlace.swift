package import TailraceEvent
package import TailraceLog

/// Where a consumer stands as a reader opens under its name.
package struct ConsumerPlace: Sendable {
    package var name: ConsumerName
    package var committed: Position
    /// It was made by this request.
    package var isNew: Bool

    /// As `opened` tells it.
    func write(into object: inout JSONObject) {
        object.member("name", self.name.text)
        object.member("position", self.committed.description)
        object.member("new", self.isNew)
    }

    /// Behind what is committed, or behind `from` if that is further: what is committed never comes again, and a
    /// reader that was cut off need not read twice what it has.
    func resume(from: Position?, log: EventLog) throws(ReaderProblem) -> Resumption {
        let own = try OpenPlan.resume(self.committed, log: log)
        guard let from else { return own }
        let asked = try OpenPlan.resume(from, log: log)
        return (log.reach(of: from) ?? 0) > (log.reach(of: self.committed) ?? 0) ? asked : own
    }
}

extension OpenPlan {
    /// Where a consumer begins that a request makes; may read from disk.
    ///
    /// A position is kept as it was asked for, so that what is missing behind it is told until something is committed.
    static func beginning(
        of request: OpenRequest, log: EventLog, streams: StreamTable
    ) throws(ConsumerProblem) -> Position {
        let plan: OpenPlan
        do { plan = try Self.make(request, log: log, streams: streams) } catch { throw .reader(error) }
        switch request.start {
        case .from(let position): return position
        case .live, .last: return log.position(of: plan.after)
        case .since(let time):
            do { return log.position(of: try Self.before(time, from: plan.after, log: log)) } catch {
                throw .unavailable(error.description)
            }
        }
    }

    /// The number before the first event behind `seq` with such a time or a later one.
    private static func before(_ time: Timestamp, from seq: UInt64, log: EventLog) throws(LogError) -> UInt64 {
        var cursor = seq
        let head = log.head
        while case .slices(let slices) = try log.read(after: cursor, through: head, maxEvents: BackfillStep.maxEvents) {
            for slice in slices {
                let found = slice.range.first { slice.block.batch.records[$0].time >= time.nanoseconds }
                if let found { return slice.block.firstSeq + UInt64(found) - 1 }
                cursor = slice.lastSeq
            }
        }
        return cursor
    }
}

extension OpenRequest {
    /// True once it is known where reading begins; a consumer has to be looked up before.
    var isPlaced: Bool { self.consumer == nil || self.place != nil }

    /// Where a reader of a consumer goes on; nil without one.
    package func consumerResumption(log: EventLog) throws(ReaderProblem) -> Resumption? {
        guard let place = self.place else { return nil }
        let from: Position? = if case .from(let position) = self.start { position } else { nil }
        return try place.resume(from: from, log: log)
    }
}
