package import TailraceEvent
package import TailraceFilter

/// What `tailrace tail` does with what comes: prints it, keeps the position, knows when to end.
package final class TailSink: StreamSink {
    package enum End: Sendable, Hashable { case count, exitOn, edge, until }

    package struct Limits: Sendable {
        /// Ends after so many events.
        package var count: Int?
        /// Leaves out what happened later, and ends when that time has passed.
        package var until: Timestamp?
        /// Ends behind the first event that passes.
        package var exitOn: Filter?
        package var follows = true

        package init() {}
    }

    private var printer: EventPrinter
    private var exitOn: EventMatcher?
    private let limits: Limits
    private let state: StateFile?
    private let committer: ConsumerCommitter?
    private var count = 0
    private var isLost = false
    private var lastSave: ContinuousClock.Instant?
    /// Why it ended by itself.
    package private(set) var end: End?
    private var hasReachedEdge = false
    /// Called when the backlog is done.
    package var onEdge: () -> Void = {}

    private static let saveInterval = Duration.seconds(1)

    package init(
        printer: consuming EventPrinter, limits: Limits, state: StateFile?, committer: ConsumerCommitter?
    ) {
        self.printer = printer
        self.limits = limits
        self.state = state
        self.committer = committer
        self.exitOn = limits.exitOn.map { EventMatcher($0) }
    }

    package func take(event line: [UInt8]) throws -> StreamFollower.Step {
        let needsParts = self.limits.until != nil || self.limits.exitOn != nil
        let event = needsParts ? EventLine(line) : nil
        if let until = self.limits.until, let time = event?.time, time > until { return .goOn }
        try self.printer.write(line)
        self.count += 1
        if let event, self.exitOn?.matches(event) == true { return self.stop(.exitOn) }
        return self.count == self.limits.count ? self.stop(.count) : .goOn
    }

    package func take(_ notice: StreamFollower.Notice) throws {
        switch notice {
        case .lost(let reason):
            // One word about it is enough, however many attempts follow.
            guard !self.isLost else { return }
            self.isLost = true
            try self.printer.notice("\(reason); connecting again", style: .notice)
        case .relayEnds(let reason):
            self.isLost = true
            try self.printer.notice("the relay ended the stream: \(reason); connecting again", style: .notice)
        case .resumed(let position, let missing):
            self.isLost = false
            if let missing { return try self.take(.missing(missing)) }
            try self.printer.notice("connected again behind \(position), nothing is missing", style: .notice)
        case .missing(let missing):
            try self.printer.notice("gap: \(missing.words)", style: .gap)
        case .beginsConsumer(let position):
            try self.printer.notice("the consumer is new, it begins behind \(position)", style: .notice)
        }
    }

    package func reachedEdge() -> StreamFollower.Step {
        if !self.hasReachedEdge { self.onEdge() }
        self.hasReachedEdge = true
        return self.limits.follows ? self.beat() : self.stop(.edge)
    }

    package func beat() -> StreamFollower.Step {
        guard let until = self.limits.until, self.hasReachedEdge, Timestamp.now() > until else { return .goOn }
        return self.stop(.until)
    }

    package func settle(at position: Position?) throws {
        if let problem = self.committer?.takeProblem() {
            try self.printer.notice("the position is not committed: \(problem)", style: .notice)
        }
        try self.printer.flush()
        if let position { self.committer?.note(position) }
        guard let state = self.state, let position else { return }
        state.note(position)
        let now = ContinuousClock.now
        if let last = self.lastSave, now - last < Self.saveInterval, self.end == nil { return }
        self.lastSave = now
        try state.save()
    }

    private func stop(_ end: End) -> StreamFollower.Step {
        self.end = end
        return .stop
    }
}
