/// What is known of some events: enough for every function of a panel.
struct Aggregate: Equatable {
    private(set) var count: UInt64 = 0
    private var sum = 0.0
    private var low = Double.infinity
    private var high = -Double.infinity
    /// When the newest of them happened.
    private(set) var last = Int64.min
    private var sketch: QuantileSketch?

    mutating func add(_ value: Double, at time: Int64, function: PanelValue.Function) {
        self.count += 1
        self.last = max(self.last, time)
        guard function.takesField else { return }
        self.sum += value
        self.low = min(self.low, value)
        self.high = max(self.high, value)
        guard function.quantile != nil else { return }
        if self.sketch == nil { self.sketch = QuantileSketch() }
        self.sketch?.add(value)
    }

    /// Events of which only their number and the newest are known.
    mutating func add(count: UInt64, last: Int64) {
        self.count += count
        self.last = max(self.last, last)
    }

    mutating func merge(_ other: Aggregate) {
        self.count += other.count
        self.sum += other.sum
        self.low = min(self.low, other.low)
        self.high = max(self.high, other.high)
        self.last = max(self.last, other.last)
        guard let sketch = other.sketch else { return }
        if self.sketch == nil { self.sketch = sketch } else { self.sketch?.merge(sketch) }
    }

    /// Nil where there is nothing to tell: the average of no events.
    func value(_ function: PanelValue.Function) -> Double? {
        switch function {
        case .count: return Double(self.count)
        case .sum: return self.sum
        case .last: return self.count > 0 ? Double(self.last) : nil
        case .avg: return self.count > 0 ? self.sum / Double(self.count) : nil
        case .min: return self.count > 0 ? self.low : nil
        case .max: return self.count > 0 ? self.high : nil
        case .p50, .p95, .p99:
            guard let share = function.quantile, let found = self.sketch?.quantile(share) else { return nil }
            // The ends are known exactly.
            return min(max(found, self.low), self.high)
        }
    }
}
