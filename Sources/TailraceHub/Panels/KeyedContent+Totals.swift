/// One name over the whole window.
struct KeyedTotal {
    var name: [UInt8]
    var key: Int
    var values: Aggregate
    /// How much its count may be too high.
    var inherited: UInt64

    var count: UInt64 { self.values.count + self.inherited }

    func value(_ function: PanelValue.Function) -> Double? {
        function == .count ? Double(self.count) : self.values.value(function)
    }
}

/// The window's sums, made afresh each time they are told.
struct KeyedTotals {
    /// Every name that a bucket has.
    var entries: [KeyedTotal] = []
    /// Events with a name and a value, those of names without a place too.
    var total: UInt64 = 0
    var missing: UInt64 = 0
    var outside: UInt64 = 0
    /// How many names there were: exact, or where some were replaced right to about 3 %.
    var distinct = 0
    var isApproximate = false

    /// The first ones by count, or by value; equal ones by name. Does not sort what is not told.
    func first(_ limit: Int, by function: PanelValue.Function) -> [KeyedTotal] {
        var first: [(rank: Double, entry: KeyedTotal)] = []
        for entry in self.entries {
            let new = (rank: entry.value(function) ?? -.infinity, entry: entry)
            if first.count == limit, let last = first.last, !Self.precedes(new, last) { continue }
            let place = first.firstIndex { Self.precedes(new, $0) } ?? first.count
            first.insert(new, at: place)
            if first.count > limit { first.removeLast() }
        }
        return first.map(\.entry)
    }

    private static func precedes(_ left: (rank: Double, entry: KeyedTotal), _ right: (rank: Double, entry: KeyedTotal))
        -> Bool
    {
        left.rank != right.rank
            ? left.rank > right.rank : left.entry.name.lexicographicallyPrecedes(right.entry.name)
    }
}

extension KeyedContent {
    func totals() -> KeyedTotals {
        var totals = KeyedTotals()
        // Places of keys among the entries.
        var places = [Int32](repeating: -1, count: self.keys.bound)
        var distinct: DistinctEstimate?
        for bucket in self.ring.inOrder {
            totals.missing += bucket.missing
            totals.outside += bucket.outside
            if let some = bucket.distinct, distinct == nil { distinct = some } else if let some = bucket.distinct {
                distinct?.merge(some)
            }
            totals.total += bucket.rest.count
            if bucket.isApproximate { totals.isApproximate = true }
            for cell in bucket.cells {
                totals.total += cell.weight
                let place = Int(places[cell.key])
                if place >= 0 {
                    totals.entries[place].values.merge(cell.values)
                    totals.entries[place].inherited += cell.inherited
                } else {
                    places[cell.key] = Int32(totals.entries.count)
                    totals.entries.append(
                        KeyedTotal(
                            name: self.keys.name(of: cell.key), key: cell.key, values: cell.values,
                            inherited: cell.inherited))
                }
            }
        }
        totals.distinct = totals.entries.count
        if var distinct {
            for entry in totals.entries { distinct.add(hash: self.keys.hash(of: entry.key)) }
            totals.distinct = max(distinct.count, totals.distinct)
        }
        return totals
    }
}
