import TailraceEvent

/// Times written as a count since 1970.
enum UnixTime {
    /// Counts before 1990 are more likely ids, sizes or durations than times.
    private static let earliestSeconds: Int64 = 631_152_000
    /// A count that stands alone at the start of a text line must be nearer than this: a number is weak evidence.
    private static let textHorizonSeconds: Int64 = 10 * 366 * 86_400

    /// At the start of a text line: seconds with or without a fraction, or 13, 16 or 19 digits.
    static func match(in line: Span<UInt8>, at start: Int, received: Timestamp) -> TimeMatch? {
        guard let (nanoseconds, end) = Self.number(in: line, at: start), line.isBoundary(end) else { return nil }
        let latest = received.nanoseconds / 1_000_000_000 + 86_400
        let seconds = nanoseconds / 1_000_000_000
        guard seconds <= latest, seconds >= latest - Self.textHorizonSeconds else { return nil }
        return TimeMatch(nanoseconds: nanoseconds, end: end)
    }

    /// The whole of `range` as a count: its size tells seconds, milliseconds, microseconds and nanoseconds apart.
    static func value(in line: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        guard let (nanoseconds, end) = Self.number(in: line, at: range.lowerBound), end == range.upperBound else {
            return nil
        }
        return nanoseconds
    }

    /// 9 or 10 digits are seconds, 12 or 13 milliseconds, 15 or 16 microseconds, 18 or 19 nanoseconds.
    private static func number(in line: Span<UInt8>, at start: Int) -> (nanoseconds: Int64, end: Int)? {
        let end = line.end(of: \.isDigit, from: start, limit: start + 20)
        var count: Int64 = 0
        for index in start..<end {
            let (scaled, overflowed) = count.multipliedReportingOverflow(by: 10)
            let (sum, carried) = scaled.addingReportingOverflow(Int64(line[index] &- UInt8(ascii: "0")))
            if overflowed || carried { return nil }
            count = sum
        }
        let unit: Int64
        switch end - start {
        case 9, 10: unit = 1_000_000_000
        case 12, 13: unit = 1_000_000
        case 15, 16: unit = 1000
        case 18, 19: unit = 1
        default: return nil
        }
        let (scaled, overflowed) = count.multipliedReportingOverflow(by: unit)
        guard !overflowed, scaled >= Self.earliestSeconds * 1_000_000_000 else { return nil }
        guard line.has(UInt8(ascii: "."), at: end), end + 1 < line.count, line[end + 1].isDigit else {
            return (scaled, end)
        }
        let fraction = line.fraction(at: end + 1)
        let (sum, carried) = scaled.addingReportingOverflow(Int64(fraction.nanoseconds) / (1_000_000_000 / unit))
        return carried ? nil : (sum, fraction.end)
    }
}
