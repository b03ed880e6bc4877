import TailraceEvent

/// A time found in text: the instant, and the index behind its last byte.
struct TimeMatch: Sendable, Equatable {
    var nanoseconds: Int64
    var end: Int
}

/// Recognises the times that logs are written with, at a given place of a line.
///
/// | shape | example | from |
/// |---|---|---|
/// | year first | `2026-11-22T07:35:12.5Z`, `2015-10-18 18:01:47,978`, `2015/10/18 18:01:47` | RFC 3339, log4j |
/// | month and day | `Jun 14 15:16:01`, `Jun 14 2026 15:16:01` | RFC 3164 |
/// | month and day in digits | `03-17 16:13:38.811`, `10.30 16:49:06` | Android, Proxifier |
/// | weekday first | `Sun Dec 04 04:47:44.123 2005`, `Sun, 04 Dec 2005 04:47:44 GMT` | ctime, Apache, RFC 5322 |
/// | day first | `10/Oct/2000:13:55:36 -0700`, `04 Dec 2005 04:47:44.123`, `30.10.2026 16:49:06` | access logs, Redis |
/// | seconds since 1970 | `1763796912.123`, 13 digits for ms, 16 for µs, 19 for ns | squid, kernel audit |
///
/// A fraction follows `.` or `,`; a zone is `Z`, an offset, or one of the abbreviations with a fixed meaning. A time
/// without a zone is read by `TimeZoneRule`; one without a year gets the latest year that puts it before the arrival
/// plus a day. What is impossible (month 13, the 30th of February, a year outside 1970 to 2261) is not a time.
struct TimeReader: Sendable {
    /// 2262, where nanoseconds since 1970 end.
    private static let latestSeconds: Int64 = .max / 1_000_000_000

    private var zone: ZoneOffsets
    /// The input's own shapes, tried first.
    private let formats: [TimeFormat]

    init(zone: TimeZoneRule, formats: [TimeFormat] = []) {
        self.zone = ZoneOffsets(zone)
        self.formats = formats
    }

    /// The time that begins at `start`, if one does and no letter or digit follows it.
    mutating func time(in line: Span<UInt8>, at start: Int, received: Timestamp) -> TimeMatch? {
        if !self.formats.isEmpty, let match = self.listedTime(in: line, at: start, received: received) { return match }
        // No shape is shorter than `10.30 16:49:06`, except seconds since 1970.
        guard start + 10 <= line.count else { return nil }
        let first = line[start]
        if first.isDigit { return self.timeFromDigits(in: line, at: start, received: received) }
        if first.isUppercase, line[start + 1].isLetter, line[start + 2].isLetter {
            return self.timeFromName(in: line, at: start, received: received)
        }
        return nil
    }

    private mutating func timeFromDigits(in line: Span<UInt8>, at start: Int, received: Timestamp) -> TimeMatch? {
        let separator = line[start + 4]
        if separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/") {
            if let match = self.yearFirst(in: line, at: start, separator: separator) { return match }
        }
        switch line[start + 2] {
        case UInt8(ascii: "-"), UInt8(ascii: "."):
            return self.monthAndDayInDigits(in: line, at: start, received: received)
        case UInt8(ascii: "/"): return self.accessLog(in: line, at: start)
        case UInt8(ascii: " "): return self.dayAndMonthName(in: line, at: start)
        default:
            if separator.isDigit { return UnixTime.match(in: line, at: start, received: received) }
            return nil
        }
    }

    private mutating func timeFromName(in line: Span<UInt8>, at start: Int, received: Timestamp) -> TimeMatch? {
        if let month = line.month(at: start) {
            return self.monthNameFirst(in: line, at: start, month: month, received: received)
        }
        guard line.isWeekday(at: start) else { return nil }
        if line.has(UInt8(ascii: ","), at: start + 3) {
            return self.dayAndMonthName(in: line, at: start + 5)
        }
        guard line.has(UInt8(ascii: " "), at: start + 3), let month = line.month(at: start + 4) else { return nil }
        return self.monthNameFirst(in: line, at: start + 4, month: month, received: received)
    }

    private mutating func listedTime(in line: Span<UInt8>, at start: Int, received: Timestamp) -> TimeMatch? {
        for format in self.formats {
            guard let fields = format.fields(in: line, at: start) else { continue }
            if let seconds = fields.epochSeconds {
                guard seconds < Self.latestSeconds else { continue }
                let nanoseconds = seconds * 1_000_000_000 + Int64(fields.nanoseconds)
                return TimeMatch(nanoseconds: nanoseconds, end: fields.end)
            }
            let clock = Clock(seconds: fields.secondsOfDay, nanoseconds: fields.nanoseconds, end: fields.end)
            if let year = fields.year {
                let date = CivilDate(year: year, month: fields.month, day: fields.day)
                guard date.isReal else { continue }
                let instant = self.instant(date, clock, zoneSeconds: fields.zoneSeconds)
                return TimeMatch(nanoseconds: instant, end: fields.end)
            }
            let instant = self.newest(
                month: fields.month, day: fields.day, clock, zoneSeconds: fields.zoneSeconds, received: received)
            if let instant { return TimeMatch(nanoseconds: instant, end: fields.end) }
        }
        return nil
    }

    // MARK: shapes

    /// `2026-11-22T07:35:12.123456Z`
    private mutating func yearFirst(in line: Span<UInt8>, at start: Int, separator: UInt8) -> TimeMatch? {
        let year = line.fourDigits(at: start)
        let month = line.twoDigits(at: start + 5)
        let day = line.twoDigits(at: start + 8)
        guard year >= 0, line.has(separator, at: start + 7), start + 19 <= line.count else { return nil }
        switch line[start + 10] {
        case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "), UInt8(ascii: "_"): break
        default: return nil
        }
        guard let clock = line.clock(at: start + 11) else { return nil }
        return self.match(line, CivilDate(year: year, month: month, day: day), clock)
    }

    /// `Jun 14 15:16:01`, `Jun 14 2026 15:16:01`, `Dec 04 04:47:44 2005`: `start` is at the month.
    private mutating func monthNameFirst(
        in line: Span<UInt8>, at start: Int, month: Int, received: Timestamp
    ) -> TimeMatch? {
        guard line.has(UInt8(ascii: " "), at: start + 3), let day = line.dayOfMonth(at: start + 4) else { return nil }
        guard line.has(UInt8(ascii: " "), at: day.end) else { return nil }
        let year = line.fourDigits(at: day.end + 1)
        if year >= 0, line.has(UInt8(ascii: " "), at: day.end + 5) {
            guard let clock = line.clock(at: day.end + 6) else { return nil }
            return self.match(line, CivilDate(year: year, month: month, day: day.value), clock)
        }
        guard var clock = line.clock(at: day.end + 1) else { return nil }
        if line.has(UInt8(ascii: " "), at: clock.end) {
            let trailingYear = line.fourDigits(at: clock.end + 1)
            // `2001:db8::7` is a host, not a year.
            let isAddress = line.has(UInt8(ascii: ":"), at: clock.end + 5) && !line.isBoundary(clock.end + 6)
            if (1970...2261).contains(trailingYear), line.isBoundary(clock.end + 5), !isAddress {
                clock.end += 5
                return self.match(line, CivilDate(year: trailingYear, month: month, day: day.value), clock)
            }
        }
        return self.match(line, month: month, day: day.value, clock, received: received)
    }

    /// `03-17 16:13:38.811` and `10.30 16:49:06` are month and day; `30.10 16:49:06` can only be day and month, and
    /// `30.10.2026 16:49:06` is how the date is written where days come first.
    private mutating func monthAndDayInDigits(
        in line: Span<UInt8>, at start: Int, received: Timestamp
    ) -> TimeMatch? {
        let first = line.twoDigits(at: start)
        let second = line.twoDigits(at: start + 3)
        guard first > 0, second > 0 else { return nil }
        if line.has(line[start + 2], at: start + 5) {
            let year = line.fourDigits(at: start + 6)
            guard year >= 0, line.has(UInt8(ascii: " "), at: start + 10), let clock = line.clock(at: start + 11) else {
                return nil
            }
            return self.match(line, CivilDate(year: year, month: second, day: first), clock)
        }
        guard line.has(UInt8(ascii: " "), at: start + 5), let clock = line.clock(at: start + 6) else { return nil }
        let isDayFirst = first > 12
        return self.match(
            line, month: isDayFirst ? second : first, day: isDayFirst ? first : second, clock, received: received)
    }

    /// `10/Oct/2000:13:55:36 -0700`
    mutating func accessLog(in line: Span<UInt8>, at start: Int) -> TimeMatch? {
        let day = line.twoDigits(at: start)
        guard day > 0, line.has(UInt8(ascii: "/"), at: start + 2), let month = line.month(at: start + 3),
            line.has(UInt8(ascii: "/"), at: start + 6), line.has(UInt8(ascii: ":"), at: start + 11),
            let clock = line.clock(at: start + 12)
        else { return nil }
        return self.match(line, CivilDate(year: line.fourDigits(at: start + 7), month: month, day: day), clock)
    }

    /// `04 Dec 2005 04:47:44.123`
    private mutating func dayAndMonthName(in line: Span<UInt8>, at start: Int) -> TimeMatch? {
        guard let day = line.dayOfMonth(at: start), line.has(UInt8(ascii: " "), at: day.end),
            let month = line.month(at: day.end + 1), line.has(UInt8(ascii: " "), at: day.end + 4),
            line.has(UInt8(ascii: " "), at: day.end + 9), let clock = line.clock(at: day.end + 10)
        else { return nil }
        return self.match(
            line, CivilDate(year: line.fourDigits(at: day.end + 5), month: month, day: day.value), clock)
    }

    /// A time whose month and day stand elsewhere, as in klog's `I0102 15:04:05.678`.
    mutating func time(
        in line: Span<UInt8>, month: Int, day: Int, clockAt index: Int, received: Timestamp
    ) -> TimeMatch? {
        guard let clock = line.clock(at: index) else { return nil }
        return self.match(line, month: month, day: day, clock, received: received)
    }

    // MARK: instants

    private mutating func match(_ line: Span<UInt8>, _ date: CivilDate, _ clock: Clock) -> TimeMatch? {
        let zone = line.zone(at: clock.end)
        let end = zone?.end ?? clock.end
        guard date.isReal, line.isBoundary(end) else { return nil }
        let instant = self.instant(date, clock, zoneSeconds: zone?.seconds)
        return TimeMatch(nanoseconds: instant, end: end)
    }

    /// A date without its year.
    private mutating func match(
        _ line: Span<UInt8>, month: Int, day: Int, _ clock: Clock, received: Timestamp
    ) -> TimeMatch? {
        let zone = line.zone(at: clock.end)
        let end = zone?.end ?? clock.end
        guard line.isBoundary(end) else { return nil }
        return self.newest(month: month, day: day, clock, zoneSeconds: zone?.seconds, received: received)
            .map { TimeMatch(nanoseconds: $0, end: end) }
    }

    /// The instant in the latest year that puts it before the arrival plus a day.
    private mutating func newest(
        month: Int, day: Int, _ clock: Clock, zoneSeconds: Int?, received: Timestamp
    ) -> Int64? {
        // Clocks differ between hosts, and so may zones: up to a day ahead is still this year's.
        let latest = received.nanoseconds.addingReportingOverflow(86_400_000_000_000)
        let limit = latest.overflow ? Int64.max : latest.partialValue
        let newest = CivilDate(daysSinceEpoch: limit / 86_400_000_000_000).year + 1
        // Nine years back, there is a 29th of February in any case.
        for year in stride(from: newest, through: newest - 9, by: -1) {
            let date = CivilDate(year: year, month: month, day: day)
            guard date.isReal else { continue }
            let instant = self.instant(date, clock, zoneSeconds: zoneSeconds)
            if instant <= limit { return instant }
        }
        return nil
    }

    /// Cannot overflow: a real date's year is at most 2261, and the clock and zone add less than two days.
    private mutating func instant(_ date: CivilDate, _ clock: Clock, zoneSeconds: Int?) -> Int64 {
        let civil = date.daysSinceEpoch * 86_400 + Int64(clock.seconds)
        let offset = zoneSeconds.map { Int64($0) } ?? self.zone.offset(atCivilSeconds: civil)
        return (civil - offset) * 1_000_000_000 + Int64(clock.nanoseconds)
    }
}

extension CivilDate {
    /// A day that exists, in a year that a `Timestamp` can hold.
    var isReal: Bool {
        guard (1970...2261).contains(self.year), (1...12).contains(self.month), self.day >= 1 else { return false }
        switch self.month {
        case 2:
            let isLeap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0)
            return self.day <= (isLeap ? 29 : 28)
        case 4, 6, 9, 11: return self.day <= 30
        default: return self.day <= 31
        }
    }
}
