package import TailraceEvent

/// The date format of HTTP headers (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    package static func text(_ time: Timestamp) -> String {
        let seconds = time.nanoseconds / 1_000_000_000
        let date = CivilDate(daysSinceEpoch: seconds / 86_400)
        let weekday = Self.weekdays[Int(seconds / 86_400 % 7)]
        let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(Self.twoDigits).joined(separator: ":")
        return "\(weekday), \(Self.twoDigits(Int64(date.day))) \(Self.months[date.month - 1]) \(date.year) \(clock) GMT"
    }

    private static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// 1970-01-01 was a Thursday.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
