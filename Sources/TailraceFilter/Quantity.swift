/// A number with an optional unit: `504`, `250ms`, `1.5s`, `1m30s`, `10MiB`, `80%`.
struct Quantity: Sendable, Hashable {
    enum Dimension: Sendable, Hashable { case none, time, size, share }

    /// As written, in its unit.
    var number: Double
    /// The same where it is whole and fits: identifiers above 2⁵³ must not be confused with their neighbours.
    var integer: Int64?
    /// Nanoseconds or bytes in one unit; 1 without a unit.
    var scale: Double
    var dimension: Dimension

    /// Orders two quantities: -1, 0 or 1, nil where their units have nothing in common.
    ///
    /// A side without a unit takes the other side's.
    static func order(_ left: Quantity, _ right: Quantity) -> Int? {
        let sameScale = left.dimension == .none || right.dimension == .none || left.scale == right.scale
        guard left.dimension == .none || right.dimension == .none || left.dimension == right.dimension else {
            return nil
        }
        if sameScale, let first = left.integer, let second = right.integer {
            return first < second ? -1 : first > second ? 1 : 0
        }
        let first = sameScale ? left.number : left.number * left.scale
        let second = sameScale ? right.number : right.number * right.scale
        return first < second ? -1 : first > second ? 1 : 0
    }
}

extension Quantity {
    /// Reads the whole text; nil if it is anything else.
    init?(_ text: Span<UInt8>) {
        guard text.count > 0, text.count <= Self.maxBytes, Self.canStart(text[0]) else { return nil }
        var reader = QuantityReader(end: text.count)
        guard let first = reader.number(in: text), let unit = reader.unit(in: text) else { return nil }
        self = Quantity(number: first.value, integer: first.integer, scale: unit.scale, dimension: unit.dimension)
        if reader.isAtEnd { return }
        guard self.dimension == .time, let sum = reader.remainingTime(in: text, after: self) else { return nil }
        self = sum
    }

    private static func canStart(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    /// Longer texts are not quantities; keeps a look at a long value cheap.
    private static let maxBytes = 64

    /// The unit that a field's name says for values without one: `duration_ms`, `size_bytes`.
    static func unit(inName name: String) -> (scale: Double, dimension: Dimension)? {
        guard let underscore = name.lastIndex(of: "_") else { return nil }
        switch name[name.index(after: underscore)...] {
        case "ns": return (1, .time)
        case "us": return (1e3, .time)
        case "ms": return (1e6, .time)
        case "s", "sec", "secs", "seconds": return (1e9, .time)
        case "bytes": return (1, .size)
        default: return nil
        }
    }
}

/// Walks the text of a quantity.
private struct QuantityReader {
    private var position = 0
    private let end: Int

    init(end: Int) { self.end = end }

    var isAtEnd: Bool { self.position == self.end }

    /// JSON's number with an optional `+`, and without a digit before the point.
    mutating func number(in text: Span<UInt8>) -> (value: Double, integer: Int64?)? {
        let start = self.position
        let isNegative = text[start] == UInt8(ascii: "-")
        if isNegative || text[start] == UInt8(ascii: "+") { self.position += 1 }
        var mantissa: UInt64 = 0
        var isExact = true
        let whole = self.digits(in: text, into: &mantissa, isExact: &isExact)
        var fraction = 0
        if self.byte(in: text) == UInt8(ascii: "."), self.isDigit(at: self.position + 1, in: text) {
            self.position += 1
            fraction = self.digits(in: text, into: &mantissa, isExact: &isExact)
        }
        guard whole + fraction > 0 else { return nil }
        let exponent = self.exponent(in: text)
        if isExact, fraction == 0, exponent == 0, mantissa <= UInt64(Int64.max) {
            let integer = isNegative ? -Int64(mantissa) : Int64(mantissa)
            return (Double(integer), integer)
        }
        let power = exponent - fraction
        if isExact, mantissa <= 1 << 53, abs(power) <= 22 {
            let value = power < 0 ? Double(mantissa) / Self.powers[-power] : Double(mantissa) * Self.powers[power]
            return (isNegative ? -value : value, nil)
        }
        var copy: [UInt8] = []
        for index in start..<self.position { copy.append(text[index]) }
        guard let value = Double(String(decoding: copy, as: UTF8.self)), value.isFinite else { return nil }
        return (value, nil)
    }

    private mutating func digits(in text: Span<UInt8>, into mantissa: inout UInt64, isExact: inout Bool) -> Int {
        let start = self.position
        while self.isDigit(at: self.position, in: text) {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(text[self.position] - UInt8(ascii: "0")))
            if overflow || carry { isExact = false } else { mantissa = sum }
            self.position += 1
        }
        return self.position - start
    }

    private mutating func exponent(in text: Span<UInt8>) -> Int {
        guard let mark = self.byte(in: text), mark | 0x20 == UInt8(ascii: "e") else { return 0 }
        var index = self.position + 1
        var sign = 1
        if index < self.end, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            sign = text[index] == UInt8(ascii: "-") ? -1 : 1
            index += 1
        }
        guard self.isDigit(at: index, in: text) else { return 0 }
        var value = 0
        while self.isDigit(at: index, in: text) {
            value = min(value * 10 + Int(text[index] - UInt8(ascii: "0")), 9999)
            index += 1
        }
        self.position = index
        return sign * value
    }

    /// The unit up to the end or the next digit; one space may stand before it.
    mutating func unit(in text: Span<UInt8>) -> (scale: Double, dimension: Quantity.Dimension)? {
        if self.isAtEnd { return (1, .none) }
        if text[self.position] == UInt8(ascii: " ") { self.position += 1 }
        var key: UInt64 = 0
        var count = 0
        while let byte = self.byte(in: text), !self.isDigit(at: self.position, in: text) {
            guard count < 8 else { return nil }
            key = key << 8 | UInt64(byte)
            count += 1
            self.position += 1
        }
        return Self.units[key]
    }

    /// The rest of `1h2m3.5s`, in seconds.
    mutating func remainingTime(in text: Span<UInt8>, after first: Quantity) -> Quantity? {
        var nanoseconds = first.number.magnitude * first.scale
        while !self.isAtEnd {
            guard self.isDigit(at: self.position, in: text), let next = self.number(in: text),
                let unit = self.unit(in: text), unit.dimension == .time
            else { return nil }
            nanoseconds += next.value * unit.scale
        }
        let seconds = (first.number < 0 ? -nanoseconds : nanoseconds) / 1e9
        return Quantity(number: seconds, integer: nil, scale: 1e9, dimension: .time)
    }

    private func byte(in text: Span<UInt8>) -> UInt8? { self.position < self.end ? text[self.position] : nil }

    private func isDigit(at index: Int, in text: Span<UInt8>) -> Bool {
        index < self.end && text[index] >= UInt8(ascii: "0") && text[index] <= UInt8(ascii: "9")
    }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// By the unit's bytes in one word. Time keeps its case (`m` is a minute), sizes are read in any common one.
    private static let units: [UInt64: (scale: Double, dimension: Quantity.Dimension)] = {
        var table: [UInt64: (scale: Double, dimension: Quantity.Dimension)] = [:]
        func add(_ names: String..., scale: Double, _ dimension: Quantity.Dimension) {
            for name in names { table[name.utf8.reduce(0) { $0 << 8 | UInt64($1) }] = (scale, dimension) }
        }
        add("ns", scale: 1, .time)
        add("us", "µs", "μs", scale: 1e3, .time)
        add("ms", scale: 1e6, .time)
        add("s", "sec", scale: 1e9, .time)
        add("m", "min", scale: 60e9, .time)
        add("h", scale: 3600e9, .time)
        add("d", scale: 86_400e9, .time)
        add("w", scale: 604_800e9, .time)
        add("B", "b", scale: 1, .size)
        for (index, prefix) in ["k", "M", "G", "T", "P"].enumerated() {
            let (power, upper, lower) = (index + 1, prefix.uppercased(), prefix.lowercased())
            var decimal = 1.0
            var binary = 1.0
            for _ in 0..<power { (decimal, binary) = (decimal * 1000, binary * 1024) }
            add(upper + "B", lower + "B", lower + "b", scale: decimal, .size)
            add(upper + "iB", lower + "iB", lower + "ib", scale: binary, .size)
        }
        add("%", scale: 1, .share)
        return table
    }()
}
