internal import TailraceEvent
internal import TailraceLog

/// All panels at work. Most stand at the edge of the log and share one cursor; newcomers begin where their window does,
/// read on by themselves, and join the others at the very number that these have reached: nothing is lost or counted
/// twice in between.
///
/// One thread at a time.
final class PanelComputation {
    private(set) var panels: [Panel]
    private let log: EventLog
    /// Those that panels are begun with from now on.
    var streams: StreamTable
    private var edge: PanelCohort
    /// The first one is the next to read.
    private var newcomers: [PanelCohort] = []
    private var lastNow: Int64
    private var isEdgeBehind = false
    /// Somebody has more to read.
    private(set) var isBehind = true

    init(_ slots: [PanelSlot], log: EventLog, streams: StreamTable, now: Int64) {
        self.log = log
        self.streams = streams
        self.lastNow = now
        self.panels = slots.map { Panel($0, now: now) }
        self.edge = PanelCohort([], log: log, streams: streams)
        self.welcome(self.panels)
    }

    // MARK: Who is there

    func add(_ slots: [PanelSlot], now: Int64) {
        let added = slots.map { Panel($0, now: now) }
        self.panels += added
        self.welcome(added)
    }

    func remove(where isGone: (PanelSlot) -> Bool) {
        self.panels.removeAll { isGone($0.slot) }
        for cohort in [self.edge] + self.newcomers { cohort.remove { isGone($0.slot) } }
        self.newcomers.removeAll { $0.isEmpty }
    }

    /// Those with the same window begin together, the shortest first.
    private func welcome(_ panels: [Panel]) {
        let groups = Dictionary(grouping: panels) { $0.definition.window }.sorted { $0.key < $1.key }
        for (_, group) in groups {
            self.newcomers.append(PanelCohort(group, log: self.log, streams: self.streams))
        }
        self.isBehind = true
    }

    // MARK: Reading

    /// Reads on towards the end of the log; returns how many events it took.
    ///
    /// - Parameter maxEvents: for those at the edge, and once more for one of the newcomers.
    func step(now: Int64, maxEvents: Int) throws -> Int {
        // A clock that was set back leaves windows that end in the future: they are computed afresh.
        if now < self.lastNow &- PanelLimits.clockSlack { self.restart(now) }
        self.lastNow = max(self.lastNow, now)
        self.isBehind = true
        let head = self.log.head
        var taken = 0
        if !self.edge.isEmpty { taken += try self.edge.read(through: head, now: now, maxEvents: maxEvents) }
        taken += try self.stepNewcomers(head, now: now, maxEvents: maxEvents)
        self.isEdgeBehind = !self.edge.isEmpty && (self.edge.cursor ?? 0) < head
        self.isBehind = self.isEdgeBehind || !self.newcomers.isEmpty
        return taken
    }

    private func stepNewcomers(_ head: UInt64, now: Int64, maxEvents: Int) throws -> Int {
        guard let newcomer = self.newcomers.first else { return 0 }
        let goal = self.edge.isEmpty ? head : self.edge.cursor ?? head
        let taken = try newcomer.read(through: goal, now: now, maxEvents: maxEvents)
        self.newcomers.removeFirst()
        if newcomer.cursor != goal {
            self.newcomers.append(newcomer)
        } else if self.edge.isEmpty {
            self.edge = newcomer
        } else {
            self.edge.join(newcomer)
        }
        return taken
    }

    private func restart(_ now: Int64) {
        self.lastNow = now
        for panel in self.panels { panel.reset(at: now) }
        self.edge = PanelCohort([], log: self.log, streams: self.streams)
        self.newcomers = []
        self.welcome(self.panels)
    }

    // MARK: Telling

    /// All of these stand at the edge and know what the log has.
    func areCurrent(_ slots: [PanelSlot]) -> Bool {
        guard !self.isEdgeBehind else { return false }
        let standing = Set(self.edge.panels.map { ObjectIdentifier($0.slot) })
        return slots.allSatisfy { standing.contains(ObjectIdentifier($0)) }
    }

    /// Messages of the panels that are due. What is behind tells of its progress, a little later.
    func due(now: Int64) -> [(panel: Panel, message: ControlMessage)] {
        var messages: [(panel: Panel, message: ControlMessage)] = []
        for (cohort, isBehind) in [(self.edge, self.isEdgeBehind)] + self.newcomers.map({ ($0, true) }) {
            let position = self.log.position(of: cohort.cursor ?? 0)
            for panel in cohort.panels {
                guard let message = panel.tell(at: now, position: position, isBehind: isBehind) else { continue }
                messages.append((panel, message))
            }
        }
        return messages
    }
}
