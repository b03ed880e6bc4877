import CSystemd
import Glibc

/// Reads the journal from a place to its end and goes on as it grows.
///
/// Journald numbers entries without holes. So at the end of each batch the numbers tell whether all entries between two
/// cursors were seen; if not, the batch is thrown away and read again entry by entry, to find the holes and count them.
struct JournalFollower {
    let arguments: JournalReaderArguments
    var output = JournalOutput()
    var matcher: JournalMatcher
    var batch = JournalBatch()
    /// The last entry that the relay was told of: what is read again starts behind it.
    var place: JournalCursor?
    /// Where to begin while there is no place.
    var since: UInt64
    /// How far to jump over an unreadable place, in microseconds.
    var leap: UInt64
    /// Takes each entry's cursor; on after numbers did not add up or a read failed, until the batch is done.
    var isCareful = false
    /// In careful reading, the last entry seen.
    var lastSeen: JournalCursor?
    /// Files came or went since the last batch: the only thing that loses entries.
    var filesChanged = false
    /// Holes found though no file was gone: this journal has only some of its entries, or several sequences.
    var unexplainedHoles = 0
    /// Reads that failed since the last batch.
    var faults = 0
    var quietSince = ContinuousClock.now
    var busyUntil = ContinuousClock.now
    var lastLook = ContinuousClock.now
    var leftOut = JournalLeftOut()
    /// Left-out files whose loss is still to be told.
    var untold: [JournalLeftOut.File] = []
    /// The place when it was last known which files are left out.
    var settledPlace: JournalCursor?

    /// So many unexplained holes, and numbers prove nothing here.
    private static let maxUnexplainedHoles = 3
    /// So many failures at one place, and it is jumped over; each further one jumps twice as far, at most 2²⁰ s.
    static let maxFaults = 3

    init(_ arguments: JournalReaderArguments) {
        self.arguments = arguments
        self.matcher = JournalMatcher(arguments)
        self.place = arguments.cursor.flatMap { JournalCursor($0) }
        self.settledPlace = self.place
        self.since = arguments.since
        self.leap = arguments.leap
    }

    /// Returns when the relay is gone.
    mutating func run() {
        while self.output.isOpen {
            do throws(JournalFault) {
                try self.follow()
            } catch {
                self.recover(from: error)
            }
        }
    }

    /// Opens the journal and reads until it has to be opened again.
    private mutating func follow() throws(JournalFault) {
        let roots = JournalAccess.presentRoots()
        let journal = try JournalHandle(directory: self.arguments.directory, namespace: self.arguments.namespace)
        self.leftOut.noteChange()
        // What was read before and not sent is read again.
        self.batch.clear()
        guard var isUnread = try self.position(journal) else { return }
        self.showAccess()
        while self.output.isOpen {
            guard try self.drain(journal, isUnread: isUnread) else {
                guard let again = try self.position(journal) else { return }
                isUnread = again
                continue
            }
            isUnread = false
            self.settle()
            try self.wait(for: journal)
            guard self.isTimeToLook() else { continue }
            self.lookForLeftOut()
            if !journal.hasFiles() || roots != JournalAccess.presentRoots() { return }
        }
    }

    /// Goes to the place where reading begins.
    ///
    /// - Returns: true if the current entry is unread, false if the next one is, nil if the journal is to be opened
    /// again.
    private mutating func position(_ journal: borrowing JournalHandle) throws(JournalFault) -> Bool? {
        guard journal.hasFiles() else {
            self.lookForLeftOut()
            if let problem = self.accessProblem ?? self.leftOut.problem {
                self.pause(problem, .degraded)
            } else {
                self.pause("there are no journal files \(self.folderName) yet")
            }
            return nil
        }
        let landing: JournalLanding
        if self.leap > 0 {
            landing = try .leap(over: self.place, since: self.since, by: self.leap, in: journal)
        } else if let place = self.place {
            landing = try .find(place, in: journal) { self.output.pulse() }
        } else {
            try journal.seek(realtime: self.since)
            return false
        }
        switch landing {
        case .empty:
            self.pause("the journal \(self.folderName) is empty")
            return nil
        case .read(let landed, let gap):
            self.place = landed
            guard let gap else { return false }
            self.batch.append(gap)
            self.send(endingAt: landed)
            return false
        case .unread(let gap):
            // The hole before this entry is told already; from here on, entry by entry.
            self.isCareful = true
            if let gap { self.batch.append(gap) }
            return true
        }
    }

    /// Reads to the end.
    ///
    /// - Returns: false if the batch has to be read again from the place.
    private mutating func drain(_ journal: borrowing JournalHandle, isUnread: Bool) throws(JournalFault) -> Bool {
        var isUnread = isUnread
        while self.output.isOpen {
            if !isUnread {
                guard try journal.next() else { break }
            }
            if self.isCareful { try self.lookForHole(journal, isToldAlready: isUnread) }
            isUnread = false
            try self.scan(journal)
            self.busyUntil = .now + .seconds(1)
            if self.batch.scanned % 256 == 0 { self.output.pulse() }
            guard self.batch.isFull else { continue }
            if try !self.commit(journal) { return false }
            self.output.behind(true)
        }
        self.output.behind(false)
        guard self.batch.scanned > 0 else { return true }
        // A cursor alone is worth a write only now and then.
        if self.batch.isQuiet, .now - self.quietSince < .seconds(1) { return true }
        return try self.commit(journal)
    }

    /// An entry that can't be read the second time, too, is told as lost: it must not hold up those behind it.
    private mutating func scan(_ journal: borrowing JournalHandle) throws(JournalFault) {
        do throws(JournalFault) {
            try self.batch.scan(journal, &self.matcher)
        } catch {
            guard self.isCareful, let here = self.lastSeen else { throw error }
            self.batch.append(.damaged(1, from: self.place, to: here))
            self.batch.scanned += 1
        }
    }

    /// Sends the batch and remembers its end.
    ///
    /// - Returns: false if entries are missing that have to be looked for.
    private mutating func commit(_ journal: borrowing JournalHandle) throws(JournalFault) -> Bool {
        let end: JournalCursor
        if self.isCareful, let lastSeen = self.lastSeen {
            end = lastSeen
        } else {
            end = try journal.cursor()
            if !self.addsUp(to: end) {
                if try journal.process() == .files {
                    self.filesChanged = true
                    self.leftOut.noteChange()
                }
                self.startCareful()
                return false
            }
        }
        self.send(endingAt: end)
        return true
    }

    mutating func send(endingAt end: JournalCursor) {
        self.batch.end(at: end)
        self.output.send(self.batch.frames)
        self.batch.clear()
        let hadFaults = self.faults > 0
        self.place = end
        self.leap = 0
        self.faults = 0
        self.isCareful = false
        self.lastSeen = nil
        self.filesChanged = false
        self.quietSince = .now
        if hadFaults { self.showAccess() }
    }

    // MARK: Holes

    /// Whether the numbers say that everything between the last batch and `end` was seen.
    private mutating func addsUp(to end: JournalCursor) -> Bool {
        guard self.unexplainedHoles < Self.maxUnexplainedHoles, let place = self.place,
            let between = place.entriesBetween(end)
        else { return true }
        if UInt64(self.batch.scanned) > between + 1 { self.unexplainedHoles = Self.maxUnexplainedHoles }
        return UInt64(self.batch.scanned) >= between + 1
    }

    mutating func startCareful() {
        self.batch.clear()
        self.isCareful = true
        self.lastSeen = nil
    }

    private mutating func lookForHole(
        _ journal: borrowing JournalHandle, isToldAlready: Bool
    ) throws(JournalFault) {
        let here = try journal.cursor()
        defer { self.lastSeen = here }
        guard !isToldAlready, let last = self.lastSeen ?? self.place, let missing = last.entriesBetween(here),
            missing > 0
        else { return }
        // The notice of a file that went may still be on its way when the hole is met.
        if !self.filesChanged, try journal.process() == .files {
            self.filesChanged = true
            self.leftOut.noteChange()
        }
        if !self.filesChanged { self.unexplainedHoles += 1 }
        // Told in any case: a gap too many can be looked into, a loss without a word can't.
        self.batch.append(.vacuumed(missing, from: last, to: here))
    }
}
