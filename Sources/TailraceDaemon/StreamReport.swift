internal import TailraceEvent
internal import TailraceRouter

/// `/api/v1/streams`: the streams that readers can open and the rules for what is not stored, with what went through.
struct StreamReport {
    let routes: [RouteBlock]
    let status: RouterStatus

    func json() -> [UInt8] {
        let streams = Self.byName(self.status.streams)
        let drops = Self.byName(self.status.drops)
        var object = JSONObject()
        object.member(
            "streams",
            objects: [self.all] + self.routes.filter { !$0.drops }.map { route in
                { Self.describe(route, streams[route.name] ?? RouteStatistics(), into: &$0) }
            })
        object.member(
            "dropped",
            objects: self.routes.filter(\.drops).map { route in
                { Self.describeDropped(route, drops[route.name] ?? RouteStatistics(), into: &$0) }
            })
        return object.finish()
    }

    private static func byName(_ list: [RouteStatus]) -> [String: RouteStatistics] {
        Dictionary(list.map { ($0.name, $0.snapshot) }) { first, _ in first }
    }

    private var all: (inout JSONObject) -> Void {
        let totals = self.status.totals
        return {
            $0.member("name", ConfigurationName.all)
            $0.member("where", "")
            $0.member("from", strings: [])
            $0.member("taken", totals.taken)
            $0.member("dropped", totals.dropped)
            $0.member("kept", object: { Self.counts(totals.stored, into: &$0) })
        }
    }

    private static func describe(_ route: RouteBlock, _ numbers: RouteStatistics, into object: inout JSONObject) {
        object.member("name", route.name)
        object.member("where", route.filter?.text ?? "")
        object.member("from", strings: route.from ?? [])
        if let sample = route.sampleText { object.member("sample", sample) }
        if let limit = route.rateLimit { object.member("rate_limit", limit.description) }
        if !route.roles.isEmpty { object.member("roles", strings: route.roles) }
        object.member("seen", object: { Self.counts(numbers.seen, into: &$0) })
        object.member("kept", object: { Self.counts(numbers.kept, into: &$0) })
        object.member(
            "left_out",
            object: {
                $0.member("sampled", numbers.sampled)
                $0.member("rate_limit", numbers.limited)
            })
        object.member("first_of_kind", numbers.first)
        object.member("gap_events", numbers.accounts)
        object.member("cut_values", numbers.cutValues)
    }

    private static func describeDropped(
        _ route: RouteBlock, _ numbers: RouteStatistics, into object: inout JSONObject
    ) {
        object.member("name", route.name)
        object.member("where", route.filter?.text ?? "")
        object.member("from", strings: route.from ?? [])
        object.member("dropped", object: { Self.counts(numbers.seen, into: &$0) })
        object.member("bytes", numbers.droppedBytes)
    }

    private static func counts(_ counts: LevelCounts, into object: inout JSONObject) {
        object.member("events", counts.total)
        object.member(
            "levels",
            object: {
                for level in Level.allCases where counts[level] > 0 { $0.member(level.name, counts[level]) }
                if counts.unknown > 0 { $0.member("none", counts.unknown) }
            })
    }
}
