/// Sizes and times as people write them: `64KiB`, `1h30m`.
package enum QuantityText {
    /// Bytes: a whole number and a unit, `B`, `KB MB GB TB` (powers of 1000) or `KiB MiB GiB TiB` (of 1024).
    ///
    /// The case of the unit does not matter.
    package static func bytes(_ text: String) -> Int64? {
        guard let (number, unit, rest) = Self.term(text.utf8[...]), rest.isEmpty else { return nil }
        let factor: Int64? =
            switch unit.lowercased() {
            case "b": 1
            case "kb": 1000
            case "mb": 1_000_000
            case "gb": 1_000_000_000
            case "tb": 1_000_000_000_000
            case "kib": 1 << 10
            case "mib": 1 << 20
            case "gib": 1 << 30
            case "tib": 1 << 40
            default: nil
            }
        guard let factor else { return nil }
        let (result, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : result
    }

    /// One or more of a whole number and `us ms s m h d w`, largest unit first: `100ms`, `7d`, `1h30m`.
    package static func duration(_ text: String) -> Duration? {
        var rest = text.utf8[...]
        var microseconds: Int64 = 0
        var lastFactor = Int64.max
        repeat {
            guard let (number, unit, after) = Self.term(rest), let factor = Self.microseconds[unit],
                factor < lastFactor
            else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: factor)
            let (sum, sumOverflow) = microseconds.addingReportingOverflow(product)
            guard !overflow, !sumOverflow else { return nil }
            (microseconds, lastFactor, rest) = (sum, factor, after)
        } while !rest.isEmpty
        return .microseconds(microseconds)
    }

    /// The shortest text that `bytes(_:)` reads back as this number.
    package static func text(bytes: Int64) -> String {
        for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] as [(Int64, String)]
        where bytes != 0 && bytes % (1 << shift) == 0 {
            return "\(bytes >> shift)\(unit)"
        }
        return "\(bytes)B"
    }

    /// A text that `duration(_:)` reads back as this time, to the microsecond.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return "\(seconds)s" }
        let total = whole + attoseconds / 1_000_000_000_000
        for (factor, unit) in Self.units where total != 0 && total % factor == 0 {
            return "\(total / factor)\(unit)"
        }
        return total == 0 ? "0s" : "\(total)us"
    }

    /// The N of `1:N`, a whole number from 2 on.
    package static func share(_ text: String) -> Int? {
        guard text.hasPrefix("1:"), let number = Self.wholeNumber(text.dropFirst(2)), number >= 2 else { return nil }
        return number
    }

    /// A whole number from 1 on, `/` and `s`, `m` or `h`: `1000/s`.
    package static func rate(_ text: String) -> EventRate? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Self.wholeNumber(parts[0]), count >= 1,
            let unit = EventRate.Unit(rawValue: String(parts[1]))
        else { return nil }
        return EventRate(count: count, unit: unit)
    }

    private static func wholeNumber(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    private static let units: [(Int64, String)] = [
        (86_400_000_000, "d"), (3_600_000_000, "h"), (60_000_000, "m"), (1_000_000, "s"), (1000, "ms"), (1, "us"),
    ]

    private static let microseconds: [String: Int64] = [
        "w": 604_800_000_000, "d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1000,
        "us": 1,
    ]

    /// Digits, then letters; one blank between them is tolerated.
    private static func term(
        _ text: Substring.UTF8View
    ) -> (number: Int64, unit: String, rest: Substring.UTF8View)? {
        let digits = text.prefix { (0x30...0x39).contains($0) }
        guard let number = Int64(Substring(digits)) else { return nil }
        var rest = text.dropFirst(digits.count)
        if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
        let unit = rest.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
        return unit.isEmpty ? nil : (number, String(Substring(unit)), rest.dropFirst(unit.count))
    }
}

/// So many events in a unit of time.
package struct EventRate: Sendable, Hashable, CustomStringConvertible {
    package enum Unit: String, Sendable {
        case second = "s"
        case minute = "m"
        case hour = "h"
    }

    package var count: Int
    package var unit: Unit

    package init(count: Int, unit: Unit) {
        self.count = count
        self.unit = unit
    }

    package var period: Duration {
        switch self.unit {
        case .second: .seconds(1)
        case .minute: .seconds(60)
        case .hour: .seconds(3600)
        }
    }

    package var description: String { "\(self.count)/\(self.unit.rawValue)" }
}
