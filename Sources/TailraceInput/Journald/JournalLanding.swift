/// Finds where to go on after a cursor, and what is missing there.
enum JournalLanding {
    /// The journal stands at an entry that is not yet read.
    case unread(gap: JournalGap?)
    /// The journal stands at the last entry that was read, or at what takes its place.
    case read(at: JournalCursor, gap: JournalGap?)
    /// There is no entry at all; try again when files change.
    case empty

    /// Seeks the cursor and looks where it landed, because libsystemd takes the nearest entry without saying so.
    ///
    /// - Parameter pulse: called now and then while it looks for long.
    static func find(
        _ cursor: JournalCursor, in journal: borrowing JournalHandle, pulse: () -> Void
    ) throws(JournalFault) -> JournalLanding {
        try journal.seek(cursor: cursor.text)
        guard try journal.next() else { return try Self.walkBack(to: cursor, in: journal, pulse: pulse) }
        let landed = try journal.cursor()
        if landed.isSameEntry(as: cursor) { return .read(at: landed, gap: nil) }
        // The number was given out twice: a crash took entries from the journal that had been read already.
        if landed.sequenceID == cursor.sequenceID, landed.sequence == cursor.sequence {
            return try Self.walkBack(to: cursor, in: journal, pulse: pulse)
        }
        guard let missing = cursor.entriesBetween(landed) else {
            return .unread(gap: .unknown(from: cursor, to: landed, "the entry that was read last no longer exists"))
        }
        return .unread(gap: missing == 0 ? nil : .vacuumed(missing, from: cursor, to: landed))
    }

    /// Goes on behind a place that ended every reader so far.
    ///
    /// - Parameter since: where that is if there is no cursor yet, in microseconds since 1970.
    static func leap(
        over cursor: JournalCursor?, since: UInt64, by microseconds: UInt64, in journal: borrowing JournalHandle
    ) throws(JournalFault) -> JournalLanding {
        try journal.seek(realtime: (cursor?.realtime ?? since) &+ microseconds)
        if try journal.next() {
            let landed = try journal.cursor()
            return .unread(gap: .damaged(cursor?.entriesBetween(landed), from: cursor, to: landed))
        }
        // Nothing lies so far ahead: all there is is left out, and what comes next is read.
        try journal.seekTail()
        guard try journal.previous() else { return .empty }
        let tail = try journal.cursor()
        return .read(at: tail, gap: .damaged(cursor?.entriesBetween(tail).map { $0 + 1 }, from: cursor, to: tail))
    }

    /// Looks from the end for the newest entry of the cursor's boot that is not after it; what follows is unread.
    ///
    /// Needed where numbers and times prove nothing: the newest entries are gone, the clock was set back, numbers began
    /// anew. If there is no such entry, everything is unread: rather entries twice than one lost.
    private static func walkBack(
        to cursor: JournalCursor, in journal: borrowing JournalHandle, pulse: () -> Void
    ) throws(JournalFault) -> JournalLanding {
        try journal.seekTail()
        var walked = 0
        var following: JournalCursor?
        while try journal.previous() {
            let here = try journal.cursor()
            if here.boot == cursor.boot, here.monotonic <= cursor.monotonic {
                let gap = here.isSameEntry(as: cursor) ? nil : JournalGap.moved(from: cursor, to: following ?? here)
                guard following != nil, try journal.next() else { return .read(at: here, gap: gap) }
                return .unread(gap: gap)
            }
            following = here
            walked += 1
            if walked % 1024 == 0 { pulse() }
        }
        guard let first = following else { return .empty }
        try journal.seekHead()
        return try journal.next() ? .unread(gap: .moved(from: cursor, to: first)) : .empty
    }
}

/// Entries that the journal lost before they were read.
struct JournalGap: Sendable, Hashable {
    /// `vacuumed` or `damaged`.
    var reason: String
    /// Nil if it can't be known.
    var count: UInt64?
    /// Cursors of the entries around the hole.
    var from: String?
    var to: String?
    var message: String

    static func vacuumed(_ count: UInt64, from: JournalCursor, to: JournalCursor) -> JournalGap {
        JournalGap(
            reason: "vacuumed", count: count, from: from.text, to: to.text,
            message: "\(count) journal entries were deleted before they were read")
    }

    static func damaged(_ count: UInt64?, from: JournalCursor?, to: JournalCursor) -> JournalGap {
        JournalGap(
            reason: "damaged", count: count, from: from?.text, to: to.text,
            message: "Part of the journal can't be read and was left out")
    }

    /// An entry of which a part is there.
    static func incomplete(_ place: JournalCursor) -> JournalGap {
        JournalGap(
            reason: "damaged", count: 1, from: place.text, to: place.text,
            message: "A part of the entry before can't be read: the journal is damaged there")
    }

    static func unknown(from: JournalCursor, to: JournalCursor, _ why: String) -> JournalGap {
        JournalGap(
            reason: "vacuumed", count: nil, from: from.text, to: to.text,
            message: "Journal entries may be missing: \(why)")
    }

    static func moved(from: JournalCursor, to: JournalCursor) -> JournalGap {
        .unknown(
            from: from, to: to,
            "the journal was numbered anew or the clock was set back; reading goes on by the place in the boot")
    }
}
