import TailraceEvent

/// The values that one place of an event, such as the message or a field, has in the events of a chunk.
///
/// They are found once for all tests that ask about them.
struct Column {
    let target: ClauseTest.Target
    /// Tells this column from others that had its place before.
    let serial: UInt64
    /// Tests that ask about it.
    var uses = 0
    /// Events whose values have been looked up.
    var filled: UInt64 = 0
    /// Of these, the ones that have it at all.
    private(set) var present: UInt64 = 0

    var equals = EqualTests()
    var orders = OrderTests()
    var scan = ScanTests()

    private let collected = ValueCollector()
    private var starts = [Int32](repeating: 0, count: MatcherSet.maxChunk)
    private var ends = [Int32](repeating: 0, count: MatcherSet.maxChunk)

    init(target: ClauseTest.Target, serial: UInt64) {
        self.target = target
        self.serial = serial
    }

    /// Forgets the chunk.
    mutating func clear() {
        self.equals.known = 0
        self.orders.known = 0
        self.scan.known = 0
        guard self.filled != 0 else { return }
        self.filled = 0
        self.present = 0
        self.collected.clear()
    }

    /// Looks the values of one event up.
    mutating func fill(
        _ event: Int, _ record: EventBatch.Record, in bytes: Span<UInt8>, _ scratch: MatchScratch
    ) {
        self.begin(event)
        let isPresent = self.target.collect(record, in: bytes, into: self.collected, scratch)
        self.end(event, isPresent: isPresent)
    }

    /// Takes a member of an event's fields that has been found to be this one.
    mutating func fill(
        _ event: Int, with member: FieldCursor.Member, in bytes: Span<UInt8>, _ scratch: MatchScratch
    ) {
        self.begin(event)
        self.collected.take(member.value, member.kind, of: bytes, scratch)
        self.end(event, isPresent: true)
    }

    private mutating func begin(_ event: Int) { self.starts[event] = Int32(self.collected.values.count) }

    private mutating func end(_ event: Int, isPresent: Bool) {
        self.ends[event] = Int32(self.collected.values.count)
        self.filled |= 1 << UInt64(event)
        if isPresent { self.present |= 1 << UInt64(event) }
    }

    /// True if a value of the event passes.
    func passes(_ check: ValueCheck, _ event: Int, in bytes: Span<UInt8>, _ scratch: MatchScratch) -> Bool {
        guard self.present & 1 << UInt64(event) != 0 else { return false }
        if check.isPresence { return true }
        for place in Int(self.starts[event])..<Int(self.ends[event]) {
            if self.collected.ask(check, about: place, in: bytes, scratch) { return true }
        }
        return false
    }

    /// Appends the equality tests that a value of the event passes.
    func findEqual(_ event: Int, in bytes: Span<UInt8>, _ scratch: MatchScratch, into tests: inout [Int]) {
        for place in Int(self.starts[event])..<Int(self.ends[event]) {
            self.collected.withValue(place, in: bytes) { self.equals.find($0, $1, scratch, into: &tests) }
        }
    }

    /// Adds what the values of these events say to the answers of comparisons and ranges.
    mutating func order(_ events: UInt64, in bytes: Span<UInt8>, into answers: inout [UInt64]) {
        var left = events & self.present
        var turn = 0
        while left != 0 {
            for event in left.places {
                let place = Int(self.starts[event]) + turn
                if place < Int(self.ends[event]) {
                    self.collected.withValue(place, in: bytes) { self.orders.take($0, $1, of: event) }
                } else {
                    left &= ~(1 << UInt64(event))
                }
            }
            self.orders.settle(into: &answers)
            turn += 1
        }
    }

    /// Appends the tests of the combined scan that a value of the event passes.
    func findScanned(_ event: Int, in bytes: Span<UInt8>, _ scratch: MatchScratch, into tests: inout [Int]) {
        for place in Int(self.starts[event])..<Int(self.ends[event]) {
            self.collected.withValue(place, in: bytes) { self.scan.find($0, $1, scratch, into: &tests) }
        }
    }
}

/// Keeps the values that a look-up finds: a check that passes nothing and so sees all.
final class ValueCollector: ValueCheck {
    struct Value {
        var range: Range<Int>
        var kind: FieldCursor.Kind
        /// In `copies`; otherwise in the batch.
        var isCopied: Bool
    }

    private(set) var values: [Value] = []
    private var facts: [ValueFacts] = []
    /// Values that are not in the batch as they are.
    private var copies: [UInt8] = []

    func clear() {
        self.values.removeAll(keepingCapacity: true)
        self.facts.removeAll(keepingCapacity: true)
        self.copies.removeAll(keepingCapacity: true)
    }

    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        let start = self.copies.count
        value.withUnsafeBufferPointer { self.copies.append(contentsOf: $0) }
        self.values.append(Value(range: start..<self.copies.count, kind: kind, isCopied: true))
        return false
    }

    /// A value as the batch has it.
    func take(_ range: Range<Int>, _ kind: FieldCursor.Kind, of bytes: Span<UInt8>, _ scratch: MatchScratch) {
        switch kind {
        case .number, .bool, .null: self.values.append(Value(range: range, kind: kind, isCopied: false))
        case .string where !JSONUnescaping.needsUnescaping(bytes.extracting(range)): self.take(text: range)
        case .string, .array, .object: _ = FieldLookup.ask(self, about: range, kind, of: bytes, scratch, depth: 0)
        }
    }

    func take(text range: Range<Int>) { self.values.append(Value(range: range, kind: .string, isCopied: false)) }

    func withValue(_ place: Int, in bytes: Span<UInt8>, _ body: (Span<UInt8>, FieldCursor.Kind) -> Void) {
        let value = self.values[place]
        if value.isCopied {
            let copies = self.copies
            body(copies.span.extracting(value.range), value.kind)
        } else {
            body(bytes.extracting(value.range), value.kind)
        }
    }

    func ask(_ check: ValueCheck, about place: Int, in bytes: Span<UInt8>, _ scratch: MatchScratch) -> Bool {
        while self.facts.count < self.values.count { self.facts.append(ValueFacts()) }
        var passes = false
        self.withValue(place, in: bytes) { value, kind in
            passes = check.passes(value, kind, scratch, knowing: &self.facts[place])
        }
        return passes
    }
}

extension ClauseTest.Target {
    /// Puts the event's values into `collected` as `ClauseTest` would ask about them; false if they are missing.
    fileprivate func collect(
        _ record: EventBatch.Record, in bytes: Span<UInt8>, into collected: ValueCollector, _ scratch: MatchScratch
    ) -> Bool {
        switch self {
        case .text:
            if record.messageLength == 0, record.fieldsLength > 0 {
                let raw = ClauseTest.rawLine.outcome(of: collected, in: record.fieldsRange, of: bytes, scratch)
                if raw != .missing { return true }
            }
            collected.take(text: record.messageRange)
            return true
        case .message:
            if record.messageLength > 0 { collected.take(text: record.messageRange) }
            return record.messageLength > 0
        case .anyField:
            collected.take(text: record.messageRange)
            var scan = ValueScan(record.fieldsRange)
            while let (value, kind) = scan.next(in: bytes) { collected.take(value, kind, of: bytes, scratch) }
            return true
        case .fields(let lookups):
            for lookup in lookups {
                let outcome = lookup.outcome(of: collected, in: record.fieldsRange, of: bytes, scratch)
                if outcome != .missing { return true }
            }
            return false
        case .seq, .time, .late:
            return false
        }
    }
}
