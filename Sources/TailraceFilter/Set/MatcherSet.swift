import Glibc
package import TailraceEvent

/// Runs many filters over the same events: what they have in common is asked once, and the texts and regexes of all of
/// them are found in one scan.
///
/// Says of every event exactly what each filter's own `Matcher` says, at any time: a filter that has just come is
/// asked clause by clause until its patterns have been compiled into the scan.
///
/// ```swift
/// let member = set.insert(filter)
/// set.match(batch, in: 0..<64, firstSeq: 1, [member]) { place, inStream, matched in … }
/// if set.wantsCompiling { let job = set.makeJob(); … set.adopt(job.run()) }
/// ```
package struct MatcherSet: ~Copyable {
    /// Events that are matched at a time.
    package static let maxChunk = 64

    private struct Member {
        /// The tests that it holds.
        var tests: [Int]
        var nanoseconds: UInt64 = 0
    }

    /// What a look at a member needs, without anything that would have to be counted.
    private struct Outline {
        /// The test for its stream; nil for all events.
        var stream: Int?
        var mentions = MatchProgram.Mentions()
    }

    private let context: MatchContext
    private let maxFilters: Int
    private var shared = SharedTests()
    private var members: [Member?] = []
    private var outlines: [Outline?] = []
    private var programs: [[MatchProgram.Node]] = []
    private var freeMembers: [Int] = []
    private let gap: Int
    private let mark: Int
    private var chunksSeen: UInt64 = 0
    private var results: [(inStream: UInt64, matched: UInt64)] = []
    /// Members, those that are free not counted.
    package private(set) var count = 0
    /// Time spent matching.
    package private(set) var nanoseconds: UInt64 = 0

    /// `maxFilters`: more are not taken in.
    package init(context: MatchContext, maxFilters: Int) {
        self.context = context
        self.maxFilters = maxFilters
        self.gap = self.shared.retain(.gapReason())
        self.mark = self.shared.retain(.markSubject())
    }

    // MARK: Members

    /// Takes a filter in; nil when the set is full, and the filter has to be matched by itself. `streamBit`: of which
    /// stream's events, by the bit's number; nil for all.
    package mutating func insert(_ filter: Filter, streamBit: Int? = nil) -> Int? {
        guard self.count < self.maxFilters,
            self.shared.count + FilterLimits.maxClauses <= FilterLimits.maxSetClauses
        else { return nil }
        let plan = MatchPlan(filter.root, context: self.context, scratch: self.shared.scratch)
        let program = MatchProgram(plan, in: &self.shared)
        let stream = streamBit.map { bit in
            self.shared.retain(.streams(1 << UInt64(bit))) { (nil, .streams(1 << UInt64(bit))) }
        }
        let member = self.freeMembers.popLast() ?? self.addMember()
        self.members[member] = Member(tests: program.tests + (stream.map { [$0] } ?? []))
        self.outlines[member] = Outline(stream: stream, mentions: program.mentions)
        self.programs[member] = program.nodes
        self.count += 1
        return member
    }

    private mutating func addMember() -> Int {
        self.members.append(nil)
        self.outlines.append(nil)
        self.programs.append([])
        return self.members.count - 1
    }

    package mutating func remove(_ member: Int) {
        guard let leaving = self.members[member] else { return }
        for test in leaving.tests { self.shared.release(test) }
        self.members[member] = nil
        self.outlines[member] = nil
        self.programs[member] = []
        self.freeMembers.append(member)
        self.count -= 1
    }

    /// Time spent on one member, estimated from a part of the chunks. What several members ask counts for the first.
    package func nanoseconds(of member: Int) -> UInt64 { self.members[member]?.nanoseconds ?? 0 }

    // MARK: Compiling

    /// Patterns have come or gone that the scans don't know of.
    package var wantsCompiling: Bool { self.shared.wantsCompiling }
    /// Different clauses, and what of them is in compiled scans.
    package var statistics: (clauses: Int, scanned: Int, scanBytes: Int) {
        let compiled = self.shared.compiled
        return (self.shared.count - 2, compiled.patterns, compiled.bytes)
    }

    /// What is to be compiled now, elsewhere.
    package mutating func makeJob() -> PatternJob { PatternJob(parts: self.shared.patterns()) }

    /// Matches with the compiled scans from now on. Filters that came or went since the job was made are no matter.
    package mutating func adopt(_ patterns: CompiledPatterns) { self.shared.adopt(patterns.scans) }

    // MARK: Matching

    /// Calls `body` for each of the members with its place in `members`, and which of the events, a bit for each, are
    /// in its stream and match. Up to `maxChunk` events at a time; the first has the number `firstSeq`.
    package mutating func match(
        _ batch: borrowing EventBatch, in range: Range<Int>, firstSeq: UInt64, _ members: [Int],
        _ body: (_ place: Int, _ inStream: UInt64, _ matched: UInt64) -> Void
    ) {
        precondition(range.count <= Self.maxChunk, "at most 64 events at a time")
        guard !range.isEmpty else { return }
        let start = Self.clock()
        self.shared.begin(batch, range, firstSeq: firstSeq)
        self.results.removeAll(keepingCapacity: true)
        let all = UInt64.max >> UInt64(Self.maxChunk - range.count)
        let isTimed = self.chunksSeen % Self.timedEvery == 0
        self.chunksSeen &+= 1
        let asides = Self.asides(batch, range)
        var last = Self.clock()
        for number in members {
            self.results.append(self.result(of: number, among: all, asides, of: batch, from: range.lowerBound))
            guard isTimed else { continue }
            let now = Self.clock()
            self.members[number]?.nanoseconds += (now - last) * Self.timedEvery
            last = now
        }
        self.nanoseconds += Self.clock() - start
        for (place, result) in self.results.enumerated() { body(place, result.inStream, result.matched) }
    }

    private mutating func result(
        of number: Int, among events: UInt64, _ asides: UInt64, of batch: borrowing EventBatch, from start: Int
    ) -> (inStream: UInt64, matched: UInt64) {
        guard let outline = self.outlines[number] else { return (0, 0) }
        let inStream: UInt64
        if let stream = outline.stream {
            inStream = self.shared.passing(stream, among: events, of: batch)
        } else {
            inStream = events & ~Self.hidden(asides, unlessIn: outline.mentions.streams, batch, start)
        }
        let matched = self.shared.passing(self.programs[number], 0, among: inStream, of: batch)
        return (inStream, matched | self.exempt(outline.mentions, among: inStream & ~matched, of: batch))
    }

    /// What only readers of a named stream are to see.
    private static func asides(_ batch: borrowing EventBatch, _ range: Range<Int>) -> UInt64 {
        var asides: UInt64 = 0
        for index in range where batch.records[index].isAside { asides |= 1 << UInt64(index - range.lowerBound) }
        return asides
    }

    /// Of these, what readers of `all` do not see: those who ask about the stream do.
    private static func hidden(
        _ asides: UInt64, unlessIn streams: UInt64, _ batch: borrowing EventBatch, _ start: Int
    ) -> UInt64 {
        var hidden = asides
        var left = streams == 0 ? 0 : asides
        while left != 0 {
            let place = left.trailingZeroBitCount
            left &= left - 1
            if batch.records[start + place].streams & streams != 0 { hidden &= ~(1 << UInt64(place)) }
        }
        return hidden
    }

    /// What passes although the clauses say no, as nobody asked about it.
    private mutating func exempt(
        _ mentions: MatchProgram.Mentions, among events: UInt64, of batch: borrowing EventBatch
    ) -> UInt64 {
        let gaps = mentions.gap ? 0 : self.exempt(self.gap, .warn, among: events, of: batch)
        return gaps | (mentions.mark ? 0 : self.exempt(self.mark, .notice, among: events, of: batch))
    }

    private mutating func exempt(
        _ test: Int, _ level: Level, among events: UInt64, of batch: borrowing EventBatch
    ) -> UInt64 {
        let candidates = events & self.shared.ofLevel(level)
        return candidates == 0 ? 0 : self.shared.passing(test, among: candidates, of: batch)
    }

    private static func clock() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// A look at the clock costs as much as a filter that doesn't match: members are timed in one chunk of so many.
    private static let timedEvery: UInt64 = 16
}
