internal import TailraceEvent
internal import TailraceFilter

/// Which events a route takes. A class, since a matcher cannot be copied into an array.
final class RouteSelector {
    private let from: Set<String>
    private var matcher: Matcher

    init(_ definition: RouteDefinition, context: MatchContext) {
        self.from = Set(definition.from)
        self.matcher = Matcher(definition.whereFilter, context: context)
    }

    /// Runs the filter over each run of events from the route's inputs and returns how many these are. Events have no
    /// number in the log yet: `seq` is 0.
    func select(from batch: borrowing EventBatch, into indexes: inout [Int]) -> Int {
        indexes.removeAll(keepingCapacity: true)
        if self.from.isEmpty {
            self.matcher.select(from: batch, in: 0..<batch.count, firstSeq: 0, into: &indexes)
            return batch.count
        }
        let takes = batch.origins.map { self.from.contains($0.source) }
        let records = batch.records
        var offered = 0
        var start = 0
        while start < records.count {
            let isTaken = takes[Int(records[start].origin)]
            var end = start + 1
            while end < records.count, takes[Int(records[end].origin)] == isTaken { end += 1 }
            if isTaken {
                offered += end - start
                self.matcher.select(from: batch, in: start..<end, firstSeq: 0, into: &indexes)
            }
            start = end
        }
        return offered
    }
}
