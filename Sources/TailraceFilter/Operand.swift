import TailraceEvent

/// What can be put in order: a number with an optional unit, a time, or a level.
struct Operand: Sendable, Hashable {
    var quantity: Quantity?
    var instant: Instant?
    var level: Level?

    init(_ text: Span<UInt8>) {
        self.quantity = Quantity(text)
        self.instant = Instant(text)
        self.level = text.count <= Self.maxLevelBytes ? Self.level(text) : nil
    }

    init(_ text: String) { self.init(Array(text.utf8).span) }

    var isOrdered: Bool { self.quantity != nil || self.instant != nil || self.level != nil }

    /// -1, 0 or 1; nil where the two have no kind in common.
    static func order(_ left: Operand, _ right: Operand) -> Int? {
        if let first = left.quantity, let second = right.quantity { return Quantity.order(first, second) }
        if let first = left.instant, let second = right.instant {
            return first.nanoseconds < second.nanoseconds ? -1 : first.nanoseconds > second.nanoseconds ? 1 : 0
        }
        if let first = left.level, let second = right.level { return first < second ? -1 : first > second ? 1 : 0 }
        return nil
    }

    static func level(_ text: Span<UInt8>) -> Level? {
        text.withUnsafeBufferPointer { Level(name: $0) }
    }

    /// `emergency` is the longest name.
    private static let maxLevelBytes = 9
}
