internal import NIOCore
package import TailraceEvent

/// Follows `/api/v1/stream` across connections: every event once, and a word about what is missing.
package struct StreamFollower {
    /// What the reader sees beside the events.
    package enum Notice: Sendable {
        case lost(reason: String)
        case resumed(at: Position, missing: MissingEvents?)
        case missing(MissingEvents)
        /// The relay did not know the consumer.
        case beginsConsumer(at: Position)
        case relayEnds(reason: String)
    }

    package enum Step: Sendable { case goOn, stop }

    private let link: RelayLink
    private let query: [QueryItem]
    private var progress: StreamProgress
    private var backoff = Backoff()
    /// True once a relay has answered: from then on everything that may pass is waited for.
    private var hasAnswered = false
    private var isResuming = false
    private var advancesAtStart = 0

    /// `query` without what says where to begin.
    package init(link: RelayLink, query: [QueryItem], start: StreamProgress.Start) {
        self.link = link
        self.query = query
        self.progress = StreamProgress(start: start)
    }

    package var position: Position? { self.progress.position }
    package var hasReachedEdge: Bool { self.progress.hasReachedEdge }

    /// Reads until the sink says to stop or something is wrong that waiting does not mend.
    package mutating func run(into sink: some StreamSink) async throws {
        while true {
            do {
                try await self.connect(into: sink)
            } catch is Stop {
                return
            } catch let error as LinkError where error.isPassing && (self.hasAnswered || !error.isUnreachable) {
                try Task.checkCancellation()
                try sink.take(.lost(reason: error.description))
            }
            if self.progress.advances > self.advancesAtStart { self.backoff.succeeded() }
            try sink.settle(at: self.progress.position)
            self.isResuming = true
            try await Task.sleep(for: self.backoff.pause())
        }
    }

    private struct Stop: Error {}

    private mutating func connect(into sink: some StreamSink) async throws {
        self.advancesAtStart = self.progress.advances
        let items = self.query + (self.progress.parameter.map { [$0] } ?? [])
        var splitter = LineSplitter()
        try await self.link.stream("api/v1/stream", items, accept: "application/x-ndjson") { bytes in
            self.hasAnswered = true
            var step = Step.goOn
            do {
                try splitter.feed(bytes) { line in
                    step = try self.take(line, into: sink)
                    if step == .stop { throw Stop() }
                }
            } catch is LineSplitter.LineTooLong {
                throw LinkError.notARelay(self.link.address, reason: "it sent a line without an end")
            } catch is Stop {}
            // What came in one piece leaves in one piece.
            try sink.settle(at: self.progress.position)
            if step == .stop { throw Stop() }
        }
    }

    private mutating func take(_ line: [UInt8], into sink: some StreamSink) throws -> Step {
        if let seq = EventLine.quickSeq(line) ?? EventLine(line)?.seq {
            let isWanted = self.progress.takes(seq: seq) { EventLine(line)?.time }
            return isWanted ? try sink.take(event: line) : .goOn
        }
        guard let message = StreamMessage(line) else {
            if line.isEmpty { return .goOn }
            throw LinkError.notARelay(self.link.address, line: line)
        }
        return try self.take(message, into: sink)
    }

    private mutating func take(_ message: StreamMessage, into sink: some StreamSink) throws -> Step {
        switch message {
        case .opened(let from, let missing, let isNewConsumer):
            if isNewConsumer { try sink.take(.beginsConsumer(at: from)) }
            if self.isResuming {
                try sink.take(.resumed(at: from, missing: missing))
            } else if let missing {
                try sink.take(.missing(missing))
            }
            self.progress.opened(from: from)
        case .live(let position):
            self.progress.reachedEdge(at: position)
            return try sink.reachedEdge()
        case .beat(let position):
            self.progress.confirmed(position)
            return try sink.beat()
        case .gap(let missing):
            try sink.take(.missing(missing))
            self.progress.missed(missing)
        case .error(let problem):
            if problem.code != "log" { throw LinkError.refused(status: 400, problem) }
            try sink.take(.relayEnds(reason: problem.detail))
        case .end(let end):
            if let position = end.position { self.progress.confirmed(position) }
            try sink.take(.relayEnds(reason: end.reason ?? "it did not say why"))
        case .progress, .unknown: break
        }
        return .goOn
    }
}

/// Takes what a follower reads.
package protocol StreamSink: AnyObject {
    func take(event line: [UInt8]) throws -> StreamFollower.Step
    func take(_ notice: StreamFollower.Notice) throws
    /// The backlog is done.
    func reachedEdge() throws -> StreamFollower.Step
    /// Nothing new, and the connection lives.
    func beat() throws -> StreamFollower.Step
    /// Everything up to `position` has been handed over: writes out what waits.
    func settle(at position: Position?) throws
}

extension LinkError {
    fileprivate var isUnreachable: Bool { if case .unreachable = self { true } else { false } }
}
