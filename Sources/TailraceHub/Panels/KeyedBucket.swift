/// A stretch of time of a panel: events by name, exact up to a limit of names.
///
/// Depends on its events and their order alone, not on what other buckets held, so that a window that was carried along
/// is the same as one that was computed afresh.
struct KeyedBucket {
    struct Cell {
        var key: Int
        /// Events that were counted for another name before this one took its place.
        var inherited: UInt64 = 0
        var values = Aggregate()

        var weight: UInt64 { self.inherited + self.values.count }
    }

    /// What happens to a name that comes when the limit is reached.
    enum WhenFull {
        /// Its events are told together with those of others.
        case countTogether
        /// It takes the place of the rarest and inherits its count (Space-Saving, Metwally et al. 2005): what is more
        /// frequent than one in `limit` events is surely there, counted at most `inherited` too high.
        case replaceRarest
    }

    enum Admission: Equatable { case known, new, refused, replaced(Int) }

    private(set) var cells: [Cell] = []
    /// Of names that found no place.
    private(set) var rest = Aggregate()
    /// Events without the field that the panel is about.
    var missing: UInt64 = 0
    /// Events in which a source or a stream told of a loss.
    var gaps: UInt64 = 0
    /// Events that came now and had happened a whole window before, or earlier.
    var outside: UInt64 = 0
    /// Of all names, once some of them were replaced.
    private(set) var distinct: DistinctEstimate?
    /// Names were replaced or counted together.
    private(set) var isApproximate = false
    private var places: [Int: Int] = [:]
    /// Places whose count was the lowest when they were last looked for.
    private var rarest: [Int] = []
    private var lowest: UInt64 = 0

    /// There is a place for each of these names.
    func hasRoom(for names: [KeyRun.Name], limit: Int) -> Bool {
        if self.cells.count + names.count <= limit { return true }
        return self.cells.count + names.reduce(0) { $0 + (self.places[$1.key] == nil ? 1 : 0) } <= limit
    }

    /// Remembers names that lose their places, so that it can be told how many there were.
    mutating func noteDistinct(_ keys: KeyTable, _ key: Int, _ admission: Admission) {
        guard case .replaced(let old) = admission else { return }
        if self.distinct == nil {
            var distinct = DistinctEstimate()
            for cell in self.cells { distinct.add(hash: keys.hash(of: cell.key)) }
            distinct.add(hash: keys.hash(of: old))
            self.distinct = distinct
        }
        self.distinct?.add(hash: keys.hash(of: key))
    }

    mutating func add(
        _ value: Double, key: Int, at time: Int64, function: PanelValue.Function, limit: Int, whenFull: WhenFull
    ) -> Admission {
        self.add(key: key, limit: limit, whenFull: whenFull) { $0.add(value, at: time, function: function) }
    }

    /// Lets `change` add events to what is known of a name.
    @inline(__always)
    mutating func add(
        key: Int, limit: Int, whenFull: WhenFull, _ change: (inout Aggregate) -> Void
    ) -> Admission {
        if let place = self.places[key] {
            change(&self.cells[place].values)
            return .known
        }
        var cell = Cell(key: key)
        if self.cells.count < limit {
            change(&cell.values)
            self.places[key] = self.cells.count
            self.cells.append(cell)
            return .new
        }
        self.isApproximate = true
        guard case .replaceRarest = whenFull else {
            change(&self.rest)
            return .refused
        }
        let place = self.takeRarest()
        let old = self.cells[place]
        cell.inherited = old.weight
        change(&cell.values)
        self.cells[place] = cell
        self.places[old.key] = nil
        self.places[key] = place
        return .replaced(old.key)
    }

    /// Looks through all places only when those with the lowest count are used up.
    private mutating func takeRarest() -> Int {
        while let place = self.rarest.popLast() {
            if self.cells[place].weight == self.lowest { return place }
        }
        self.lowest = self.cells.lazy.map(\.weight).min() ?? 0
        self.rarest = self.cells.indices.filter { self.cells[$0].weight == self.lowest }.reversed()
        return self.rarest.removeLast()
    }
}
