package import TailraceEvent

/// How times are shown.
package struct ClockText: Sendable {
    package enum Style: String, Sendable, CaseIterable {
        /// `07:35:12.123`, with a line where a new day begins.
        case clock
        /// `2026-11-22 07:35:12.123`
        case date
        /// As the relay writes it, in UTC with all digits.
        case iso
        /// How long ago: `3.2s`
        case relative
        case none
    }

    package let style: Style
    package let zone: TimeZoneChoice
    /// An offset is asked for once per quarter of an hour, in which no zone changes.
    private var quarter = Int64.min
    private var offset: Int64 = 0

    package init(style: Style, zone: TimeZoneChoice) {
        self.style = style
        self.zone = zone
    }

    /// Columns that every time takes; 0 for none.
    package var width: Int {
        switch self.style {
        case .clock: 12
        case .date: 23
        case .iso: 30
        case .relative: 7
        case .none: 0
        }
    }

    package mutating func text(_ time: Timestamp, now: Timestamp) -> String {
        switch self.style {
        case .clock: return self.clock(time)
        case .date: return "\(self.day(time)) \(self.clock(time))"
        case .iso: return time.rfc3339
        case .relative: return Self.age(now.nanoseconds - time.nanoseconds)
        case .none: return ""
        }
    }

    /// `2026-11-22`
    package mutating func day(_ time: Timestamp) -> String {
        String(self.civil(time).prefix(10))
    }

    private mutating func clock(_ time: Timestamp) -> String {
        let text = self.civil(time)
        let milliseconds = (time.nanoseconds % 1_000_000_000 + 1_000_000_000) % 1_000_000_000 / 1_000_000
        let digits = String(milliseconds)
        return "\(text.dropFirst(11).prefix(8)).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }

    /// RFC 3339 as if the zone were UTC.
    private mutating func civil(_ time: Timestamp) -> String {
        let second = time.nanoseconds / 1_000_000_000
        if second / 900 != self.quarter {
            self.quarter = second / 900
            self.offset = Int64(self.zone.offset(atSecond: second))
        }
        let (moved, overflow) = time.nanoseconds.addingReportingOverflow(self.offset * 1_000_000_000)
        return Timestamp(nanoseconds: overflow ? time.nanoseconds : moved).rfc3339
    }

    /// Three digits and a unit; `-` in front if it is still to come.
    static func age(_ nanoseconds: Int64) -> String {
        let seconds = Double(nanoseconds.magnitude) / 1e9
        let sign = nanoseconds < -1_000_000 ? "-" : ""
        switch seconds {
        case ..<10: return "\(sign)\(Double(Int(seconds * 10)) / 10)s"
        case ..<100: return "\(sign)\(Int(seconds))s"
        case ..<6000: return "\(sign)\(Int(seconds / 60))m"
        case ..<172_800: return "\(sign)\(Int(seconds / 3600))h"
        default: return "\(sign)\(Int(seconds / 86_400))d"
        }
    }
}
