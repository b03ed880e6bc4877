internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import TailraceEvent
internal import TailraceFilter
internal import TailraceLog

/// The lenses that readers at the edge look through: every event is matched for all of them at once.
///
/// Confined to the hub's executor.
struct LiveLenses: ~Copyable {
    enum Place {
        case together(Int)
        /// The set was full.
        case alone(Int)
    }

    /// A lens that came in vain to a full set.
    private final class Loner {
        let group: Group
        var matcher: LensMatcher

        init(_ group: Group, streams: StreamTable) {
            self.group = group
            self.matcher = LensMatcher(group.handle.lens, streams: streams)
        }
    }

    private let streams: StreamTable
    private var set: MatcherSet
    private var together: [Group] = []
    /// Their numbers in the set.
    private var members: [Int] = []
    private var loners: [Loner] = []
    /// A job is on its way, or waits for its time.
    private(set) var isCompiling = false
    private(set) var nextCompile = NIODeadline.now()
    /// Counts the sets, so that what was compiled for another one is told apart.
    private var generation = 0
    /// Time spent in the sets before this one.
    private var earlierNanoseconds: UInt64 = 0

    init(streams: StreamTable, maxTogether: Int) {
        self.streams = streams
        let numbers = streams.entries.compactMapValues { $0.number }
        self.set = MatcherSet(context: MatchContext(streamNumbers: numbers), maxFilters: maxTogether)
    }

    var groups: [Group] { self.loners.isEmpty ? self.together : self.together + self.loners.map(\.group) }
    var nanoseconds: UInt64 { self.earlierNanoseconds + self.set.nanoseconds }

    /// The same for other streams, without the groups.
    func renewed(for streams: StreamTable, maxTogether: Int) -> LiveLenses {
        var lenses = LiveLenses(streams: streams, maxTogether: maxTogether)
        lenses.generation = self.generation + 1
        lenses.earlierNanoseconds = self.nanoseconds
        lenses.nextCompile = self.nextCompile
        return lenses
    }

    /// Time spent on a lens; 0 if it is matched by itself.
    func nanoseconds(of group: Group) -> UInt64 {
        guard case .together(let place)? = group.live else { return 0 }
        return self.set.nanoseconds(of: self.members[place])
    }

    mutating func insert(_ group: Group) {
        let lens = group.handle.lens
        if let member = self.set.insert(lens.filter, streamBit: self.streams.entries[lens.stream]?.number) {
            group.live = .together(self.together.count)
            self.together.append(group)
            self.members.append(member)
        } else {
            group.live = .alone(self.loners.count)
            self.loners.append(Loner(group, streams: self.streams))
        }
    }

    /// Constant time: the last one takes the place.
    mutating func remove(_ group: Group) {
        switch group.live {
        case nil: return
        case .together(let place)?:
            self.set.remove(self.members[place])
            self.together.swapAt(place, self.together.count - 1)
            self.members.swapAt(place, self.members.count - 1)
            self.together[place].live = .together(place)
            self.together.removeLast()
            self.members.removeLast()
        case .alone(let place)?:
            self.loners.swapAt(place, self.loners.count - 1)
            self.loners[place].group.live = .alone(place)
            self.loners.removeLast()
        }
        group.live = nil
    }

    /// Calls `body` for every group with what its lens says, 64 events at a time.
    mutating func match(_ block: StoredBlock, _ body: (Group, MatchedEvents) -> Void) {
        var start = 0
        while start < block.batch.count {
            let range = start..<min(block.batch.count, start + MatcherSet.maxChunk)
            let firstSeq = block.firstSeq + UInt64(start)
            let groups = self.together
            self.set.match(block.batch, in: range, firstSeq: firstSeq, self.members) { place, inStream, matched in
                body(
                    groups[place],
                    MatchedEvents(range: range, firstSeq: firstSeq, inStream: inStream, matched: matched))
            }
            for loner in self.loners {
                body(loner.group, loner.matcher.match(block.batch, in: range, firstSeq: firstSeq))
            }
            start = range.upperBound
        }
    }

    /// When patterns are to be compiled, if any wait for it; the caller then does it at that time.
    mutating func scheduleCompiling() -> NIODeadline? {
        guard !self.isCompiling, self.set.wantsCompiling else { return nil }
        self.isCompiling = true
        return max(self.nextCompile, .now() + Self.gatherTime)
    }

    mutating func makeJob() -> (job: PatternJob, generation: Int) { (self.set.makeJob(), self.generation) }

    /// False if they are of a set that is no more.
    mutating func adopt(_ patterns: CompiledPatterns, generation: Int) -> Bool {
        guard generation == self.generation else { return false }
        self.set.adopt(patterns)
        self.isCompiling = false
        self.nextCompile = .now() + .nanoseconds(Int64(patterns.seconds * 1e9) * Self.compilePause)
        return true
    }

    func report(to statistics: HubStatistics) {
        let (clauses, scanned, bytes) = self.set.statistics
        statistics.lensesTogether.store(self.together.count, ordering: .relaxed)
        statistics.lensesAlone.store(self.loners.count, ordering: .relaxed)
        statistics.clauses.store(clauses, ordering: .relaxed)
        statistics.scanPatterns.store(scanned, ordering: .relaxed)
        statistics.scanBytes.store(bytes, ordering: .relaxed)
    }

    /// Readers that come together share a compilation.
    private static let gatherTime = TimeAmount.milliseconds(200)
    /// After compiling, rest this many times as long: joining and leaving can't take more than a part of a core.
    private static let compilePause: Int64 = 10
}

extension Hub {
    /// Begins or ceases to match for a group: nobody's lens costs nothing.
    func follow(_ group: Group, _ isWanted: Bool) {
        guard isWanted != (group.live != nil) else { return }
        if isWanted { self.live.insert(group) } else { self.live.remove(group) }
        self.live.report(to: self.statistics)
        self.compileSoon()
    }

    /// Compiles on a worker; until it is done, new lenses are asked clause by clause.
    private func compileSoon() {
        guard let time = self.live.scheduleCompiling() else { return }
        self.executorLoop.scheduleTask(deadline: time) { self.assumeIsolated { $0.compile() } }
    }

    private func compile() {
        let (job, generation) = self.live.makeJob()
        self.workers.submit { state in
            guard state == .active else { return }
            let patterns = job.run()
            self.perform { $0.take(patterns, generation: generation) }
        }
    }

    private func take(_ patterns: CompiledPatterns, generation: Int) {
        guard self.live.adopt(patterns, generation: generation) else { return }
        self.statistics.scansCompiled.add(1)
        self.statistics.scanCompileMicroseconds.add(Int(patterns.seconds * 1e6))
        self.statistics.scanPatternsLeftOut.store(patterns.leftOut, ordering: .relaxed)
        self.live.report(to: self.statistics)
        self.compileSoon()
    }
}
