package import TailraceEvent
internal import TailraceFilter

/// Puts events into named streams before they reach the log.
///
/// Routes run in their order, each `where` once per event. A `where` sees the event as its input delivered it, and with
/// `stream:` the routes before its own; what a route sets shows only in the result.
package struct Router: ~Copyable {
    /// One bit of `EventBatch.Record.streams` each.
    package static let maxRoutes = 64

    private let routes: [RunningRoute]
    private var setter: FieldSetter
    private var indexes: [Int] = []

    /// `streamNumbers`: bits 0 to 63 of `EventBatch.Record.streams` by the routes' names. At most `maxRoutes` routes,
    /// which the configuration has to see to.
    package init(routes: [RouteDefinition], streamNumbers: [String: Int]) {
        precondition(routes.count <= Self.maxRoutes, "more routes than there are stream bits")
        let context = MatchContext(streamNumbers: streamNumbers)
        self.routes = routes.map { RunningRoute($0, context: context) }
        self.setter = FieldSetter(routes.map(\.set))
    }

    /// In the order of the routes.
    package var statistics: [RouteStatistics] { self.routes.map(\.statistics) }

    /// Sets the stream bits of all events; rewrites the batch only if a route that sets fields took one.
    package mutating func route(_ batch: inout EventBatch) {
        guard !batch.isEmpty else { return }
        for index in batch.records.indices { batch.records[index].streams = 0 }
        self.setter.begin(count: batch.count)
        for (number, route) in self.routes.enumerated() {
            self.indexes.removeAll(keepingCapacity: true)
            route.select(from: batch, into: &self.indexes)
            for index in self.indexes {
                batch.records[index].streams |= route.streamBit
                self.setter.mark(index, route: number)
            }
        }
        if self.setter.isNeeded { batch = self.setter.rewritten(batch) }
    }
}

/// A route at work. A class, since a matcher cannot be copied into an array.
private final class RunningRoute {
    /// 0 if the stream has no number.
    let streamBit: UInt64
    private(set) var statistics: RouteStatistics
    private let from: Set<String>
    private var matcher: Matcher

    init(_ definition: RouteDefinition, context: MatchContext) {
        let number = context.streamNumbers[definition.name]
        self.streamBit = number.map { (0..<64).contains($0) ? 1 << UInt64($0) : 0 } ?? 0
        self.statistics = RouteStatistics(name: definition.name)
        self.from = Set(definition.from)
        self.matcher = Matcher(definition.whereFilter, context: context)
    }

    /// Runs the filter over each run of events from this route's inputs. Events have no number in the log yet: `seq` is
    /// 0.
    func select(from batch: borrowing EventBatch, into indexes: inout [Int]) {
        let takes = batch.origins.map { self.from.isEmpty || self.from.contains($0.source) }
        let records = batch.records
        var start = 0
        while start < records.count {
            let isTaken = takes[Int(records[start].origin)]
            var end = start + 1
            while end < records.count, takes[Int(records[end].origin)] == isTaken { end += 1 }
            if isTaken {
                self.statistics.offered += UInt64(end - start)
                self.matcher.select(from: batch, in: start..<end, firstSeq: 0, into: &indexes)
            }
            start = end
        }
        self.statistics.matched += UInt64(indexes.count)
    }
}
