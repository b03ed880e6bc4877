internal import TailraceEvent
internal import TailraceLog

/// All panels and their one cursor on the log: what they read at the start and what comes later is the same to them, so
/// nothing is lost or counted twice in between.
///
/// One thread at a time.
final class PanelComputation {
    let panels: [Panel]
    private let log: EventLog
    private let lenses: PanelLenses
    /// The last number that was read; nil until the beginning is found.
    private var cursor: UInt64?
    /// All that happened from here on is counted. Nanoseconds.
    private var covered = Int64.min
    private var lastNow: Int64
    private(set) var isBehind = true

    init(_ definitions: [PanelDefinition], log: EventLog, streams: StreamTable, now: Int64) {
        self.log = log
        self.lastNow = now
        self.panels = definitions.map { Panel($0, now: now) }
        self.lenses = PanelLenses(definitions.map(\.lens), streams: streams)
    }

    /// Reads on towards the end of the log; returns how many events it took.
    func step(now: Int64) throws -> Int {
        // A clock that was set back leaves windows that end in the future: they are computed afresh.
        if now < self.lastNow &- PanelLimits.clockSlack, self.cursor != nil {
            self.cursor = nil
            self.lastNow = now
        }
        self.lastNow = max(self.lastNow, now)
        let cursor = try self.cursor ?? self.begin(now)
        self.isBehind = true
        let end = self.log.head
        for panel in self.panels { panel.content.advance(to: now) }
        let taken = try self.read(after: cursor, through: end, now: now)
        self.isBehind = (self.cursor ?? 0) < end
        return taken
    }

    private func read(after cursor: UInt64, through end: UInt64, now: Int64) throws -> Int {
        var taken = 0
        switch try self.log.read(after: cursor, through: end, maxEvents: PanelLimits.eventsPerStep) {
        case .atEnd: self.cursor = max(cursor, end)
        case .missing(_, let through, _):
            // Whatever it was, it came before now.
            self.covered = now
            self.cursor = through
        case .slices(let slices):
            for slice in slices {
                self.take(slice, now: now)
                taken += slice.range.count
                self.cursor = slice.lastSeq
            }
        }
        return taken
    }

    private func take(_ slice: LogSlice, now: Int64) {
        self.lenses.match(slice) { panel, hits in
            self.panels[panel].content.take(slice.block.batch, hits, firstSeq: slice.block.firstSeq, now: now)
        }
    }

    /// From an empty state, with what the longest window needs of the log.
    private func begin(_ now: Int64) throws -> UInt64 {
        for panel in self.panels { panel.reset(at: now) }
        let earliest = self.panels.map(\.content.from).min() ?? now
        let beginning = try PanelBeginning.find(self.log, receivedFrom: earliest)
        self.covered = beginning.covered
        self.cursor = beginning.after
        return beginning.after
    }

    /// Messages of the panels that are due, by number. What is behind tells of its progress, a little later.
    func due(now: Int64) -> [(panel: Int, message: ControlMessage)] {
        let position = self.log.position(of: self.cursor ?? 0)
        let slack = self.isBehind ? -Self.second : Self.second / 2
        var messages: [(panel: Int, message: ControlMessage)] = []
        for (number, panel) in self.panels.enumerated() {
            panel.content.advance(to: now)
            let isComplete = !self.isBehind && self.covered <= panel.content.from
            guard panel.isDue(now, slack: slack, isComplete: isComplete) else { continue }
            let message = panel.message(
                at: now, position: position, isComplete: isComplete, covered: self.covered)
            messages.append((number, message))
        }
        return messages
    }

    private static let second: Int64 = 1_000_000_000
}
