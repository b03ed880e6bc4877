import CVectorscan
import TailraceEvent

/// What a clause asks of one value, prepared for asking it often.
///
/// A class per question instead of an enum: nothing is copied or counted on the way to a value.
class ValueCheck {
    /// `value` is a string's unescaped text, or another scalar as JSON writes it.
    func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool { false }

    /// The same for a value that many checks are asked about: what they read from it is read once.
    func passes(
        _ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch, knowing facts: inout ValueFacts
    ) -> Bool {
        self.passes(value, kind, scratch)
    }

    /// True if any value will do, objects and empty arrays too.
    var isPresence: Bool { false }

    /// What a combined scan can look for in the check's place; nil if it is to be asked itself.
    var scanPattern: ScanPattern? { nil }
}

/// What checks read from one value.
struct ValueFacts {
    private var operand: Operand?
    private var address: (found: IPAddress?, isRead: Bool) = (nil, false)

    mutating func operand(of value: Span<UInt8>) -> Operand {
        if let operand = self.operand { return operand }
        let operand = Operand(value)
        self.operand = operand
        return operand
    }

    mutating func address(of value: Span<UInt8>) -> IPAddress? {
        if !self.address.isRead { self.address = (IPAddress(value), true) }
        return self.address.found
    }
}

final class PresenceCheck: ValueCheck {
    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool { true }
    override var isPresence: Bool { true }
}

/// `field:value`: strings contain, numbers, booleans and addresses equal, networks hold.
final class ContainsCheck: ValueCheck {
    private let needle: Needle
    /// What booleans and nulls are compared with.
    let lowercased: [UInt8]
    let quantity: Quantity?
    private let address: IPAddress?
    private let network: IPNetwork?

    init(_ text: String) {
        self.needle = Needle(text, ignoresCase: !CaseFolding.hasCapital(text))
        self.lowercased = Array(text.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 })
        self.quantity = Quantity(Array(text.utf8).span)
        self.address = IPAddress(Array(text.utf8).span)
        self.network = IPNetwork(text)
    }

    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        switch kind {
        case .string:
            if self.address != nil || self.network != nil, let other = IPAddress(value) {
                return self.network?.contains(other) ?? (self.address == other)
            }
            return self.needle.isContained(in: value)
        case .number:
            if let quantity = self.quantity, let other = Quantity(value) { return Quantity.order(quantity, other) == 0 }
            return false
        case .bool, .null:
            return value.isEqual(to: self.lowercased)
        case .object, .array:
            return false
        }
    }

    override func passes(
        _ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch, knowing facts: inout ValueFacts
    ) -> Bool {
        guard self.address != nil || self.network != nil, kind == .string else {
            return self.passes(value, kind, scratch)
        }
        guard let other = facts.address(of: value) else { return self.needle.isContained(in: value) }
        return self.network?.contains(other) ?? (self.address == other)
    }

    override var scanPattern: ScanPattern? {
        self.address == nil && self.network == nil ? ScanPattern(self.needle, onlyStrings: true) : nil
    }
}

/// Text: a substring whatever the kind. In `*:text` a network also holds addresses.
final class TextCheck: ValueCheck {
    private let needle: Needle
    private let network: IPNetwork?

    init(_ text: String) {
        self.needle = Needle(text, ignoresCase: !CaseFolding.hasCapital(text))
        self.network = IPNetwork(text)
    }

    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        if let network = self.network, let address = IPAddress(value) { return network.contains(address) }
        return self.needle.isContained(in: value)
    }

    override func passes(
        _ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch, knowing facts: inout ValueFacts
    ) -> Bool {
        if let network = self.network, let address = facts.address(of: value) { return network.contains(address) }
        return self.needle.isContained(in: value)
    }

    override var scanPattern: ScanPattern? { self.network == nil ? ScanPattern(self.needle) : nil }
}

/// `field=value`: the same bytes, or the same number without a unit.
final class EqualsCheck: ValueCheck {
    let text: [UInt8]
    let quantity: Quantity?

    init(_ text: String) {
        let bytes = Array(text.utf8)
        self.text = bytes
        self.quantity = Quantity(bytes.span).flatMap { $0.dimension == .none ? $0 : nil }
    }

    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        if value.isEqual(to: self.text) { return true }
        guard kind == .number, let quantity = self.quantity, let other = Quantity(value) else { return false }
        return Quantity.order(quantity, other) == 0
    }
}

final class LikeCheck: ValueCheck {
    private let glob: Glob

    init(_ pattern: String, isAnchored: Bool) { self.glob = Glob(pattern, isAnchored: isAnchored) }

    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        self.glob.matches(value)
    }

    override var scanPattern: ScanPattern? { ScanPattern(self.glob) }
}

final class RegexCheck: ValueCheck {
    private let program: RegexProgram

    init(_ program: RegexProgram) { self.program = program }

    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        scratch.finds(self.program, in: value)
    }

    override var scanPattern: ScanPattern? { ScanPattern(self.program) }
}

/// `> >= < <=` and `low..high`: numbers, times and levels in their order, anything else is never in it.
final class OrderCheck: ValueCheck {
    struct Bound {
        var operand: Operand
        var isIncluded: Bool
    }

    typealias Unit = (scale: Double, dimension: Quantity.Dimension)

    let low: Bound?
    let high: Bound?
    /// What the field's name says about numbers without a unit.
    let unit: Unit?

    init(low: Bound?, high: Bound?, fieldName: String) {
        self.low = low
        self.high = high
        self.unit = Quantity.unit(inName: fieldName)
    }

    /// The ends are numbers and nothing else, so that all but a value's number is no matter.
    var isOfNumbers: Bool {
        [self.low, self.high].allSatisfy { bound in
            guard let operand = bound?.operand else { return true }
            return operand.quantity != nil && operand.instant == nil && operand.level == nil
        }
    }

    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        kind == .string || kind == .number ? self.holdsInUnit(Operand(value)) : false
    }

    override func passes(
        _ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch, knowing facts: inout ValueFacts
    ) -> Bool {
        kind == .string || kind == .number ? self.holdsInUnit(facts.operand(of: value)) : false
    }

    private func holdsInUnit(_ value: Operand) -> Bool {
        var operand = value
        if let unit = self.unit, operand.quantity?.dimension == Quantity.Dimension.none {
            operand.quantity?.scale = unit.scale
            operand.quantity?.dimension = unit.dimension
        }
        return self.holds(operand)
    }

    func holds(_ operand: Operand) -> Bool {
        if let low = self.low {
            guard let order = Operand.order(operand, low.operand), order > 0 || (order == 0 && low.isIncluded) else {
                return false
            }
        }
        if let high = self.high {
            guard let order = Operand.order(operand, high.operand), order < 0 || (order == 0 && high.isIncluded)
            else { return false }
        }
        return true
    }
}

extension Span<UInt8> {
    func isEqual(to bytes: [UInt8]) -> Bool {
        guard self.count == bytes.count else { return false }
        for index in bytes.indices where self[index] != bytes[index] { return false }
        return true
    }
}

/// `time:2026-11-22`: within the day, minute or second that was written; `=` the very instant.
final class InstantCheck: ValueCheck {
    private let instant: Instant
    private let isExact: Bool

    init?(_ text: String, isExact: Bool) {
        guard let instant = Instant(Array(text.utf8).span) else { return nil }
        self.instant = instant
        self.isExact = isExact
    }

    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        guard let time = Instant(value) else { return false }
        return self.isExact ? time.nanoseconds == self.instant.nanoseconds : self.instant.covers(time.nanoseconds)
    }
}
