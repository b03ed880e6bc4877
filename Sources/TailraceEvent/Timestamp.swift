import Glibc

/// An instant in nanoseconds since 1970-01-01T00:00:00Z, good for the years 1678 to 2262.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The wall clock (`CLOCK_REALTIME`).
    package static func now() -> Timestamp {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        return Timestamp(nanoseconds: Int64(clock.tv_sec) * 1_000_000_000 + Int64(clock.tv_nsec))
    }

    /// Appends RFC 3339 in UTC with 0 to 9 fraction digits, trailing zeros left out: `2026-11-22T07:35:12.5Z`.
    package func appendRFC3339(to text: inout [UInt8]) {
        let (second, fraction) = Self.divide(self.nanoseconds, by: 1_000_000_000)
        Self.appendSecond(second, to: &text)
        Self.appendFraction(fraction, to: &text)
        text.append(UInt8(ascii: "Z"))
    }

    /// Appends a second since 1970 up to where its fraction would follow: `2026-11-22T07:35:12`.
    static func appendSecond(_ second: Int64, to text: inout [UInt8]) {
        let (days, secondOfDay) = Self.divide(second, by: 86_400)
        let date = CivilDate(daysSinceEpoch: days)
        text.appendDecimal(UInt64(max(0, date.year)), width: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(UInt64(date.month), width: 2)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(UInt64(date.day), width: 2)
        text.append(UInt8(ascii: "T"))
        text.appendDecimal(UInt64(secondOfDay / 3600), width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDecimal(UInt64(secondOfDay / 60 % 60), width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDecimal(UInt64(secondOfDay % 60), width: 2)
    }

    package var rfc3339: String {
        var text: [UInt8] = []
        self.appendRFC3339(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    static func appendFraction(_ nanoseconds: Int64, to text: inout [UInt8]) {
        guard nanoseconds > 0 else { return }
        var digits = UInt64(nanoseconds)
        var width = 9
        while digits % 10 == 0 {
            digits /= 10
            width -= 1
        }
        text.append(UInt8(ascii: "."))
        text.appendDecimal(digits, width: width)
    }

    /// Floored division, so that instants before 1970 come out right.
    static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// A day of the proleptic Gregorian calendar.
package struct CivilDate: Sendable, Hashable {
    package var year: Int
    package var month: Int
    package var day: Int

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Days are counted from 1970-01-01; eras of 400 years make the leap rule periodic.
    package init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let era = Timestamp.divide(shifted, by: 146_097).quotient
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        self.day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        self.month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        self.year = Int(yearOfEra + era * 400) + (self.month <= 2 ? 1 : 0)
    }

    package var daysSinceEpoch: Int64 {
        let year = Int64(self.month <= 2 ? self.year - 1 : self.year)
        let era = Timestamp.divide(year, by: 400).quotient
        let yearOfEra = year - era * 400
        let marchMonth = Int64(self.month > 2 ? self.month - 3 : self.month + 9)
        let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(self.day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension [UInt8] {
    /// Appends a decimal number, left-padded with zeros to `width` digits.
    package mutating func appendDecimal(_ value: UInt64, width: Int = 1) {
        var digits = (UInt64(0), UInt64(0), UInt64(0))  // 24 bytes of scratch on the stack
        Swift.withUnsafeMutableBytes(of: &digits) { scratch in
            var rest = value
            var start = scratch.count
            repeat {
                start -= 1
                scratch[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            while scratch.count - start < width {
                start -= 1
                scratch[start] = UInt8(ascii: "0")
            }
            self.append(contentsOf: scratch[start...])
        }
    }

    package mutating func appendDecimal(_ value: Int64) {
        if value < 0 { self.append(UInt8(ascii: "-")) }
        self.appendDecimal(value.magnitude)
    }

    /// Appends all bytes of a span in one copy.
    package mutating func append(_ span: Span<UInt8>) {
        span.withUnsafeBufferPointer { self.append(contentsOf: $0) }
    }

    /// Appends literal text that needs no escaping: punctuation and keys of the wire format.
    package mutating func append(_ text: StaticString) {
        self.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
