internal import TailraceEvent
internal import TailraceFilter

/// A drop rule at work.
final class DropRule {
    let status: RouteStatus
    private let selector: RouteSelector
    private var indexes: [Int] = []

    init(_ definition: RouteDefinition, context: MatchContext, status: RouteStatus) {
        self.status = status
        self.selector = RouteSelector(definition, context: context)
    }

    /// Takes its events out of the batch; where they stood, and their bytes.
    func apply(to batch: inout EventBatch) -> (events: [Int], bytes: Int) {
        let offered = self.selector.select(from: batch, into: &self.indexes)
        var seen = LevelCounts()
        var bytes = 0
        if !self.indexes.isEmpty {
            let text = batch.bytes.span
            self.indexes.removeAll { RelayEvents.contains(batch.records[$0], in: text) }
            for index in self.indexes {
                let record = batch.records[index]
                seen.count(record.level)
                bytes += Int(record.messageLength) + Int(record.fieldsLength)
            }
        }
        self.status.update {
            $0.offered += UInt64(offered)
            $0.seen.add(seen)
            $0.droppedBytes += UInt64(bytes)
        }
        batch.remove(self.indexes)
        return (self.indexes, bytes)
    }
}
