internal import TailraceEvent

extension KeyedContent {
    func describe(into message: inout JSONObject) {
        let totals = self.totals()
        if let unit = self.unit { message.member("unit", unit) }
        message.member("from", Timestamp(nanoseconds: self.ring.from).rfc3339)
        switch self.definition.kind {
        case .timeseries: self.describeSeries(totals, into: &message)
        case .top: self.describeEntries(totals, into: &message)
        case .stat where self.isPlain: self.describeNumber(totals, into: &message)
        case .stat: self.describeEntries(totals, into: &message)
        case .log: break
        }
        message.member("total", totals.total)
        if totals.missing > 0 { message.member("missing", totals.missing) }
        if totals.outside > 0 { message.member("outside", totals.outside) }
        if totals.isApproximate { message.member("approximate", true) }
    }

    // MARK: Series

    /// One list of values per name, a value per bucket; what is not among the first is told together.
    private func describeSeries(_ totals: KeyedTotals, into message: inout JSONObject) {
        let function = self.definition.value.function
        let named = totals.first(self.definition.limit, by: .count)
        var rows: [Int: Int] = [:]
        for (row, entry) in named.enumerated() { rows[entry.key] = row }
        let table = SeriesTable(self.ring.inOrder, rows: rows, function: function)
        message.member("width_ms", Int(self.ring.width / 1_000_000))
        message.member("points", self.ring.count)
        message.member(
            "series",
            objects: named.enumerated().map { row, entry in
                {
                    if !self.isPlain { $0.member("name", String(decoding: entry.name, as: UTF8.self)) }
                    $0.member("count", entry.count)
                    $0.member("values", json: table.text(row: row))
                }
            })
        if table.hasOthers { message.member("other", json: table.text(row: table.others)) }
        let gaps = self.ring.inOrder.enumerated().filter { $1.gaps > 0 }
        guard !gaps.isEmpty else { return }
        message.member(
            "gaps",
            objects: gaps.map { point, bucket in
                {
                    $0.member("point", point)
                    $0.member("count", bucket.gaps)
                }
            })
    }

    // MARK: Entries

    private func describeEntries(_ totals: KeyedTotals, into message: inout JSONObject) {
        let function = self.definition.value.function
        var shown = totals.first(self.definition.limit, by: self.definition.kind == .stat ? .count : function)
        if self.definition.kind == .stat {
            self.addExpected(to: &shown)
            shown.sort { $0.name.lexicographicallyPrecedes($1.name) }
        }
        message.member("names", totals.distinct)
        message.member(
            "entries",
            objects: shown.map { entry in
                {
                    $0.member("name", String(decoding: entry.name, as: UTF8.self))
                    $0.member("value", json: entry.value(function).json(function))
                    if function != .count { $0.member("count", entry.count) }
                    if entry.inherited > 0 { $0.member("error", entry.inherited) }
                }
            })
    }

    /// A name that nothing came of is told too, without a value.
    private func addExpected(to entries: inout [KeyedTotal]) {
        for name in self.definition.names {
            let bytes = Array(name.utf8)
            if entries.contains(where: { $0.name == bytes }) { continue }
            entries.append(KeyedTotal(name: bytes, key: -1, values: Aggregate(), inherited: 0))
        }
    }

    // MARK: One number

    private func describeNumber(_ totals: KeyedTotals, into message: inout JSONObject) {
        let function = self.definition.value.function
        let value = totals.entries.first?.values ?? Aggregate()
        message.member("result", json: value.value(function).json(function))
        if function == .count {
            let seconds = Double(self.ring.width) / 1e9 * Double(self.ring.count)
            message.member("rate", json: (Double(totals.total) / seconds as Double?).json(function))
        }
        let rows = totals.entries.first.map { [$0.key: 0] } ?? [:]
        let table = SeriesTable(self.ring.inOrder, rows: rows, function: function)
        message.member("width_ms", Int(self.ring.width / 1_000_000))
        if function != .last {
            message.member("values", json: rows.isEmpty ? table.text(row: table.others) : table.text(row: 0))
        }
    }
}

/// The values of the named series, and of all others together, per bucket.
private struct SeriesTable {
    private var values: [Double?]
    private let points: Int
    private let function: PanelValue.Function
    /// The row after the named ones.
    let others: Int
    private(set) var hasOthers = false

    init(_ buckets: some Collection<KeyedBucket>, rows: [Int: Int], function: PanelValue.Function) {
        self.points = buckets.count
        self.function = function
        self.others = rows.count
        // Nothing counted is zero, nothing measured is nothing.
        let empty: Double? = function == .count || function == .sum ? 0 : nil
        self.values = Array(repeating: empty, count: (rows.count + 1) * buckets.count)
        for (point, bucket) in buckets.enumerated() {
            var rest = bucket.rest
            for cell in bucket.cells {
                if let row = rows[cell.key] {
                    self.values[row * self.points + point] = cell.values.value(function)
                } else {
                    rest.merge(cell.values)
                }
            }
            guard rest.count > 0 else { continue }
            self.hasOthers = true
            self.values[self.others * self.points + point] = rest.value(function)
        }
    }

    func text(row: Int) -> [UInt8] {
        PanelText.list(self.points) { point, text in
            PanelText.append(self.values[row * self.points + point], of: self.function, to: &text)
        }
    }
}
