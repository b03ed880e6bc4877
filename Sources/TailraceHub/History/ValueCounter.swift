internal import TailraceEvent

/// Counts values in bounded memory: exactly while there are few, then the most frequent ones with a known error
/// (Misra and Gries 1982, with whole batches of counters given up at once).
struct ValueCounter {
    struct Value {
        /// JSON text.
        var json: [UInt8]
        var count: Int
    }

    /// Values counted at once, and the bytes that they may take: with 16 fields about 8 MiB.
    static let maxValues = 4096
    static let maxBytes = 256 << 10
    /// A longer value is counted as one of the others.
    static let maxValueBytes = 256

    private var index = ByteIndex()
    private var counts: [Int] = []
    private var distinct = DistinctEstimate()
    /// Events that have the field.
    private(set) var present = 0
    /// Values that are too long, or objects and arrays.
    private(set) var unlisted = 0
    /// A listed count may be too small by so much; 0 while counts are exact.
    private(set) var error = 0

    var isApproximate: Bool { self.error > 0 }
    var distinctCount: Int { self.isApproximate || self.unlisted > 0 ? self.distinct.count : self.index.count }

    /// - Parameter value: a string without its quotes, anything else as JSON writes it.
    mutating func add(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, count: Int = 1) {
        self.present += count
        guard kind != .object, kind != .array, value.count <= Self.maxValueBytes else {
            self.unlisted += count
            self.distinct.add(hash: ByteIndex.hash(value))
            return
        }
        guard kind == .string else { return self.add(value, count) }
        var json: [UInt8] = []
        json.reserveCapacity(value.count + 2)
        json.append("\"")
        json.append(value)
        json.append("\"")
        self.add(json.span, count)
    }

    private mutating func add(_ json: Span<UInt8>, _ count: Int) {
        let hash = ByteIndex.hash(json)
        if let number = self.index.number(of: json, hash: hash) {
            self.counts[number] += count
            return
        }
        self.distinct.add(hash: hash)
        if self.counts.count >= Self.maxValues || self.index.byteCount + json.count > Self.maxBytes { self.giveUp() }
        _ = self.index.add(json, hash: hash)
        self.counts.append(count)
    }

    /// Takes the middle count off all of them: half become free.
    private mutating func giveUp() {
        let middle = self.counts.sorted()[self.counts.count / 2]
        self.error += middle
        var index = ByteIndex()
        var counts: [Int] = []
        for (number, count) in self.counts.enumerated() where count > middle {
            let json = Array(self.index.string(number))
            _ = index.add(json.span, hash: ByteIndex.hash(json.span))
            counts.append(count - middle)
        }
        self.index = index
        self.counts = counts
    }

    /// The most frequent values, and how many events have another one.
    func top(_ limit: Int) -> (values: [Value], other: Int) {
        let order = self.counts.indices.sorted {
            self.counts[$0] != self.counts[$1]
                ? self.counts[$0] > self.counts[$1]
                : self.index.string($0).lexicographicallyPrecedes(self.index.string($1))
        }
        let values = order.prefix(limit).map { Value(json: Array(self.index.string($0)), count: self.counts[$0]) }
        return (values, self.present - values.reduce(0) { $0 + $1.count })
    }
}
