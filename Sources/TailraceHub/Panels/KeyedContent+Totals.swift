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
    var isApproximate = false

    /// The first by count, or by value; equal ones by name.
    mutating func rank(by function: PanelValue.Function) {
        self.entries.sort { left, right in
            let first = left.value(function) ?? -.infinity
            let second = right.value(function) ?? -.infinity
            return first != second ? first > second : left.name.lexicographicallyPrecedes(right.name)
        }
    }
}

extension KeyedContent {
    func totals() -> KeyedTotals {
        var totals = KeyedTotals()
        var places: [Int: Int] = [:]
        for bucket in self.ring.inOrder {
            totals.missing += bucket.missing
            totals.total += bucket.rest.count
            if bucket.isApproximate { totals.isApproximate = true }
            for cell in bucket.cells {
                totals.total += cell.weight
                if let place = places[cell.key] {
                    totals.entries[place].values.merge(cell.values)
                    totals.entries[place].inherited += cell.inherited
                } else {
                    places[cell.key] = totals.entries.count
                    totals.entries.append(
                        KeyedTotal(
                            name: self.keys.name(of: cell.key), key: cell.key, values: cell.values,
                            inherited: cell.inherited))
                }
            }
        }
        return totals
    }
}
