/// Events that follow each other and fall into one bucket, gathered so that the bucket is asked once per name and not
/// once per event.
struct KeyRun {
    struct Name {
        var key: Int
        var count: UInt64 = 0
        /// When the newest of them happened.
        var last = Int64.min
    }

    struct Step {
        /// Among `names`.
        var place: Int
        var time: Int64
        var value: Double
    }

    /// Times of the bucket; none before the first event.
    private(set) var times: Range<Int64> = 0..<0
    /// The bucket is in the window.
    private(set) var isInside = false
    /// In the order they came.
    private(set) var names: [Name] = []
    /// Event by event, where a bucket may have to know their order.
    private(set) var steps: [Step] = []
    var missing: UInt64 = 0
    var gaps: UInt64 = 0
    /// Places of keys among the names, -1 for the others.
    private var places: [Int32] = []
    /// The same by code, for names that a code tells apart.
    private var placesOfCodes: [Int32] = []
    private var usedCodes: [Int] = []

    var isEmpty: Bool { self.names.isEmpty && self.missing == 0 && self.gaps == 0 }

    mutating func begin(_ times: Range<Int64>, isInside: Bool) {
        self.times = times
        self.isInside = isInside
    }

    /// The key's place among the names; `isNew` if it is the first of its events.
    mutating func place(of key: Int) -> (place: Int, isNew: Bool) {
        if key >= self.places.count {
            self.places.append(contentsOf: repeatElement(-1, count: max(64, key + 1 - self.places.count)))
        }
        if self.places[key] >= 0 { return (Int(self.places[key]), false) }
        self.places[key] = Int32(self.names.count)
        self.names.append(Name(key: key))
        return (self.names.count - 1, true)
    }

    /// Codes are smaller than this.
    mutating func expect(codes: Int) {
        let missing = codes - self.placesOfCodes.count
        if missing > 0 { self.placesOfCodes.append(contentsOf: repeatElement(-1, count: missing)) }
    }

    /// -1 before the first event with the code.
    func place(ofCode code: Int) -> Int { Int(self.placesOfCodes[code]) }

    mutating func set(_ place: Int, ofCode code: Int) {
        self.placesOfCodes[code] = Int32(place)
        self.usedCodes.append(code)
    }

    mutating func count(_ place: Int, at time: Int64) {
        self.names[place].count += 1
        if time > self.names[place].last { self.names[place].last = time }
    }

    mutating func note(_ place: Int, at time: Int64, value: Double) {
        self.steps.append(Step(place: place, time: time, value: value))
    }

    mutating func clear() {
        for name in self.names { self.places[name.key] = -1 }
        for code in self.usedCodes { self.placesOfCodes[code] = -1 }
        self.usedCodes.removeAll(keepingCapacity: true)
        self.names.removeAll(keepingCapacity: true)
        self.steps.removeAll(keepingCapacity: true)
        self.missing = 0
        self.gaps = 0
        self.times = 0..<0
    }
}
