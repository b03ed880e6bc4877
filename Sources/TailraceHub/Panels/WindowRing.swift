/// A window that moves with the clock: buckets of equal width whose borders are whole multiples of it.
struct WindowRing {
    /// Nanoseconds.
    let width: Int64
    let count: Int
    private var buckets: [KeyedBucket]
    /// Number of the newest bucket: its beginning divided by the width.
    private var newest: Int64

    /// Covers at least `window` but for the part of the newest bucket that is still to come.
    init(window: Duration, maxBuckets: Int, endingAt time: Int64) {
        let seconds = max(1, window.components.seconds)
        self.width = Self.width(of: seconds, maxBuckets: maxBuckets) * 1_000_000_000
        self.count = Self.buckets(of: window, maxBuckets: maxBuckets)
        self.buckets = Array(repeating: KeyedBucket(), count: self.count)
        self.newest = Self.floor(time, self.width)
    }

    /// How many buckets a window has.
    static func buckets(of window: Duration, maxBuckets: Int) -> Int {
        let seconds = max(1, window.components.seconds)
        let width = Self.width(of: seconds, maxBuckets: maxBuckets)
        return Int((seconds + width - 1) / width)
    }

    /// When the window begins.
    var from: Int64 { (self.newest - Int64(self.count) + 1) * self.width }
    var end: Int64 { (self.newest + 1) * self.width }

    /// Oldest first.
    var inOrder: some Collection<KeyedBucket> {
        (0..<self.count).lazy.map { self.buckets[self.slot(self.newest - Int64(self.count - 1 - $0))] }
    }

    /// Moves on to a time; what leaves the window is handed over. Never moves back.
    mutating func advance(to time: Int64, leaving: (KeyedBucket) -> Void) {
        let target = Self.floor(time, self.width)
        guard target > self.newest else { return }
        let first = max(self.newest + 1, target - Int64(self.count) + 1)
        for number in first...target {
            let slot = self.slot(number)
            leaving(self.buckets[slot])
            self.buckets[slot] = KeyedBucket()
        }
        self.newest = target
    }

    /// Calls `body` with the bucket that a time falls into, if it is in the window.
    mutating func update(at time: Int64, _ body: (inout KeyedBucket) -> Void) {
        let number = Self.floor(time, self.width)
        guard number <= self.newest, number > self.newest - Int64(self.count) else { return }
        body(&self.buckets[self.slot(number)])
    }

    /// The bucket that a time falls into, in the window or not.
    func times(around time: Int64) -> Range<Int64> {
        let start = Self.floor(time, self.width) &* self.width
        return start..<start &+ self.width
    }

    /// What happened at `time` was in no window any more when it came.
    func isOutside(_ time: Int64, receivedAt received: Int64) -> Bool {
        Self.floor(time, self.width) <= Self.floor(received, self.width) &- Int64(self.count)
    }

    private func slot(_ number: Int64) -> Int {
        let rest = Int(number % Int64(self.count))
        return rest < 0 ? rest + self.count : rest
    }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }

    /// The narrowest width that people read with ease, in seconds.
    private static func width(of window: Int64, maxBuckets: Int) -> Int64 {
        Self.widths.first { $0 * Int64(maxBuckets) >= window } ?? (window + Int64(maxBuckets) - 1) / Int64(maxBuckets)
    }

    private static let widths: [Int64] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
    ]
}
