internal import NIOCore
internal import TailraceEvent
internal import TailraceLog

/// A change of a consumer that waits to be stored, and who waits for it.
struct ConsumerWrite: Sendable {
    var name: ConsumerName
    var change: ConsumerChange
    /// Nil for what nobody waits for.
    var promise: EventLoopPromise<ConsumerPlace>?
}

/// Changes that are stored together: each was decided on top of those before it.
struct ConsumerBatch: Sendable {
    typealias Outcome = Result<StoredConsumer?, ConsumerProblem>

    private(set) var outcomes: [(write: ConsumerWrite, outcome: Outcome, before: StoredConsumer?)] = []
    /// What every consumer that is touched comes to; nil is taken out.
    private(set) var staged: [String: StoredConsumer?] = [:]
    private var count: Int

    init(_ writes: [ConsumerWrite], on records: [String: ConsumerRecord], limits: ConsumerLimits, log: EventLog) {
        self.count = records.count
        let now = Timestamp.now()
        for write in writes {
            let record = records[write.name.text]
            let before = self.staged[write.name.text] ?? record?.stored
            let outcome = Outcome { () throws(ConsumerProblem) in
                try write.change.outcome(
                    write.name, stored: before, record: record, count: self.count, limits: limits, log: log, now: now)
            }
            self.outcomes.append((write, outcome, before))
            guard case .success(let after) = outcome, after != before else { continue }
            self.count += (after == nil ? 0 : 1) - (before == nil ? 0 : 1)
            self.staged[write.name.text] = .some(after)
        }
    }

    var kept: [StoredConsumer] { self.staged.values.compactMap { $0 } }
    var removed: [String] { self.staged.filter { $0.value == nil }.map(\.key) }

    /// Who waits for which answer, and what is to be counted.
    func answer(_ statistics: ConsumerStatistics, log: EventLog) {
        for (write, outcome, before) in self.outcomes {
            switch outcome {
            case .success(let after):
                Self.count(write.change, before: before, after: after, statistics, log: log)
                guard let place = after ?? before else { continue }
                write.promise?.succeed(
                    ConsumerPlace(name: write.name, committed: place.position, isNew: before == nil))
            case .failure(let problem):
                Self.count(problem, of: write.change, statistics)
                write.promise?.fail(problem)
            }
        }
    }

    private static func count(
        _ change: ConsumerChange, before: StoredConsumer?, after: StoredConsumer?, _ statistics: ConsumerStatistics,
        log: EventLog
    ) {
        switch change {
        case .create: if before == nil { statistics.created.add(1) }
        case .commit(let position, _):
            statistics.commits.add(1)
            let reached = before.flatMap { log.reach(of: $0.position) } ?? 0
            if let reach = log.reach(of: position), reach < reached { statistics.rewinds.add(1) }
        case .delete: statistics.deleted.add(1)
        case .expire: if before != nil, after == nil { statistics.expired.add(1) }
        }
    }

    private static func count(
        _ problem: ConsumerProblem, of change: ConsumerChange, _ statistics: ConsumerStatistics
    ) {
        if case .commit = change { statistics.commitsRefused.add(1) }
        if case .tooMany = problem { statistics.refused.add(1) }
    }
}
