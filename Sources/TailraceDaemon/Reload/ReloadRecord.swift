internal import Synchronization
internal import TailraceEvent
internal import TailraceHub

/// How reloads went, for all who report it.
final class ReloadRecord: Sendable {
    struct Snapshot: Sendable {
        /// Of the configuration in force.
        var generation = 1
        var file: String
        var appliedAt = Timestamp.now()
        /// The last attempt, if there was one, and why it changed nothing.
        var triedAt: Timestamp?
        var problems: [String] = []
        var applied: UInt64 = 0
        var refused: UInt64 = 0
    }

    private let state: Mutex<Snapshot>

    init(file: String) { self.state = Mutex(Snapshot(file: file)) }

    var snapshot: Snapshot { self.state.withLock { $0 } }

    /// Notes an attempt; the outcome gets the number of the configuration that is in force now.
    func note(_ outcome: inout ReloadOutcome) {
        outcome.generation = self.state.withLock { state in
            state.triedAt = .now()
            state.problems = outcome.problems
            if outcome.isApplied {
                state.generation += 1
                state.appliedAt = .now()
                state.applied += 1
            } else {
                state.refused += 1
            }
            return state.generation
        }
    }

    /// For `hello` and `stats`.
    var facts: HubFacts.Configuration {
        let snapshot = self.snapshot
        let outcome = ReloadOutcome(problems: snapshot.problems)
        return HubFacts.Configuration(generation: snapshot.generation, problem: outcome.firstProblem)
    }

    /// For `/api/v1/status`.
    func describe(into object: inout JSONObject) {
        let snapshot = self.snapshot
        object.member("file", snapshot.file)
        object.member("generation", snapshot.generation)
        object.member("applied", snapshot.appliedAt.rfc3339)
        object.member("state", snapshot.problems.isEmpty ? "ok" : "refused")
        if let time = snapshot.triedAt { object.member("tried", time.rfc3339) }
        if !snapshot.problems.isEmpty { object.member("problems", strings: snapshot.problems) }
    }
}

extension RelayMetrics {
    static func reloads(_ record: ReloadRecord, _ page: inout MetricsPage) {
        let snapshot = record.snapshot
        page.family(
            "tailrace_reloads_total", .counter, "Times the configuration was read again, by what became of it.",
            [(["result": "applied"], Double(snapshot.applied)), (["result": "refused"], Double(snapshot.refused))])
        page.single(
            "tailrace_configuration_ok", .gauge, "0 while the newest configuration is refused and an older one holds.",
            snapshot.problems.isEmpty ? 1 : 0)
    }
}
