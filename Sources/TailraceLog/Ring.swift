internal import DequeModule
internal import TailraceEvent

/// The recent end of the log in memory, bounded in bytes; what falls out is still on disk.
struct Ring {
    private var blocks: Deque<StoredBlock> = []
    private(set) var weight = 0
    private var maxWeight: Int

    /// What a block costs beside its events: three array headers and the slot.
    private static let blockOverhead = 256

    init(maxWeight: Int) { self.maxWeight = maxWeight }

    var firstSeq: UInt64? { self.blocks.first?.firstSeq }
    var lastSeq: UInt64? { self.blocks.last?.lastSeq }
    /// All of it, oldest first.
    var all: [StoredBlock] { Array(self.blocks) }

    var oldestTime: Int64? { self.blocks.first?.batch.records.first?.time }

    mutating func append(_ block: StoredBlock) {
        self.blocks.append(block)
        self.weight += Self.weight(of: block)
        self.dropOldest()
    }

    mutating func limit(maxWeight: Int) {
        self.maxWeight = maxWeight
        self.dropOldest()
    }

    private mutating func dropOldest() {
        while self.weight > self.maxWeight, self.blocks.count > 1, let oldest = self.blocks.popFirst() {
            self.weight -= Self.weight(of: oldest)
        }
    }

    /// Puts one block in place of the newest small ones that hold the same events.
    mutating func replaceTail(with block: StoredBlock) {
        while let last = self.blocks.last, last.firstSeq >= block.firstSeq {
            self.blocks.removeLast()
            self.weight -= Self.weight(of: last)
        }
        self.append(block)
    }

    mutating func removeAll() {
        self.blocks.removeAll()
        self.weight = 0
    }

    /// Slices from `seq` on, at most `maxEvents`; nil if `seq` is older than the ring.
    func slices(from seq: UInt64, through last: UInt64, maxEvents: Int) -> [LogSlice]? {
        guard let first = self.firstSeq, seq >= first else { return nil }
        var slices: [LogSlice] = []
        var left = maxEvents
        var index = self.index(of: seq)
        while index < self.blocks.count, left > 0, self.blocks[index].firstSeq <= last {
            let end = min(last, max(seq, self.blocks[index].firstSeq) + UInt64(left) - 1)
            guard let slice = self.blocks[index].slice(from: seq, through: end) else { break }
            slices.append(slice)
            left -= slice.range.count
            index += 1
        }
        return slices
    }

    /// The block that holds `seq`, nil if the ring does not.
    func block(holding seq: UInt64) -> StoredBlock? {
        guard let first = self.firstSeq, let last = self.lastSeq, seq >= first, seq <= last else { return nil }
        return self.blocks[self.index(of: seq)]
    }

    /// The number before the first block with an event at or after `time`.
    func seqBefore(time: Int64) -> UInt64? {
        self.blocks.first { $0.batch.records.contains { $0.time >= time } }.map { $0.firstSeq - 1 }
    }

    /// Binary search: the last block that starts at or before `seq`.
    private func index(of seq: UInt64) -> Int {
        var low = 0
        var high = self.blocks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if self.blocks[middle].firstSeq <= seq { low = middle } else { high = middle }
        }
        return low
    }

    private static func weight(of block: StoredBlock) -> Int { block.batch.weight + Self.blockOverhead }
}
