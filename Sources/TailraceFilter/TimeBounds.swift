package import TailraceEvent

/// The `since: until: around:` clauses of a filter's text: where to read, not what to pass.
package struct TimeBounds: Sendable, Hashable {
    package enum Edge: Sendable, Hashable {
        /// `15m`: that long before now.
        case ago(nanoseconds: Int64)
        /// `2026-11-22T07:35Z`
        case instant(Timestamp)
        /// `14:30`: the last time a clock showed it, as seconds from midnight.
        case clock(secondOfDay: Int)

        /// The instant that is meant; `utcOffset` is the reader's zone in seconds east of UTC.
        package func resolved(now: Timestamp, utcOffset: Int = 0) -> Timestamp {
            switch self {
            case .ago(let nanoseconds):
                let (time, overflow) = now.nanoseconds.subtractingReportingOverflow(nanoseconds)
                return Timestamp(nanoseconds: overflow ? .min : time)
            case .instant(let instant): return instant
            case .clock(let second):
                let day: Int64 = 86_400_000_000_000
                let wanted = Int64(second - utcOffset) * 1_000_000_000
                let ago = ((now.nanoseconds - wanted) % day + day) % day
                return Timestamp(nanoseconds: now.nanoseconds - ago)
            }
        }
    }

    /// `around:#1842±20`: so many events before and after that one.
    package struct Neighbourhood: Sendable, Hashable {
        package var seq: UInt64
        package var radius: UInt64
    }

    package var since: Edge?
    package var until: Edge?
    package var around: Neighbourhood?

    package var isEmpty: Bool { self.since == nil && self.until == nil && self.around == nil }

    /// Where `around:` gives no `±`.
    static let defaultRadius: UInt64 = 20
}

extension TimeBounds.Edge {
    /// Reads `15m`, `1h30m`, `14:30`, `14:30:05` or a date with or without a time (UTC unless it says otherwise).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        if let instant = Instant(bytes.span) {
            self = .instant(Timestamp(nanoseconds: instant.nanoseconds))
        } else if let quantity = Quantity(bytes.span), quantity.dimension == .time, quantity.number >= 0,
            let nanoseconds = Int64(exactly: (quantity.number * quantity.scale).rounded())
        {
            self = .ago(nanoseconds: nanoseconds)
        } else if let second = Self.secondOfDay(text) {
            self = .clock(secondOfDay: second)
        } else {
            return nil
        }
    }

    private static func secondOfDay(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count == 2 }) else { return nil }
        let numbers = parts.compactMap { UInt8($0) }.map(Int.init)
        guard numbers.count == parts.count, numbers[0] < 24, numbers[1] < 60, numbers.last ?? 0 < 60 else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }
}

extension TimeBounds.Neighbourhood {
    /// Reads `#1842`, `#1842±20` or `#1842+-20`; the `#` may be left out.
    init?(_ text: String) {
        let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
        let separator = digits.contains("±") ? "±" : "+-"
        let parts = digits.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let seq = UInt64(first) else { return nil }
        guard parts.count == 2 else {
            self.init(seq: seq, radius: TimeBounds.defaultRadius)
            return
        }
        guard let radius = UInt64(parts[1]) else { return nil }
        self.init(seq: seq, radius: radius)
    }
}
