internal import TailraceEvent

/// Where the events of a batch stand among numbers that are given from outside: what is taken out of the batch leaves
/// its number behind as a filler.
struct NumberedPlaces {
    private let count: Int
    /// Of the events that are still there, in order.
    private var places: [Int]
    /// Events whose number stays though they were taken out.
    private(set) var left: UInt64 = 0

    /// Takes the fillers out of the batch, so that no rule meets them.
    init(takingFillersOutOf batch: inout EventBatch) {
        self.count = batch.count
        let fillers = batch.fillers
        self.places = Array(0..<batch.count)
        Self.remove(fillers, from: &self.places)
        batch.remove(fillers)
    }

    /// `indexes` of the events that the batch loses; they rise.
    mutating func remove(_ indexes: [Int]) {
        Self.remove(indexes, from: &self.places)
        self.left += UInt64(indexes.count)
    }

    func spread(_ batch: inout EventBatch, at time: Timestamp) {
        batch.spread(to: self.places, among: self.count, at: time)
    }

    private static func remove(_ indexes: [Int], from places: inout [Int]) {
        guard !indexes.isEmpty else { return }
        var next = 0
        var index = -1
        places.removeAll { _ in
            index += 1
            guard next < indexes.count, indexes[next] == index else { return false }
            next += 1
            return true
        }
    }
}
