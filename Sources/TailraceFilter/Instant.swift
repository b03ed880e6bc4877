import TailraceEvent

/// A date with or without a time of day, as people and logs write it (RFC 3339, ISO 8601): `2026-11-22`,
/// `2026-11-22T07:35`, `2026-11-22 07:35:12.5+01:00`. Without a zone it is UTC.
struct Instant: Sendable, Hashable {
    var nanoseconds: Int64
    /// How long the last part that was written lasts: a day, a minute, a second, a nanosecond.
    var precision: Int64

    init?(_ text: Span<UInt8>) {
        guard text.count >= 10, text.count <= 40 else { return nil }
        var reader = DigitReader(end: text.count)
        guard let year = reader.digits(4, in: text), reader.take("-", in: text),
            let month = reader.digits(2, in: text), reader.take("-", in: text),
            let day = reader.digits(2, in: text), (1...12).contains(month), day >= 1,
            day <= Self.days(in: month, of: year)
        else { return nil }
        var clock = (second: Int64(0), fraction: Int64(0), precision: Int64(86_400_000_000_000))
        var offset: Int64 = 0
        if !reader.isAtEnd {
            guard reader.take("T", in: text) || reader.take("t", in: text) || reader.take(" ", in: text),
                let read = reader.clock(in: text), let zone = reader.zone(in: text), reader.isAtEnd
            else { return nil }
            (clock, offset) = (read, zone)
        }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let (scaled, overflow) = (days * 86_400 + clock.second - offset).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(clock.fraction)
        guard !overflow, !carry else { return nil }
        self.nanoseconds = sum
        self.precision = clock.precision
    }

    /// True if `time` lies in the day, minute, second … that was written.
    func covers(_ time: Int64) -> Bool {
        let (distance, overflow) = time.subtractingReportingOverflow(self.nanoseconds)
        return !overflow && distance >= 0 && distance < self.precision
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

private struct DigitReader {
    private var position = 0
    private let end: Int

    init(end: Int) { self.end = end }

    var isAtEnd: Bool { self.position == self.end }

    mutating func take(_ character: Unicode.Scalar, in text: Span<UInt8>) -> Bool {
        guard self.position < self.end, text[self.position] == UInt8(ascii: character) else { return false }
        self.position += 1
        return true
    }

    mutating func digits(_ count: Int, in text: Span<UInt8>) -> Int? {
        guard self.position + count <= self.end else { return nil }
        var value = 0
        for _ in 0..<count {
            let digit = text[self.position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
            self.position += 1
        }
        return value
    }

    /// `hh:mm[:ss[.fraction]]`
    mutating func clock(in text: Span<UInt8>) -> (second: Int64, fraction: Int64, precision: Int64)? {
        guard let hour = self.digits(2, in: text), self.take(":", in: text), let minute = self.digits(2, in: text),
            hour < 24, minute < 60
        else { return nil }
        let minutes = Int64(hour * 60 + minute)
        guard self.take(":", in: text) else { return (minutes * 60, 0, 60_000_000_000) }
        guard let second = self.digits(2, in: text), second < 61 else { return nil }
        guard self.take(".", in: text) || self.take(",", in: text) else {
            return (minutes * 60 + Int64(second), 0, 1_000_000_000)
        }
        var fraction: Int64 = 0
        var unit: Int64 = 1_000_000_000
        while unit > 1, let digit = self.digits(1, in: text) {
            unit /= 10
            fraction += Int64(digit) * unit
        }
        return unit < 1_000_000_000 ? (minutes * 60 + Int64(second), fraction, unit) : nil
    }

    /// Seconds east of UTC: `Z`, `±hh`, `±hhmm`, `±hh:mm` or nothing.
    mutating func zone(in text: Span<UInt8>) -> Int64? {
        if self.isAtEnd || self.take("Z", in: text) || self.take("z", in: text) { return 0 }
        let isWest = self.take("-", in: text)
        guard isWest || self.take("+", in: text), let hours = self.digits(2, in: text), hours < 24 else { return nil }
        _ = self.take(":", in: text)
        let minutes = self.isAtEnd ? 0 : self.digits(2, in: text)
        guard let minutes, minutes < 60 else { return nil }
        return Int64(hours * 60 + minutes) * (isWest ? -60 : 60)
    }
}
