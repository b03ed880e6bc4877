internal import Glibc
internal import TailraceCodec

/// The zone in which times are shown and times of day are understood.
package struct TimeZoneChoice: Sendable, Hashable {
    package struct Problem: Error, Sendable, CustomStringConvertible {
        package var description: String
    }

    private var rule: TimeZoneRule

    package static let utc = TimeZoneChoice(rule: .utc)
    package static let local = TimeZoneChoice(rule: .local)

    private init(rule: TimeZoneRule) { self.rule = rule }

    private static let database = "/usr/share/zoneinfo/"

    /// Reads `local`, `UTC`, `+02:00` or a name such as `Europe/Berlin`, which then is this process's zone.
    package init(parsing text: String) throws(Problem) {
        if let rule = TimeZoneRule(text) {
            self.rule = rule
            return
        }
        let isName = !text.isEmpty && !text.hasPrefix("/") && !text.contains("..")
        guard isName, access(Self.database + text, R_OK) == 0 else {
            throw Problem(
                description: "there is no time zone \"\(text)\"; expected local, UTC, +02:00 or a name of "
                    + "\(Self.database) such as Europe/Berlin")
        }
        setenv("TZ", text, 1)
        tzset()
        self.rule = .local
    }

    /// Seconds east of UTC at an instant.
    package func offset(atSecond second: Int64) -> Int {
        switch self.rule {
        case .utc: return 0
        case .fixed(let seconds): return seconds
        case .local:
            var instant = time_t(second)
            var parts = tm()
            return localtime_r(&instant, &parts) == nil ? 0 : parts.tm_gmtoff
        }
    }
}
