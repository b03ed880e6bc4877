/// Numbers that stand for no event.
///
/// Where numbers are given from outside, as on the hub of a fleet, every message takes as many numbers as it has
/// events, also if some of them were there before or are not kept. Such a number is a record without a message, in no
/// stream and not in `all`: no reader sees it and nothing counts it.
extension EventBatch.Record {
    /// It stands for a number alone.
    package var isFiller: Bool { self.streams == Self.asideBit }
}

extension EventBatch {
    /// Indexes of the records that are fillers.
    package var fillers: [Int] { self.records.indices.filter { self.records[$0].isFiller } }

    /// Only fillers, for numbers whose events nobody has.
    package static func fillers(_ count: Int, origin: Origin, at time: Timestamp) -> EventBatch {
        var batch = EventBatch()
        let number = batch.origin(origin)
        batch.records = Array(repeating: .filler(at: 0, time: time.nanoseconds, origin: number), count: count)
        return batch
    }

    /// Puts every event at its place among `count` records and fillers at the places between them; `places` rise.
    ///
    /// A filler has the time of the event before it, so that it widens no range of times.
    package mutating func spread(to places: [Int], among count: Int, at time: Timestamp) {
        precondition(places.count == self.count && places.last ?? -1 < count, "every event has a place")
        guard places.count < count else { return }
        let origin = self.origins.isEmpty ? self.origin(Origin(source: "", host: "")) : 0
        var spread: [Record] = []
        spread.reserveCapacity(count)
        var last = self.records.first ?? .filler(at: 0, time: time.nanoseconds, origin: origin)
        var next = 0
        var offset: UInt32 = 0
        for place in 0..<count {
            if next < places.count, places[next] == place {
                last = self.records[next]
                offset = UInt32(last.fieldsRange.upperBound)
                next += 1
                spread.append(last)
            } else {
                var filler = Record.filler(at: offset, time: last.time, origin: last.origin)
                filler.received = last.received
                spread.append(filler)
            }
        }
        self.records = spread
    }
}

extension EventBatch.Record {
    fileprivate static func filler(at offset: UInt32, time: Int64, origin: UInt16) -> Self {
        var record = Self(
            time: time, received: time, offset: offset, messageLength: 0, fieldsLength: 0, origin: origin, level: 0)
        record.streams = Self.asideBit
        return record
    }
}
