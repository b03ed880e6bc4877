import Glibc

/// What a time means that is written without a zone.
package enum TimeZoneRule: Sendable, Hashable {
    case utc
    /// The zone of this host, with its summer time.
    case local
    /// Seconds east of UTC.
    case fixed(Int)

    /// Reads `UTC`, `local`, `+02:00` or `-0530`.
    package init?(_ text: String) {
        switch text {
        case "UTC", "utc", "Z": self = .utc
        case "local": self = .local
        default:
            let bytes = Array(text.utf8)
            guard let zone = bytes.span.numericZone(at: 0), zone.end == bytes.count else { return nil }
            self = .fixed(zone.seconds)
        }
    }
}

/// Turns local calendar seconds into the zone's offset; asks the C library once per quarter of an hour of log time.
struct ZoneOffsets: Sendable {
    private let rule: TimeZoneRule
    private var quarter: Int64 = .min
    private var quarterOffset: Int64 = 0

    init(_ rule: TimeZoneRule) { self.rule = rule }

    /// The seconds to subtract from `civilSeconds`, the seconds since 1970 as the local calendar and clock show them.
    mutating func offset(atCivilSeconds civilSeconds: Int64) -> Int64 {
        switch self.rule {
        case .utc: return 0
        case .fixed(let seconds): return Int64(seconds)
        case .local:
            // Zones change at whole quarters of an hour, so within one the offset is the same.
            let quarter = civilSeconds / 900
            if quarter != self.quarter {
                self.quarter = quarter
                self.quarterOffset = Self.localOffset(atCivilSeconds: quarter * 900)
            }
            return self.quarterOffset
        }
    }

    /// The offset at that reading of the local clock; the earlier of two in the hour that autumn repeats is not known.
    private static func localOffset(atCivilSeconds civilSeconds: Int64) -> Int64 {
        var offset: Int64 = 0
        // Two rounds: the first guess may stand on the other side of a change.
        for _ in 0..<2 {
            var instant = time_t(civilSeconds - offset)
            var parts = tm()
            guard localtime_r(&instant, &parts) != nil else { return 0 }
            offset = Int64(parts.tm_gmtoff)
        }
        return offset
    }
}
