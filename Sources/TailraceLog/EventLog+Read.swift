internal import Synchronization
package import TailraceEvent

extension EventLog {
    /// Events after `seq` up to `last`, from memory or disk; at most about `maxEvents` from memory, one block from
    /// disk.
    ///
    /// Blocks on the disk when the events are not in memory: call it from a thread that may.
    package func read(after seq: UInt64, through last: UInt64 = .max, maxEvents: Int) throws(LogError) -> LogRead {
        let next = seq + 1
        let end = min(last, self.head)
        guard next <= end else { return .atEnd }
        if next < self.oldest { return .missing(from: next, through: min(end, self.oldest - 1), reason: .evicted) }
        if let slices = self.ring.withLock({ $0.slices(from: next, through: end, maxEvents: maxEvents) }) {
            return .slices(slices)
        }
        return try self.readStored(from: next, through: end)
    }

    /// Events that are in memory only: never blocks. Nil if `seq + 1` is older than memory.
    package func readMemory(after seq: UInt64, through last: UInt64 = .max, maxEvents: Int) -> [LogSlice]? {
        let end = min(last, self.head)
        guard seq < end else { return [] }
        return self.ring.withLock { $0.slices(from: seq + 1, through: end, maxEvents: maxEvents) }
    }

    private func readStored(from next: UInt64, through end: UInt64) throws(LogError) -> LogRead {
        guard let store = self.store else {
            // Memory moved on since `oldest` was looked at.
            return .missing(from: next, through: min(end, max(next, self.oldest - 1)), reason: .evicted)
        }
        let found: StoredRow?
        do { found = try store.row(at: next) } catch { throw Self.unavailable(error) }
        guard let row = found else { return .missing(from: next, through: end, reason: .evicted) }
        guard row.first <= next else { return .missing(from: next, through: min(end, row.first - 1), reason: .evicted) }
        guard let block = row.block(), let slice = block.slice(from: next, through: end) else {
            return .missing(from: next, through: min(end, max(next, row.last)), reason: .damaged)
        }
        return .slices([slice])
    }

    /// The events of the block that ends before or at `seq`, for walking backwards; nil at the beginning.
    ///
    /// A damaged block comes as nil events with the number to go on before.
    package func readBackwards(through seq: UInt64) throws(LogError) -> (slice: LogSlice?, continueThrough: UInt64)? {
        guard seq >= self.oldest, seq > 0 else { return nil }
        if let block = self.ring.withLock({ $0.block(holding: seq) }), let slice = block.slice(from: 0, through: seq) {
            return (slice, block.firstSeq - 1)
        }
        let found: StoredRow?
        do { found = try self.store?.row(at: seq) } catch { throw Self.unavailable(error) }
        guard let row = found, row.first <= seq else { return nil }
        return (row.block()?.slice(from: 0, through: seq), row.first - 1)
    }

    /// The number before the first event that may be as young as `time`, to read from.
    package func seqBefore(time: Timestamp) throws(LogError) -> UInt64 {
        guard let store = self.store else {
            return self.ring.withLock { $0.seqBefore(time: time.nanoseconds) } ?? self.head
        }
        let head = self.head
        guard head > 0 else { return 0 }
        let search = BlockSearch(
            from: 1, through: head, times: time.nanoseconds...Int64.max, isDescending: false, withTrigrams: false,
            limit: 1)
        do { return try store.candidates(search).first.map { $0.range.lowerBound - 1 } ?? head } catch {
            throw Self.unavailable(error)
        }
    }

    /// The nearest blocks that may hold what a search is for, in its order; none are left if there are fewer than its
    /// limit. What lies between them can be passed by.
    ///
    /// Holds the database's state only while it runs. A log in memory has one candidate: everything.
    package func candidates(_ search: BlockSearch) throws(LogError) -> [BlockCandidate] {
        let from = max(search.from, self.oldest)
        let through = min(search.through, self.head)
        guard from <= through, search.limit > 0 else { return [] }
        guard let store = self.store else { return [BlockCandidate(range: from...through)] }
        var search = search
        search.from = from
        search.through = through
        do { return try store.candidates(search) } catch { throw Self.unavailable(error) }
    }

    /// The times of the earliest and the latest event, whatever their order; nil in an empty log.
    package func times() throws(LogError) -> ClosedRange<Int64>? {
        guard let store = self.store else {
            let times = self.ring.withLock { $0.all }.flatMap { $0.batch.records.map(\.time) }
            guard let low = times.min(), let high = times.max() else { return nil }
            return low...high
        }
        do { return try store.times() } catch { throw Self.unavailable(error) }
    }

    /// Time of the oldest event, nil in an empty log.
    package var oldestTime: Timestamp? {
        let stored = try? self.store?.oldestTime()
        return (stored ?? self.ring.withLock { $0.oldestTime }).map(Timestamp.init(nanoseconds:))
    }

    /// One bit each of a 64-bit set, of which one is taken.
    private static let maxStreams = 63

    /// Gives every configured stream its number, 0…62; a name keeps its number for the life of the log.
    ///
    /// The highest bit of `EventBatch.Record.streams` is no stream's: it is `asideBit`.
    package func numberStreams(_ names: [String]) throws(LogError) -> [String: Int] {
        do {
            let known = try self.store?.streamNumbers() ?? self.unstoredStreams.withLock { $0 }
            var numbers = known.filter { $0.value < Self.maxStreams }
            for name in names where numbers[name] == nil {
                guard let free = Self.freeNumber(numbers, keeping: names) else {
                    throw LogError(
                        .unusable, "more than \(Self.maxStreams) streams are configured",
                        hint: "remove some [[route]]s")
                }
                numbers = numbers.filter { $0.value != free }
                numbers[name] = free
                try self.store?.setStream(name, number: free)
            }
            if self.store == nil { self.unstoredStreams.withLock { $0 = numbers } }
            return numbers.filter { names.contains($0.key) }
        } catch { throw Self.unavailable(error) }
    }

    private static func freeNumber(_ numbers: [String: Int], keeping names: [String]) -> Int? {
        let used = Set(numbers.values)
        let unused = (0..<Self.maxStreams).first { !used.contains($0) }
        return unused ?? numbers.filter { !names.contains($0.key) }.values.min()
    }
}
