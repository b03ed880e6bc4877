import TailraceEvent

/// All comparisons and ranges of a column whose ends are numbers: a value is read once, and its place among the sorted
/// ends answers every test.
struct OrderTests {
    /// Events whose answers are known.
    var known: UInt64 = 0
    private var runs: [BoundRun] = []
    private var sides: [BoundSides] = []
    private var free: [Int] = []
    private var places: [Int: Int] = [:]

    mutating func insert(_ check: OrderCheck, _ test: Int) {
        let place = self.free.popLast() ?? self.sides.count
        if place == self.sides.count { self.sides.append(BoundSides()) }
        self.sides[place] = BoundSides(test: test)
        self.places[test] = place
        if let low = check.low { self.insert(low, isLow: true, check.unit, place) }
        if let high = check.high { self.insert(high, isLow: false, check.unit, place) }
    }

    private mutating func insert(_ bound: OrderCheck.Bound, isLow: Bool, _ unit: OrderCheck.Unit?, _ place: Int) {
        guard let quantity = bound.operand.quantity else { preconditionFailure("only numbers have a place in a run") }
        let kind = BoundRun.Kind(quantity, unit)
        let run = self.runs.firstIndex { $0.kind == kind } ?? self.runs.count
        if run == self.runs.count { self.runs.append(BoundRun(kind)) }
        self.runs[run].insert(
            .init(
                number: quantity.number, integer: quantity.integer ?? 0, isLow: isLow, isIncluded: bound.isIncluded,
                owner: place))
    }

    mutating func remove(_ test: Int) {
        guard let place = self.places.removeValue(forKey: test) else { return }
        self.sides[place].test = nil
        self.free.append(place)
        for run in self.runs.indices { self.runs[run].remove(owner: place) }
        self.runs.removeAll { $0.isEmpty }
    }

    /// Takes the value of an event: one of each, as both ends of a range are about the same value.
    mutating func take(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, of event: Int) {
        guard kind == .string || kind == .number, let quantity = Quantity(value) else { return }
        for run in self.runs.indices { self.runs[run].take(quantity, of: event) }
    }

    /// Adds what the values that were taken say to the tests' answers, and forgets the values.
    mutating func settle(into answers: inout [UInt64]) {
        guard self.runs.contains(where: { $0.events != 0 }) else { return }
        for run in self.runs.indices { self.runs[run].settle(into: &self.sides) }
        for sides in self.sides {
            guard let test = sides.test else { continue }
            answers[test] |= sides.low & sides.high
        }
    }
}

/// Which events' values are on the right side of a test's ends; an end that is open has them all.
struct BoundSides {
    /// Nil where the test is gone.
    var test: Int?
    var low: UInt64 = .max
    var high: UInt64 = .max
}

/// Ends that are compared with a value in the same way, in their order.
struct BoundRun {
    /// Ends of one unit, whole ones apart: those are compared exactly with whole values.
    struct Kind: Equatable {
        let scale: Double
        let dimension: Quantity.Dimension
        let isWhole: Bool
        let valueScale: Double
        let valueDimension: Quantity.Dimension

        /// `unit`: of values that have none.
        init(_ bound: Quantity, _ unit: OrderCheck.Unit?) {
            self.scale = bound.scale
            self.dimension = bound.dimension
            self.isWhole = bound.integer != nil
            self.valueScale = unit?.scale ?? 1
            self.valueDimension = unit?.dimension ?? .none
        }
    }

    struct Bound {
        let number: Double
        /// 0 where it isn't whole.
        let integer: Int64
        let isLow: Bool
        let isIncluded: Bool
        let owner: Int
    }

    let kind: Kind
    private var bounds: [Bound] = []
    /// Events whose value has as many ends below it as the place says.
    private var above: [UInt64] = [0]
    /// The same with the ends that are equal to the value.
    private var reaching: [UInt64] = [0]
    /// Events whose value can be compared at all.
    private(set) var events: UInt64 = 0

    init(_ kind: Kind) { self.kind = kind }

    var isEmpty: Bool { self.bounds.isEmpty }

    mutating func insert(_ bound: Bound) {
        let place =
            self.kind.isWhole
            ? self.count { $0.integer < bound.integer } : self.count { $0.number < bound.number }
        self.bounds.insert(bound, at: place)
        self.above.append(0)
        self.reaching.append(0)
    }

    mutating func remove(owner: Int) {
        self.bounds.removeAll { $0.owner == owner }
        self.above.removeLast(self.above.count - self.bounds.count - 1)
        self.reaching.removeLast(self.reaching.count - self.bounds.count - 1)
    }

    /// Finds the value's place by the rules of `Quantity.order`.
    mutating func take(_ quantity: Quantity, of event: Int) {
        let isBare = quantity.dimension == .none
        let dimension = isBare ? self.kind.valueDimension : quantity.dimension
        let scale = isBare ? self.kind.valueScale : quantity.scale
        let hasUnits = dimension != .none && self.kind.dimension != .none
        guard !hasUnits || dimension == self.kind.dimension else { return }
        let isScaled = hasUnits && scale != self.kind.scale
        let bit: UInt64 = 1 << UInt64(event)
        self.events |= bit
        if self.kind.isWhole, !isScaled, let integer = quantity.integer {
            self.above[self.count { $0.integer < integer }] |= bit
            self.reaching[self.count { $0.integer <= integer }] |= bit
            return
        }
        let number = isScaled ? quantity.number * scale : quantity.number
        let factor = isScaled ? self.kind.scale : 1
        self.above[self.count { $0.number * factor < number }] |= bit
        self.reaching[self.count { $0.number * factor <= number }] |= bit
    }

    /// Tells for every end which events are on its right side.
    mutating func settle(into sides: inout [BoundSides]) {
        var (above, reaching) = (UInt64(0), UInt64(0))
        for place in self.bounds.indices.reversed() {
            above |= self.above[place + 1]
            reaching |= self.reaching[place + 1]
            self.above[place + 1] = 0
            self.reaching[place + 1] = 0
            let bound = self.bounds[place]
            // What is not above an end is equal or below, what doesn't reach it is below.
            let onSide =
                bound.isLow
                ? bound.isIncluded ? reaching : above
                : self.events & ~(bound.isIncluded ? above : reaching)
            if bound.isLow { sides[bound.owner].low = onSide } else { sides[bound.owner].high = onSide }
        }
        self.above[0] = 0
        self.reaching[0] = 0
        self.events = 0
    }

    /// How many ends are before the first that is not `isBefore`.
    private func count(while isBefore: (Bound) -> Bool) -> Int {
        var (low, high) = (0, self.bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self.bounds[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
