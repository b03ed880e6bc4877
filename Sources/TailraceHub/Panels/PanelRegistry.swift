internal import TailraceEvent
internal import TailraceFilter

/// Which panels are computed: those that viewers asked for, by their definitions, the same one once for all who look at
/// it; and the tiles of the configuration.
struct PanelRegistry {
    struct Seat {
        var slot: PanelSlot
        var viewers = 0
        /// When the last viewer left. Nanoseconds.
        var left: Int64?
    }

    /// What nobody looks at any more is computed so long. Nanoseconds.
    let linger: Int64
    /// The clock of the board runs.
    var isTicking = false
    /// The tiles have told of all that the log had since they are computed.
    var areTilesReady = false
    /// Readers that look at the tiles of the configuration.
    private var tileViewers = 0
    /// When the tiles were looked at last, if nobody does now, and how long they are still computed. Nanoseconds.
    private var tilesLeft: (at: Int64, linger: Int64)?
    /// Grows whenever slots come or go.
    private(set) var generation: UInt64 = 0
    /// By the definition without its id.
    private var seats: [PanelDefinition: Seat] = [:]
    private var ids: Set<String> = []
    /// What all of them may take in memory.
    private var weight = 0

    init(linger: Int64) { self.linger = linger }

    var count: Int { self.seats.count }
    var slots: [PanelSlot] { self.seats.values.map(\.slot) }

    /// Gives every definition its slot; all of them or none.
    mutating func watch(_ definitions: [PanelDefinition], now: Int64) throws(ReaderProblem) -> [PanelSlot] {
        let wanted = Set(definitions)
        try self.makeRoom(for: wanted.filter { self.seats[$0] == nil }, keeping: wanted, definitions)
        return definitions.map { definition in
            var seat = self.seats[definition] ?? self.newSeat(definition)
            seat.viewers += 1
            seat.left = nil
            self.seats[definition] = seat
            return seat.slot
        }
    }

    mutating func leave(_ slots: [PanelSlot], now: Int64) {
        for slot in slots {
            var definition = slot.definition
            definition.id = ""
            guard var seat = self.seats[definition] else { continue }
            seat.viewers -= 1
            if seat.viewers == 0 { seat.left = now }
            self.seats[definition] = seat
        }
    }

    /// Forgets what nobody has looked at for a while.
    mutating func dropOld(now: Int64) {
        for (definition, seat) in self.seats {
            // A clock that was set back must not keep them for ever.
            if let left = seat.left, abs(now - left) >= self.linger { self.drop(definition) }
        }
        guard let left = self.tilesLeft, abs(now - left.at) >= left.linger else { return }
        self.tilesLeft = nil
        self.areTilesReady = false
        self.generation += 1
    }

    // MARK: Tiles

    /// Nobody's tiles cost nothing: they are computed while somebody looks, and for a while after.
    var wantsTiles: Bool { self.tileViewers > 0 || self.tilesLeft != nil }

    /// There are other tiles; true if somebody looks at them.
    mutating func tilesChanged() -> Bool {
        self.areTilesReady = false
        self.generation += 1
        return self.wantsTiles
    }

    mutating func showTiles() {
        if !self.wantsTiles { self.generation += 1 }
        self.tileViewers += 1
        self.tilesLeft = nil
    }

    mutating func leaveTiles(now: Int64) {
        self.tileViewers -= 1
        if self.tileViewers == 0 { self.tilesLeft = (now, self.linger) }
    }

    /// Somebody has one look. Twice as long: who asks as often as others wait is not answered from the log each time.
    mutating func glanceAtTiles(now: Int64) {
        if !self.wantsTiles { self.generation += 1 }
        if self.tileViewers == 0 { self.tilesLeft = (now, 2 * self.linger) }
    }

    // MARK: Room

    private mutating func makeRoom(
        for new: Set<PanelDefinition>, keeping wanted: Set<PanelDefinition>, _ order: [PanelDefinition]
    ) throws(ReaderProblem) {
        let newWeight = new.reduce(0) { $0 + $1.weight }
        let unwatched = self.seats.filter { $0.value.left != nil && !wanted.contains($0.key) }
            .sorted { ($0.value.left ?? 0) < ($1.value.left ?? 0) }.map(\.key)
        let kept = self.seats.count - unwatched.count + new.count
        let keptWeight = self.weight - unwatched.reduce(0) { $0 + $1.weight } + newWeight
        guard kept <= PanelLimits.maxWatched, keptWeight <= PanelLimits.maxWatchedBytes else {
            let index = order.firstIndex { new.contains($0) } ?? 0
            throw ReaderProblem(
                .watch, "the relay computes as many different panels as it may (\(self.seats.count))",
                expected: "one that others watch too, or wait until they leave", panel: index)
        }
        for definition in unwatched {
            guard self.seats.count + new.count > PanelLimits.maxWatched
                || self.weight + newWeight > PanelLimits.maxWatchedBytes
            else { return }
            self.drop(definition)
        }
    }

    private mutating func newSeat(_ definition: PanelDefinition) -> Seat {
        var named = definition
        named.id = definition.watchedID(besides: self.ids)
        self.ids.insert(named.id)
        self.weight += definition.weight
        self.generation += 1
        return Seat(slot: PanelSlot(named))
    }

    private mutating func drop(_ definition: PanelDefinition) {
        guard let seat = self.seats.removeValue(forKey: definition) else { return }
        self.ids.remove(seat.slot.id)
        self.weight -= definition.weight
        self.generation += 1
    }
}

extension PanelDefinition {
    /// `w` and a number made from the definition: the same for every viewer, and again after a restart.
    fileprivate func watchedID(besides taken: Set<String>) -> String {
        var text = "\(self.kind.rawValue)\n\(self.stream)\n\(self.filter.canonical)\n\(self.value.text)\n"
        text += "\(self.window) \(self.every) \(self.points ?? 0) \(self.limit)"
        for field in self.by { text += "\n\(field.name)" }
        // FNV-1a: whoever finds two definitions with one number gets two ids all the same.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        while taken.contains("w" + String(hash, radix: 36)) { hash &+= 1 }
        return "w" + String(hash, radix: 36)
    }
}
