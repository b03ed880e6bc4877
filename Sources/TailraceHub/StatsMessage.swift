internal import NIOCore
internal import TailraceEvent
internal import TailraceLog

/// Facts that the hub tells and others know.
package struct HubFacts: Sendable {
    package struct Source: Sendable {
        package var name: String
        package var state: String
        package var reason: String?
        package var lagBytes: UInt64?

        package init(name: String, state: String, reason: String?, lagBytes: UInt64?) {
            self.name = name
            self.state = state
            self.reason = reason
            self.lagBytes = lagBytes
        }
    }

    /// The configuration in force.
    package struct Configuration: Sendable {
        /// Counts those of this run, from 1.
        package var generation: Int
        /// Why the newest file is not in force; nil if it is.
        package var problem: String?

        package init(generation: Int, problem: String?) {
            self.generation = generation
            self.problem = problem
        }
    }

    package var version: String
    package var host: String
    package var sources: @Sendable () -> [Source]
    package var configuration: @Sendable () -> Configuration

    package init(
        version: String, host: String, sources: @escaping @Sendable () -> [Source],
        configuration: @escaping @Sendable () -> Configuration
    ) {
        self.version = version
        self.host = host
        self.sources = sources
        self.configuration = configuration
    }
}

/// Rates between two looks at a group's totals.
struct RateMeter {
    struct Rates { var matched = 0.0, seen = 0.0, matching = 0.0 }

    private var last: (at: NIODeadline, totals: GroupTotals)?

    mutating func rates(_ totals: GroupTotals) -> Rates {
        let now = NIODeadline.now()
        defer { self.last = (now, totals) }
        guard let last = self.last else { return Rates() }
        let seconds = max(0.001, Double((now - last.at).nanoseconds) / 1e9)
        return Rates(
            matched: Double(totals.matched - last.totals.matched) / seconds,
            seen: Double(totals.seen - last.totals.seen) / seconds,
            matching: Self.seconds(from: last.totals, to: totals) / seconds)
    }
}

extension RateMeter {
    /// Time spent matching. It begins anew when a lens is taken up again.
    fileprivate static func seconds(from before: GroupTotals, to after: GroupTotals) -> Double {
        guard after.matchNanoseconds > before.matchNanoseconds else { return 0 }
        return Double(after.matchNanoseconds - before.matchNanoseconds) / 1e9
    }
}

enum StatsMessage {
    static func make(
        log: EventLog, oldestTime: Timestamp?, totals: GroupTotals, rate: RateMeter.Rates, seenLevels: [UInt64],
        sources: [HubFacts.Source], configuration: HubFacts.Configuration
    ) -> ControlMessage {
        ControlMessage("stats") { stats in
            stats.member("head", log.head)
            stats.member("oldest", log.oldest)
            if let oldestTime { stats.member("oldest_time", oldestTime.rfc3339) }
            stats.member("matched", totals.matched)
            stats.member("seen", totals.seen)
            stats.member("rates") {
                $0.member("matched", rate.matched)
                $0.member("seen", rate.seen)
            }
            stats.member("matching", rate.matching)
            stats.member("levels") {
                $0.member("matched") { Self.levels(totals.matchedLevels, into: &$0) }
                $0.member("seen") { Self.levels(seenLevels, into: &$0) }
            }
            stats.member("wire") {
                $0.member("raw", totals.bytesRaw)
                $0.member("bytes", totals.bytesSent)
            }
            stats.member("sources") { list in
                for source in sources { list.member(source.name) { Self.source(source, into: &$0) } }
            }
            stats.member("configuration") { configuration.write(into: &$0) }
        }
    }

    private static func levels(_ counts: [UInt64], into object: inout JSONObject) {
        for level in Level.allCases where counts[Int(level.rawValue)] > 0 {
            object.member(level.name, counts[Int(level.rawValue)])
        }
        if counts[0] > 0 { object.member("none", counts[0]) }
    }

    private static func source(_ source: HubFacts.Source, into object: inout JSONObject) {
        object.member("state", source.state)
        if let lag = source.lagBytes { object.member("lag_bytes", lag) }
        if let reason = source.reason { object.member("reason", reason) }
    }
}

extension HubFacts.Configuration {
    func write(into object: inout JSONObject) {
        object.member("generation", self.generation)
        if let problem = self.problem { object.member("problem", problem) }
    }
}
