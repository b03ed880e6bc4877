import TailraceEvent

/// All `field=value` tests of a column, answered by one look-up.
struct EqualTests {
    /// Events whose answers are known.
    var known: UInt64 = 0
    private var texts = ByteIndex()
    private var numbers = NumberIndex()

    mutating func insert(_ check: EqualsCheck, _ test: Int) {
        self.texts.insert(check.text, test)
        if let quantity = check.quantity { self.numbers.insert(quantity, check, test) }
    }

    mutating func remove(_ check: EqualsCheck, _ test: Int) {
        self.texts.remove(check.text, test)
        if let quantity = check.quantity { self.numbers.remove(quantity, test) }
    }

    func find(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch, into tests: inout [Int]) {
        self.texts.find(value, into: &tests)
        if kind == .number { self.numbers.find(value, scratch, into: &tests) }
    }
}
