import TailraceEvent

/// The tests of a column that one scan answers together, and the patterns that wait to be compiled into it.
struct ScanTests {
    private struct Entry {
        var test: Int
        var check: ValueCheck
        var isFolded: Bool
        var needsCheck: Bool
        var onlyStrings: Bool
    }

    /// Events whose answers are known.
    var known: UInt64 = 0
    /// Patterns of the column's tests, in the scan or not.
    private(set) var wanted: [UInt64: ScanPattern] = [:]
    /// How many patterns were asked to be compiled last, whether they went in or were over a limit.
    private var asked = 0
    /// Others have come since.
    private var hasNew = false
    private(set) var database: PatternDatabase?
    /// By the number of the pattern; nil where the test is gone.
    private var entries: [Entry?] = []
    private var places: [Int: Int] = [:]
    private var hasFolded = false
    /// `contains` tests for values that aren't strings.
    private var words = ByteIndex()
    private var numbers = NumberIndex()

    mutating func want(_ pattern: ScanPattern, serial: UInt64) {
        self.wanted[serial] = pattern
        self.hasNew = true
    }

    mutating func unwant(serial: UInt64) { self.wanted[serial] = nil }

    /// There are patterns that have not been tried, or half of those in the scan are of nobody any more.
    var wantsCompiling: Bool {
        guard self.wanted.count >= FilterLimits.minScanPatterns else { return false }
        return self.hasNew || self.asked > 2 * self.wanted.count
    }

    /// Remembers what goes into the next scan.
    mutating func ask() {
        self.asked = self.wanted.count
        self.hasNew = false
    }

    /// Empties the scan; its tests are asked one by one from now on.
    mutating func drop() -> [Int] {
        let tests = Array(self.places.keys)
        self.database = nil
        self.entries = []
        self.places = [:]
        self.words = ByteIndex()
        self.numbers = NumberIndex()
        self.hasFolded = false
        self.known = 0
        return tests
    }

    /// Takes a compiled scan; `find` gives the test of a serial, if there still is one.
    mutating func adopt(_ database: PatternDatabase, find: (UInt64) -> (test: Int, check: ValueCheck)?) -> [Int] {
        self.database = database
        for (number, serial) in database.tests.enumerated() {
            guard let pattern = self.wanted[serial], let (test, check) = find(serial) else {
                self.entries.append(nil)
                continue
            }
            self.entries.append(
                Entry(
                    test: test, check: check, isFolded: pattern.isFolded, needsCheck: pattern.needsCheck,
                    onlyStrings: pattern.onlyStrings))
            self.places[test] = number
            self.hasFolded = self.hasFolded || pattern.isFolded
            self.index(check, test)
        }
        return Array(self.places.keys)
    }

    /// Takes a test out of the scan; its pattern stays in the automaton until the next one.
    mutating func remove(_ test: Int) {
        guard let place = self.places.removeValue(forKey: test), let entry = self.entries[place] else { return }
        self.entries[place] = nil
        guard let check = entry.check as? ContainsCheck else { return }
        self.words.remove(check.lowercased, test)
        if let quantity = check.quantity { self.numbers.remove(quantity, test) }
    }

    private mutating func index(_ check: ValueCheck, _ test: Int) {
        guard let check = check as? ContainsCheck else { return }
        self.words.insert(check.lowercased, test)
        if let quantity = check.quantity { self.numbers.insert(quantity, check, test) }
    }

    /// Appends the tests that a value passes.
    func find(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch, into tests: inout [Int]) {
        guard let database = self.database else { return }
        if kind == .bool || kind == .null { self.words.find(value, into: &tests) }
        if kind == .number { self.numbers.find(value, scratch, into: &tests) }
        let isASCII = value.withUnsafeBufferPointer { UTF8Reader.isASCII($0) }
        self.scan(value, for: database, scratch)
        for number in scratch.hits {
            guard let entry = self.entries[Int(number)], isASCII || !entry.isFolded else { continue }
            self.take(entry, value, kind, scratch, into: &tests)
        }
        guard !isASCII, self.hasFolded else { return }
        value.withUnsafeBufferPointer { CaseFolding.fold($0, into: &scratch.folded) }
        let folded = scratch.folded
        self.scan(folded.span, for: database, scratch)
        for number in scratch.hits {
            guard let entry = self.entries[Int(number)], entry.isFolded else { continue }
            self.take(entry, value, kind, scratch, into: &tests)
        }
    }

    private func scan(_ text: Span<UInt8>, for database: PatternDatabase, _ scratch: MatchScratch) {
        scratch.hits.removeAll(keepingCapacity: true)
        scratch.findAll(database, in: text)
    }

    private func take(
        _ entry: Entry, _ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch,
        into tests: inout [Int]
    ) {
        if entry.onlyStrings, kind != .string { return }
        if entry.needsCheck, !entry.check.passes(value, kind, scratch) { return }
        tests.append(entry.test)
    }
}
