package import NIOCore
internal import Synchronization
internal import TailraceDeflate
internal import TailraceEvent
internal import TailraceLog

/// One question to the past being answered, step by step: each step searches for some milliseconds or until there is a
/// piece of the answer to send.
///
/// Steps run on worker threads, one at a time; between them nothing is held but the place reached, a block's matches
/// and the counts so far.
package final class HistorySearch: Sendable {
    /// A piece of the answer.
    package struct Step: Sendable {
        package var bytes: ByteBuffer
        package var isLast: Bool
    }

    /// Holes listed in one answer; there are more only in a log that is damaged throughout.
    static let maxHoles = 100
    /// A step ends after so long, so that other readers get their turn on the worker, …
    private static let stepTime = Duration.milliseconds(15)
    /// … or when it has written so much.
    private static let stepBytes = 64 << 10
    /// Matches encoded between two looks at the size.
    private static let hitsPerPortion = 64
    private static let silence = Duration.seconds(1)

    private struct State: ~Copyable {
        var walk: HistoryWalk
        var output: any HistoryOutput
        var gzip: GzipEncoder?
        /// Matches of a block that did not fit into the last step.
        var block: (block: StoredBlock, hits: ArraySlice<Int>)?
        var lastTaken: UInt64?
        var holes: [HistoryHole] = []
        var matched = 0
        var spent = Duration.zero
        var lastSent = ContinuousClock.now
        var hasBegun = false
        var isDone = false
        var counted = (searched: 0, passedBy: 0, matched: 0)
    }

    private let log: EventLog
    private let limits: HistoryLimits?
    private let statistics: HistoryStatistics
    private let turns: SearchTurns
    private let owner: String
    private let state: Mutex<State>
    private let isStopping = Atomic(false)
    private let isCancelled = Atomic(false)

    /// - Parameter limits: nil for an answer that goes to the end of its range however long that takes.
    init(
        _ query: HistoryQuery, into output: sending any HistoryOutput, history: History, limits: HistoryLimits?,
        owner: String, turns: SearchTurns, isCompressed: Bool
    ) {
        self.log = history.log
        self.limits = limits
        self.statistics = history.statistics
        self.turns = turns
        self.owner = owner
        let walk = HistoryWalk(query, log: history.log, streams: history.streams)
        let gzip = isCompressed ? GzipEncoder(level: 1) : nil
        var state = State(walk: walk, output: output, gzip: gzip)
        if let missing = query.missing { state.holes = [missing] }
        self.state = Mutex(state)
        self.statistics.open.add(1)
        self.statistics.asked.add(1)
    }

    deinit {
        self.statistics.open.add(-1)
        self.turns.end(self.owner)
    }

    /// The client left: the step that runs ends at its next block, and there is no other.
    package func cancel() {
        self.isCancelled.store(true, ordering: .relaxed)
        self.statistics.cancelled.add(1)
    }

    /// The relay stops: the answer ends with where to go on.
    package func stop() { self.isStopping.store(true, ordering: .relaxed) }

    /// Searches on when its owner's turn has come.
    package func step(on loop: any EventLoop) -> EventLoopFuture<Step> {
        self.turns.run(for: self.owner, on: loop) { self.step() }
    }

    /// Searches on; blocks on the disk.
    package func step() -> Step {
        self.state.withLock { state in
            self.statistics.steps.add(1)
            let began = ContinuousClock.now
            if !state.isDone { self.advance(&state, until: began + Self.stepTime) }
            state.spent += ContinuousClock.now - began
            self.count(&state)
            return Step(bytes: Self.takeBytes(&state), isLast: state.isDone)
        }
    }

    private func advance(_ state: inout State, until deadline: ContinuousClock.Instant) {
        do throws(LogError) {
            if !state.hasBegun {
                state.hasBegun = true
                try state.output.begin(state.walk.query, log: self.log)
                for hole in state.holes { state.output.take(hole) }
            }
            repeat {
                try self.takeBlock(&state)
            } while !state.isDone && state.output.text.count < Self.stepBytes && ContinuousClock.now < deadline
                && !self.isCancelled.load(ordering: .relaxed)
        } catch {
            self.end(&state, cut: nil, failure: error.description)
        }
        let now = ContinuousClock.now
        if !state.output.text.isEmpty {
            state.lastSent = now
        } else if now - state.lastSent >= Self.silence {
            state.lastSent = now
            state.output.progress(self.progress(state))
        }
    }

    private func takeBlock(_ state: inout State) throws(LogError) {
        let output = state.output
        if output.isFull { return self.end(&state, cut: .limit) }
        if let (block, hits) = state.block { return self.encode(hits, of: block, &state) }
        if let cut = self.cut(state) { return self.end(&state, cut: cut) }
        switch try state.walk.next(counts: { output.counts($0) }) {
        case .events(let block, let hits): self.encode(hits[...], of: block, &state)
        case .counted(let digest):
            state.matched += Int(digest.last - digest.first + 1)
            state.output.take(digest)
        case .hole(let hole):
            state.output.take(hole)
            state.holes.append(hole)
        case .end: self.end(&state, cut: nil)
        }
    }

    private func encode(_ hits: ArraySlice<Int>, of block: StoredBlock, _ state: inout State) {
        var left = hits
        state.block = nil
        while !left.isEmpty, !state.output.isFull, state.output.text.count < Self.stepBytes {
            let portion = left.prefix(Self.hitsPerPortion)
            let taken = state.output.take(portion, of: block)
            state.matched += taken
            left = left.dropFirst(taken)
            if taken > 0 { state.lastTaken = block.firstSeq + UInt64(portion[portion.startIndex + taken - 1]) }
        }
        if !left.isEmpty { state.block = (block, left) }
    }

    /// Ends the answer; `next` stands where a reader goes on without missing or repeating an event.
    private func end(_ state: inout State, cut: HistoryEnd.Cut?, failure: String? = nil) {
        let isWhole = state.block == nil && state.walk.rest == nil
        let reached = state.block == nil ? state.walk.reached : state.lastTaken ?? state.walk.reached
        let position = self.log.position(of: reached)
        let end = HistoryEnd(
            next: isWhole ? nil : position, cut: isWhole ? nil : cut, position: position, matched: state.matched,
            searched: state.walk.searched + state.walk.passedBy, holes: state.holes, failure: failure)
        state.block = nil
        state.isDone = true
        state.output.end(end)
        if end.cut == .time || end.cut == .searched { self.statistics.cut.add(1) }
    }

    private func count(_ state: inout State) {
        let now = (searched: state.walk.searched, passedBy: state.walk.passedBy, matched: state.matched)
        self.statistics.eventsSearched.add(now.searched - state.counted.searched)
        self.statistics.eventsPassedBy.add(now.passedBy - state.counted.passedBy)
        self.statistics.eventsMatched.add(now.matched - state.counted.matched)
        state.counted = now
    }

    private static func takeBytes(_ state: inout State) -> ByteBuffer {
        let text = state.output.text
        state.output.text = []
        guard state.gzip != nil else { return ByteBuffer(bytes: text) }
        var compressed: [UInt8] = []
        if state.isDone {
            state.gzip?.finish(text.span, into: &compressed)
        } else {
            state.gzip?.append(text.span, into: &compressed)
        }
        return ByteBuffer(bytes: compressed)
    }

    private func cut(_ state: borrowing State) -> HistoryEnd.Cut? {
        if self.isStopping.load(ordering: .relaxed) { return .stopping }
        if state.holes.count >= Self.maxHoles { return .missing }
        guard let limits = self.limits, state.walk.searched > 0 else { return nil }
        if state.spent >= limits.maxTime { return .time }
        return state.walk.searched >= limits.maxSearched ? .searched : nil
    }

    private func progress(_ state: borrowing State) -> HistoryProgress {
        let whole = state.walk.query.range?.count ?? 0
        let rest = state.walk.rest?.count ?? 0
        return HistoryProgress(
            position: self.log.position(of: state.walk.reached), searched: state.walk.searched + state.walk.passedBy,
            share: whole == 0 ? 1 : Double(whole - rest) / Double(whole))
    }
}
