/// `500ms 90s 15m 2h 1d`
package enum TimeSpan {
    private static let units: [String: Int64] = [
        "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]

    /// Nil if it is none; the longest there is if it is longer.
    package static func nanoseconds(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), let unit = Self.units[String(text.dropFirst(digits.count))] else { return nil }
        let span = count.multipliedReportingOverflow(by: unit)
        return span.overflow ? .max : span.partialValue
    }
}
