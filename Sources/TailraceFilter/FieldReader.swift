package import TailraceEvent

/// Reads one field of event after event; each thread of execution has its own.
package final class FieldReader {
    private enum Place {
        case level, source, host, message
        /// Members of the fields; the first one present counts.
        case members([FieldLookup])
    }

    /// The unit that all numbers are told in, nil while they have none: the one in the field's name, else of the first
    /// value that has one.
    package private(set) var unit: String?
    /// What `read` found: text without quotes and escapes, cut at `maxBytes`.
    package var text: [UInt8] { self.capture.text }

    /// Longer values are cut: a name on a chart.
    package static let maxBytes = 128

    private let place: Place
    /// Nanoseconds or bytes in one unit, from the field's name.
    private let nameUnit: (scale: Double, dimension: Quantity.Dimension)?
    private let scratch = MatchScratch()
    private let capture = ValueCapture()

    package init(_ field: EventField) {
        self.nameUnit = Quantity.unit(inName: field.lastName)
        self.unit = self.nameUnit.flatMap { Self.unitName($0) }
        switch field.field {
        case .reserved(.level): self.place = .level
        case .reserved(.source): self.place = .source
        case .reserved(.host): self.place = .host
        case .reserved(.msg): self.place = .message
        case .reserved(.gap): self.place = .members([FieldLookup([.name("gap"), .name("reason")])])
        case .reserved(let reserved): self.place = .members(reserved.members.map { FieldLookup([.name($0)]) })
        case .path(let path): self.place = .members([FieldLookup(path)])
        case .any: self.place = .members([])
        }
    }

    /// Finds the field's first scalar and keeps it in `text`; false if the event has none.
    package func read(_ batch: borrowing EventBatch, at index: Int) -> Bool {
        let record = batch.records[index]
        switch self.place {
        case .level:
            guard record.level > 0, Int(record.level) < Self.levels.count else { return false }
            self.capture.take(Self.levels[Int(record.level)])
            return true
        case .source:
            self.capture.take(batch.origins[Int(record.origin)].source.utf8)
            return true
        case .host:
            self.capture.take(batch.origins[Int(record.origin)].host.utf8)
            return true
        case .message:
            guard record.messageLength > 0 else { return false }
            return self.capture.passes(batch.bytes.span.extracting(record.messageRange), .string, self.scratch)
        case .members(let lookups):
            for lookup in lookups {
                let outcome = lookup.outcome(
                    of: self.capture, in: record.fieldsRange, of: batch.bytes.span, self.scratch)
                if outcome == .holds { return true }
            }
            return false
        }
    }

    /// The field as a number: plain, or with a unit (`250ms`, `10MiB`, `80%`) that is turned into `unit`.
    package func number(_ batch: borrowing EventBatch, at index: Int) -> Double? {
        guard self.read(batch, at: index), self.capture.isNumeric else { return nil }
        let text = self.capture.text
        guard let quantity = Quantity(text.span) else { return nil }
        guard quantity.dimension != .none else { return quantity.number }
        let unit = self.nameUnit.flatMap { $0.dimension == quantity.dimension ? $0 : nil }
            ?? (scale: Self.commonScale(quantity.dimension), dimension: quantity.dimension)
        if self.unit == nil { self.unit = Self.unitName(unit) }
        return quantity.scale == unit.scale ? quantity.number : quantity.number * quantity.scale / unit.scale
    }

    /// Milliseconds and bytes, where the field's name says nothing else.
    private static func commonScale(_ dimension: Quantity.Dimension) -> Double { dimension == .time ? 1e6 : 1 }

    private static func unitName(_ unit: (scale: Double, dimension: Quantity.Dimension)) -> String? {
        switch (unit.dimension, unit.scale) {
        case (.time, 1): "ns"
        case (.time, 1e3): "us"
        case (.time, 1e6): "ms"
        case (.time, 1e9): "s"
        case (.size, _): "bytes"
        case (.share, _): "%"
        case (.time, _), (.none, _): nil
        }
    }

    private static let levels: [[UInt8]] = [[]] + Level.allCases.map { Array($0.name.utf8) }
}

/// Takes the first scalar that a lookup comes to.
private final class ValueCapture: ValueCheck {
    private(set) var text: [UInt8] = []
    private(set) var isNumeric = false

    func take(_ bytes: some Collection<UInt8>) {
        self.text.removeAll(keepingCapacity: true)
        self.text.append(contentsOf: bytes.prefix(FieldReader.maxBytes))
        self.isNumeric = true
    }

    override func passes(_ value: Span<UInt8>, _ kind: FieldCursor.Kind, _ scratch: MatchScratch) -> Bool {
        guard kind != .null else { return false }
        self.isNumeric = kind == .string || kind == .number
        self.text.removeAll(keepingCapacity: true)
        var end = min(value.count, FieldReader.maxBytes)
        // Not in the middle of a character.
        while end < value.count, end > 0, value[end] & 0xC0 == 0x80 { end -= 1 }
        self.text.append(value.extracting(0..<end))
        return true
    }
}
