/// Ranges of numbers: what a host's log is known to hold and has not come yet, or has come too early.
package struct NumberSet: Sendable, Hashable {
    /// In order, with numbers between each two of them.
    package private(set) var ranges: [ClosedRange<UInt64>] = []

    package init() {}

    package init(_ ranges: [ClosedRange<UInt64>]) { for range in ranges { self.insert(range) } }

    package var isEmpty: Bool { self.ranges.isEmpty }
    package var count: UInt64 { self.ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound + 1) } }

    package func contains(_ number: UInt64) -> Bool {
        let index = self.firstIndex(reaching: number)
        return index < self.ranges.count && self.ranges[index].contains(number)
    }

    package func overlaps(_ range: ClosedRange<UInt64>) -> Bool {
        let index = self.firstIndex(reaching: range.lowerBound)
        return index < self.ranges.count && self.ranges[index].lowerBound <= range.upperBound
    }

    package mutating func insert(_ range: ClosedRange<UInt64>) {
        // Those that touch it become one with it.
        let start = self.firstIndex(reaching: max(range.lowerBound, 1) - 1)
        var end = start
        var (low, high) = (range.lowerBound, range.upperBound)
        while end < self.ranges.count, self.ranges[end].lowerBound <= range.upperBound.addingOne {
            low = min(low, self.ranges[end].lowerBound)
            high = max(high, self.ranges[end].upperBound)
            end += 1
        }
        self.ranges.replaceSubrange(start..<end, with: [low...high])
    }

    package mutating func remove(_ range: ClosedRange<UInt64>) {
        let start = self.firstIndex(reaching: range.lowerBound)
        var end = start
        var kept: [ClosedRange<UInt64>] = []
        while end < self.ranges.count, self.ranges[end].lowerBound <= range.upperBound {
            let known = self.ranges[end]
            if known.lowerBound < range.lowerBound { kept.append(known.lowerBound...range.lowerBound - 1) }
            if known.upperBound > range.upperBound { kept.append(range.upperBound + 1...known.upperBound) }
            end += 1
        }
        if end > start { self.ranges.replaceSubrange(start..<end, with: kept) }
    }

    package mutating func removeFirst() -> ClosedRange<UInt64> { self.ranges.removeFirst() }

    /// Binary search: the first range that ends at the number or behind it.
    private func firstIndex(reaching number: UInt64) -> Int {
        var low = 0
        var high = self.ranges.count
        while low < high {
            let middle = (low + high) / 2
            if self.ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension UInt64 {
    fileprivate var addingOne: UInt64 { self == .max ? self : self + 1 }
}

extension NumberSet {
    /// `3-7,9-9`
    package var text: String { self.ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",") }

    package init?(text: some StringProtocol) {
        self.init()
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").map { UInt64($0) }
            guard ends.count == 2, let low = ends[0], let high = ends[1], low <= high else { return nil }
            self.insert(low...high)
        }
    }
}
