import TailraceEvent

/// Numbers by the bytes they stand for. Hashing is seeded per process: who writes filters can't choose what collides.
struct ByteIndex {
    private struct Entry {
        var bytes: [UInt8]
        var number: Int
    }

    private var buckets: [Int: [Entry]] = [:]
    /// Bit n: there are bytes of that length, the last bit for all longer ones. Most texts are passed by at a glance.
    private var lengths: UInt64 = 0

    var isEmpty: Bool { self.buckets.isEmpty }

    mutating func insert(_ bytes: [UInt8], _ number: Int) {
        self.buckets[Self.hash(bytes.span), default: []].append(Entry(bytes: bytes, number: number))
        self.lengths |= Self.lengthBit(bytes.count)
    }

    /// Lengths stay marked, which costs a look-up in vain and nothing else.
    mutating func remove(_ bytes: [UInt8], _ number: Int) {
        let hash = Self.hash(bytes.span)
        guard var bucket = self.buckets[hash] else { return }
        bucket.removeAll { $0.number == number && $0.bytes == bytes }
        self.buckets[hash] = bucket.isEmpty ? nil : bucket
    }

    /// Appends the numbers of these bytes.
    func find(_ bytes: Span<UInt8>, into numbers: inout [Int]) {
        guard self.lengths & Self.lengthBit(bytes.count) != 0, let bucket = self.buckets[Self.hash(bytes)] else {
            return
        }
        for entry in bucket where bytes.isEqual(to: entry.bytes) { numbers.append(entry.number) }
    }

    private static func lengthBit(_ count: Int) -> UInt64 { 1 << UInt64(min(count, 63)) }

    private static func hash(_ bytes: Span<UInt8>) -> Int {
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}

/// Tests by the number that a value must equal.
struct NumberIndex {
    private var byInteger: [Int64: [Int]] = [:]
    private var checks: [Int: ValueCheck] = [:]
    /// Tests whose number is not whole.
    private var others: [Int: ValueCheck] = [:]

    mutating func insert(_ quantity: Quantity, _ check: ValueCheck, _ test: Int) {
        self.checks[test] = check
        if let integer = quantity.integer {
            self.byInteger[integer, default: []].append(test)
        } else {
            self.others[test] = check
        }
    }

    mutating func remove(_ quantity: Quantity, _ test: Int) {
        self.checks[test] = nil
        self.others[test] = nil
        guard let integer = quantity.integer, var tests = self.byInteger[integer] else { return }
        tests.removeAll { $0 == test }
        self.byInteger[integer] = tests.isEmpty ? nil : tests
    }

    /// Appends the tests that a number passes. Whole numbers are equal if their digits are, since a number in an event
    /// has no unit; all else is asked test by test.
    func find(_ number: Span<UInt8>, _ scratch: MatchScratch, into tests: inout [Int]) {
        guard !self.checks.isEmpty, let quantity = Quantity(number) else { return }
        var asked = self.checks
        if let integer = quantity.integer {
            if let found = self.byInteger[integer] { tests.append(contentsOf: found) }
            asked = self.others
        }
        for (test, check) in asked where check.passes(number, .number, scratch) { tests.append(test) }
    }
}
