import TailraceEvent

/// The tests of all filters in a set, each once, and where their values come from.
struct SharedTests: ~Copyable {
    private(set) var tests: [SharedTest?] = []
    /// Who answers each; beside the tests, since these are too large to be looked at for every member.
    private var homes: [SharedTest.Home] = []
    private var places: [SharedTest.Key: Int] = [:]
    private var freeTests: [Int] = []
    private(set) var columns: [Column] = []
    private var columnPlaces: [ColumnKey: Int] = [:]
    private var freeColumns: [Int] = []
    private var fields = FieldTable()
    private var nextSerial: UInt64 = 1
    private var testsBySerial: [UInt64: Int] = [:]
    private var chunk = EventChunk()
    /// Answers about the chunk, a bit per event, and which of the bits are known.
    private var answers: [UInt64] = []
    private var known: [UInt64] = []
    private var found: [Int] = []
    let scratch = MatchScratch()

    var count: Int { self.places.count }

    // MARK: Tests come and go

    /// The place of a test, new or not.
    mutating func retain(_ key: SharedTest.Key, _ make: () -> (ClauseTest.Target?, SharedTest.Kind)) -> Int {
        if let place = self.places[key] {
            self.tests[place]?.uses += 1
            return place
        }
        let serial = self.takeSerial()
        let place = self.freeTests.popLast() ?? self.addPlace()
        let kind = self.located(make())
        var test = SharedTest(key: key, kind: kind, serial: serial)
        test.uses = 1
        self.homes[place] = .itself
        if case .value(let column, let check) = kind {
            self.columns[column].uses += 1
            if let check = check as? EqualsCheck {
                self.columns[column].equals.insert(check, place)
                self.homes[place] = .equals(column)
            } else if let check = check as? OrderCheck, check.isOfNumbers {
                self.columns[column].orders.insert(check, place)
                self.homes[place] = .orders(column)
            } else if let pattern = check.scanPattern {
                self.columns[column].scan.want(pattern, serial: serial)
            }
        }
        self.tests[place] = test
        self.places[key] = place
        self.testsBySerial[serial] = place
        return place
    }

    private mutating func takeSerial() -> UInt64 {
        defer { self.nextSerial += 1 }
        return self.nextSerial
    }

    private mutating func addPlace() -> Int {
        self.tests.append(nil)
        self.homes.append(.itself)
        self.answers.append(0)
        self.known.append(0)
        self.chunk.originMemos.append((0, 0))
        return self.tests.count - 1
    }

    private mutating func located(_ made: (ClauseTest.Target?, SharedTest.Kind)) -> SharedTest.Kind {
        guard case (let target?, .value(_, let check)) = made else { return made.1 }
        return .value(column: self.column(for: target), check: check)
    }

    private mutating func column(for target: ClauseTest.Target) -> Int {
        guard let key = ColumnKey(target) else { preconditionFailure("a computed value has no column") }
        if let place = self.columnPlaces[key] { return place }
        let column = Column(target: target, serial: self.takeSerial())
        let place: Int
        if let free = self.freeColumns.popLast() {
            place = free
            self.columns[place] = column
        } else {
            place = self.columns.count
            self.columns.append(column)
        }
        if case .fields(let lookups) = target { self.fields.insert(lookups, column: place) }
        self.columnPlaces[key] = place
        return place
    }

    /// A filter that had the test is gone.
    mutating func release(_ place: Int) {
        guard var test = self.tests[place] else { return }
        test.uses -= 1
        self.tests[place] = test
        guard test.uses == 0 else { return }
        self.tests[place] = nil
        self.homes[place] = .itself
        self.places[test.key] = nil
        self.testsBySerial[test.serial] = nil
        self.chunk.originMemos[place] = (0, 0)
        self.freeTests.append(place)
        guard case .value(let column, let check) = test.kind else { return }
        if let check = check as? EqualsCheck { self.columns[column].equals.remove(check, place) }
        self.columns[column].orders.remove(place)
        self.columns[column].scan.unwant(serial: test.serial)
        self.columns[column].scan.remove(place)
        self.columns[column].uses -= 1
        if self.columns[column].uses == 0 { self.removeColumn(column) }
    }

    private mutating func removeColumn(_ place: Int) {
        let target = self.columns[place].target
        if let key = ColumnKey(target) { self.columnPlaces[key] = nil }
        if case .fields(let lookups) = target { self.fields.remove(lookups, column: place) }
        self.columns[place] = Column(target: target, serial: 0)
        self.freeColumns.append(place)
    }

    // MARK: Scans

    var wantsCompiling: Bool { self.columns.contains { $0.scan.wantsCompiling } }
    /// Compiled bytes, and patterns in them.
    var compiled: (bytes: Int, patterns: Int) {
        self.columns.reduce((0, 0)) { sum, column in
            guard let database = column.scan.database else { return sum }
            return (sum.0 + database.byteCount, sum.1 + database.tests.count)
        }
    }

    /// All patterns that want a scan, by column.
    mutating func patterns() -> [PatternJob.Part] {
        var parts: [PatternJob.Part] = []
        for place in self.columns.indices where self.columns[place].serial > 0 {
            self.columns[place].scan.ask()
            let wanted = self.columns[place].scan.wanted
            guard wanted.count >= FilterLimits.minScanPatterns else { continue }
            parts.append(
                .init(
                    column: place, serial: self.columns[place].serial,
                    patterns: wanted.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }))
        }
        return parts
    }

    /// Puts new scans in the place of the old.
    mutating func adopt(_ scans: [CompiledPatterns.Scan]) {
        for place in self.columns.indices {
            for test in self.columns[place].scan.drop() { self.homes[test] = .itself }
        }
        for scan in scans where self.columns[scan.column].serial == scan.serial {
            self.scratch.prepare(forDatabase: scan.database.database)
            let (tests, places) = (self.tests, self.testsBySerial)
            let adopted = self.columns[scan.column].scan.adopt(scan.database) { serial in
                guard let place = places[serial], case .value(_, let check)? = tests[place]?.kind else { return nil }
                return (place, check)
            }
            for test in adopted { self.homes[test] = .scan(scan.column) }
        }
    }

    // MARK: Asking

    /// Takes up to 64 events of a batch; forgets the ones before.
    mutating func begin(_ batch: borrowing EventBatch, _ range: Range<Int>, firstSeq: UInt64) {
        self.chunk.begin(batch, range, firstSeq: firstSeq)
        for index in self.known.indices { self.known[index] = 0 }
        for index in self.answers.indices { self.answers[index] = 0 }
        for index in self.columns.indices { self.columns[index].clear() }
        self.fields.walked = 0
    }

    /// Which of the events are of this level.
    func ofLevel(_ level: Level) -> UInt64 { self.chunk.levels[Int(level.rawValue)] }

    /// Which of the events pass a test.
    mutating func passing(_ place: Int, among events: UInt64, of batch: borrowing EventBatch) -> UInt64 {
        switch self.homes[place] {
        case .itself:
            let missing = events & ~self.known[place]
            if missing != 0 {
                self.answers[place] |= self.answer(place, about: missing, of: batch)
                self.known[place] |= missing
            }
        case .equals(let column):
            let missing = events & ~self.columns[column].equals.known
            if missing != 0 { self.compare(column, missing, of: batch) }
        case .orders(let column):
            let missing = events & ~self.columns[column].orders.known
            if missing != 0 { self.order(column, missing, of: batch) }
        case .scan(let column):
            let missing = events & ~self.columns[column].scan.known
            if missing != 0 { self.scan(column, missing, of: batch) }
        }
        return self.answers[place] & events
    }

    private mutating func answer(_ place: Int, about events: UInt64, of batch: borrowing EventBatch) -> UInt64 {
        guard let kind = self.tests[place]?.kind else { return 0 }
        switch kind {
        case .levels(let mask): return self.chunk.ofLevels(mask) & events
        case .streams(let mask): return self.chunk.inAnyStream(mask) & events
        case .origin(let test): return self.chunk.passing(test, memo: place, self.scratch) & events
        case .computed(let test):
            var passing: UInt64 = 0
            for event in events.places {
                let (index, seq) = self.chunk.place(of: event)
                let outcome = test.outcome(batch.records[index], seq: seq, in: batch.bytes.span, self.scratch)
                if outcome == .holds { passing |= 1 << UInt64(event) }
            }
            return passing
        case .value(let column, let check):
            self.fill(column, events, of: batch)
            if check.isPresence { return self.columns[column].present & events }
            var passing: UInt64 = 0
            for event in events.places
            where self.columns[column].passes(check, event, in: batch.bytes.span, self.scratch) {
                passing |= 1 << UInt64(event)
            }
            return passing
        }
    }

    private mutating func compare(_ column: Int, _ events: UInt64, of batch: borrowing EventBatch) {
        self.fill(column, events, of: batch)
        for event in (events & self.columns[column].present).places {
            self.found.removeAll(keepingCapacity: true)
            self.columns[column].findEqual(event, in: batch.bytes.span, self.scratch, into: &self.found)
            for test in self.found { self.answers[test] |= 1 << UInt64(event) }
        }
        self.columns[column].equals.known |= events
    }

    private mutating func order(_ column: Int, _ events: UInt64, of batch: borrowing EventBatch) {
        self.fill(column, events, of: batch)
        self.columns[column].order(events, in: batch.bytes.span, into: &self.answers)
        self.columns[column].orders.known |= events
    }

    private mutating func scan(_ column: Int, _ events: UInt64, of batch: borrowing EventBatch) {
        self.fill(column, events, of: batch)
        for event in (events & self.columns[column].present).places {
            self.found.removeAll(keepingCapacity: true)
            self.columns[column].findScanned(event, in: batch.bytes.span, self.scratch, into: &self.found)
            for test in self.found { self.answers[test] |= 1 << UInt64(event) }
        }
        self.columns[column].scan.known |= events
    }

    /// Looks up what a column's tests need.
    private mutating func fill(_ column: Int, _ events: UInt64, of batch: borrowing EventBatch) {
        if case .fields = self.columns[column].target, self.fields.isWorthwhile {
            for event in (events & ~self.fields.walked).places {
                let record = batch.records[self.chunk.place(of: event).index]
                self.fields.walk(event, record, in: batch.bytes.span, columns: &self.columns, self.scratch)
            }
            return
        }
        for event in (events & ~self.columns[column].filled).places {
            let record = batch.records[self.chunk.place(of: event).index]
            self.columns[column].fill(event, record, in: batch.bytes.span, self.scratch)
        }
    }
}
