/// What happened to lines since the last asking.
///
/// Nothing is lost on the way from a source to its events as long as the two sides of this are the same:
///
/// ```
/// lines + told = events + joined + waiting + dropped
/// ```
package struct LineCounts: Sendable, Equatable {
    /// Longer than the limit.
    package var truncated = 0
    /// Groups that have met a limit.
    package var cut = 0
    /// Whole lines that the source gave: lines of a file or stream, messages, entries.
    package var lines = 0
    /// Lines that are in the event of an earlier one.
    package var joined = 0
    /// By how many more events there are that wait for further lines.
    package var waiting = 0
    /// Events that the input itself tells, such as gaps.
    package var told = 0
    /// Lines that became no event, by reason.
    package private(set) var dropped: [LineLoss: Int] = [:]

    package init(truncated: Int = 0, cut: Int = 0) {
        self.truncated = truncated
        self.cut = cut
    }

    package mutating func drop(_ reason: LineLoss, _ count: Int = 1) {
        if count > 0 { self.dropped[reason, default: 0] += count }
    }

    package mutating func add(_ other: LineCounts) {
        self.truncated += other.truncated
        self.cut += other.cut
        self.lines += other.lines
        self.joined += other.joined
        self.waiting += other.waiting
        self.told += other.told
        if !other.dropped.isEmpty { self.dropped.merge(other.dropped, uniquingKeysWith: +) }
    }

    package var isZero: Bool { self == LineCounts() }
}

/// Why a line became no event.
package enum LineLoss: String, Sendable, CaseIterable {
    /// It was given up unfinished: its source is read again from there, or a gap tells of it.
    case restart
    /// There was nothing in it.
    case empty
    /// Its sender may not send.
    case notAllowed = "not_allowed"
    /// Its sender sent more than it may; a gap tells how much.
    case rateLimit = "rate_limit"
}
