internal import TailraceEvent
internal import TailraceFilter
internal import TailraceLog

/// Goes through a query's range block by block, passing by what can't match, and tells what it finds.
///
/// Holds no state of the database between two calls: each reads one block, or a page of what is known of blocks.
struct HistoryWalk: ~Copyable {
    enum Found {
        /// Events that match, as indexes into the block in the query's order; may be none.
        case events(StoredBlock, hits: [Int])
        /// A whole block that counts without being read.
        case counted(BlockDigest)
        case hole(HistoryHole)
        case end
    }

    let query: HistoryQuery
    private let log: EventLog
    private let sieve: BlockSieve
    private var matcher: LensMatcher
    /// Every event passes the lens.
    private let takesAll: Bool
    /// What is still to be looked at; nil when the range is done.
    private(set) var rest: ClosedRange<UInt64>?
    /// Everything between here and the search's beginning is done: a position to go on from.
    private(set) var reached: UInt64
    private var candidates: [BlockCandidate] = []
    private var hasAllCandidates = false
    private var slices: [LogSlice] = []

    /// Events that were read and matched, and those passed by with their block.
    private(set) var searched = 0
    private(set) var passedBy = 0
    private(set) var blocksRead = 0
    private(set) var blocksPassedBy = 0

    /// What is known of so many blocks is held at once; with trigrams about 10 KiB each.
    private static let candidatesPerPage = 512
    private static let candidatesPerTextPage = 64
    /// Slices taken from memory at once.
    private static let maxEventsFromMemory = 4096

    init(_ query: HistoryQuery, log: EventLog, streams: StreamTable) {
        self.query = query
        self.log = log
        self.sieve = BlockSieve(query.lens.filter)
        self.matcher = LensMatcher(query.lens, streams: streams)
        self.takesAll = query.lens.filter.isEverything && streams.entries[query.lens.stream]?.number == nil
        self.rest = query.range
        let edge = query.isDescending ? query.range.map { $0.upperBound + 1 } : query.range.map { $0.lowerBound - 1 }
        self.reached = edge ?? log.head
    }

    /// - Parameter counts: true for a block whose events all match and whose digest is enough.
    mutating func next(counts: (BlockDigest) -> Bool) throws(LogError) -> Found {
        while let rest = self.rest {
            if let slice = self.slices.popLast() { return self.match(slice) }
            guard let candidate = try self.candidate(in: rest) else {
                self.finish()
                break
            }
            guard let part = candidate.range.overlaps(rest) ? candidate.range.clamped(to: rest) : nil else { continue }
            self.goOn(to: part, of: rest)
            if let digest = candidate.digest {
                if !self.mayPass(digest, candidate.trigrams) {
                    self.blocksPassedBy += 1
                    self.passedBy += part.count
                    self.done(part)
                    continue
                }
                if part == candidate.range, self.isWholly(digest), counts(digest) {
                    self.passedBy += part.count
                    self.blocksPassedBy += 1
                    self.done(part)
                    return .counted(digest)
                }
            }
            // Reading may give less than all of it; what is done by then is dropped above.
            self.candidates.append(candidate)
            if let hole = try self.read(part) { return .hole(hole) }
        }
        return .end
    }

    // MARK: Which block is next

    private mutating func candidate(in rest: ClosedRange<UInt64>) throws(LogError) -> BlockCandidate? {
        if let next = self.candidates.popLast() { return next }
        guard !self.hasAllCandidates else { return nil }
        let asksForText = self.sieve.asksForText
        let limit = asksForText ? Self.candidatesPerTextPage : Self.candidatesPerPage
        let found = try self.log.candidates(
            BlockSearch(
                from: rest.lowerBound, through: rest.upperBound, times: self.query.times,
                isDescending: self.query.isDescending, withTrigrams: asksForText, limit: limit))
        self.hasAllCandidates = found.count < limit
        // Taken from the end.
        self.candidates = found.reversed()
        return self.candidates.popLast()
    }

    private func mayPass(_ digest: BlockDigest, _ trigrams: BlockTrigrams?) -> Bool {
        if self.sieve.keepsAll { return true }
        let knowledge = BlockKnowledge(
            levels: digest.levelMask, origins: digest.originCounts?.map(\.origin), mayHoldExempt: digest.mayHoldExempt)
        return self.sieve.mayPass(knowledge) { trigrams?.mayHold($0) ?? true }
    }

    /// Every event of the block matches.
    private func isWholly(_ digest: BlockDigest) -> Bool {
        self.takesAll && !digest.hasAsides && self.query.times.lowerBound <= digest.times.lowerBound
            && self.query.times.upperBound >= digest.times.upperBound
    }

    // MARK: Reading

    /// Reads the nearest block of a part of the range, or finds that it is not there.
    private mutating func read(_ part: ClosedRange<UInt64>) throws(LogError) -> HistoryHole? {
        if self.query.isDescending { return try self.readDown(part) }
        let before = part.lowerBound - 1
        switch try self.log.read(after: before, through: part.upperBound, maxEvents: Self.maxEventsFromMemory) {
        case .atEnd:
            self.finish()
            return nil
        case .missing(let from, let through, let reason):
            self.done(from...through)
            return HistoryHole(from: from, through: through, reason: reason)
        case .slices(let slices):
            self.slices = slices.reversed()
            return nil
        }
    }

    private mutating func readDown(_ part: ClosedRange<UInt64>) throws(LogError) -> HistoryHole? {
        guard let step = try self.log.readBackwards(through: part.upperBound) else {
            // Retention took the rest meanwhile.
            let first = self.rest?.lowerBound ?? part.lowerBound
            self.finish()
            return HistoryHole(from: first, through: part.upperBound, reason: .evicted)
        }
        let first = max(part.lowerBound, step.continueThrough + 1)
        guard let slice = step.slice?.block.slice(from: first, through: part.upperBound) else {
            self.done(first...part.upperBound)
            return HistoryHole(from: first, through: part.upperBound, reason: .damaged)
        }
        self.slices = [slice]
        return nil
    }

    private mutating func match(_ slice: LogSlice) -> Found {
        var hits: [Int] = []
        let batch = slice.block.batch
        _ = self.matcher.forEachMatch(in: batch, range: slice.range, firstSeq: slice.firstSeq) { hits.append($0) }
        if !self.query.hasAnyTime { hits.removeAll { !self.query.times.contains(batch.records[$0].time) } }
        if self.query.isDescending { hits.reverse() }
        self.searched += slice.range.count
        self.blocksRead += 1
        self.done(slice.firstSeq...slice.lastSeq)
        return .events(slice.block, hits: hits)
    }

    // MARK: The range

    /// What lies before the next part holds nothing.
    private mutating func goOn(to part: ClosedRange<UInt64>, of rest: ClosedRange<UInt64>) {
        if self.query.isDescending, part.upperBound < rest.upperBound {
            self.passedBy += Int(rest.upperBound - part.upperBound)
            self.done(part.upperBound + 1...rest.upperBound)
        } else if !self.query.isDescending, part.lowerBound > rest.lowerBound {
            self.passedBy += Int(part.lowerBound - rest.lowerBound)
            self.done(rest.lowerBound...part.lowerBound - 1)
        }
    }

    private mutating func done(_ part: ClosedRange<UInt64>) {
        guard let rest = self.rest else { return }
        if self.query.isDescending {
            self.reached = part.lowerBound
            self.rest = part.lowerBound > rest.lowerBound ? rest.lowerBound...part.lowerBound - 1 : nil
        } else {
            self.reached = part.upperBound
            self.rest = part.upperBound < rest.upperBound ? part.upperBound + 1...rest.upperBound : nil
        }
    }

    private mutating func finish() {
        guard let rest = self.rest else { return }
        self.passedBy += rest.count
        self.done(rest)
    }
}
