internal import TailraceEvent
internal import TailraceLog

/// Panels that stand at one place in the log and read on from there together.
final class PanelCohort {
    private var lenses: PanelLenses
    private let log: EventLog
    /// The last number that was read; nil until the beginning is found.
    private(set) var cursor: UInt64?

    init(_ panels: [Panel], log: EventLog, streams: StreamTable) {
        self.log = log
        self.lenses = PanelLenses(streams: streams)
        for panel in panels { self.lenses.add(panel) }
    }

    var isEmpty: Bool { self.lenses.isEmpty }
    var panels: [Panel] { self.lenses.panels }

    func remove(where isGone: (Panel) -> Bool) { self.lenses.remove(where: isGone) }

    /// Takes in panels that have come to the same place.
    func join(_ others: PanelCohort) {
        precondition(self.cursor == others.cursor, "panels that stand elsewhere would miss events or count them twice")
        for panel in others.panels { self.lenses.add(panel) }
    }

    /// Reads on up to a number, but not much more than so many events; returns how many events it took.
    func read(through goal: UInt64, now: Int64, maxEvents: Int) throws -> Int {
        for panel in self.panels { panel.content.advance(to: now) }
        var cursor = try self.cursor ?? self.begin(goal, now)
        var taken = 0
        while cursor < goal, taken < maxEvents {
            switch try self.log.read(after: cursor, through: goal, maxEvents: maxEvents - taken) {
            case .atEnd: cursor = goal
            case .missing(_, let through, _):
                // Whatever it was, it came before now.
                for panel in self.panels { panel.covered = now }
                cursor = through
            case .slices(let slices):
                for slice in slices {
                    self.lenses.take(slice, now: now)
                    taken += slice.range.count
                    cursor = slice.lastSeq
                }
            }
            // After each part: what was taken is not taken again if the next part can't be read.
            self.cursor = cursor
        }
        self.cursor = cursor
        return taken
    }

    /// Finds what the longest window needs of the log.
    private func begin(_ goal: UInt64, _ now: Int64) throws -> UInt64 {
        let panels = self.panels
        let earliest = panels.map(\.content.from).min() ?? now
        let beginning = try PanelBeginning.find(self.log, receivedFrom: earliest)
        for panel in panels { panel.covered = beginning.covered }
        // Events that came before the window do no harm, and where it has none the log may have grown beyond the goal.
        let after = min(beginning.after, goal)
        self.cursor = after
        return after
    }
}
