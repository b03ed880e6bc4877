import CSystemd
import Glibc

/// Reads the journal from a place to its end and goes on as it grows.
///
/// Journald numbers entries without holes. So at the end of each batch the numbers tell whether all entries between two
/// cursors were seen; if not, the batch is thrown away and read again entry by entry, to find the holes and count them.
/// Where several sequences number the entries, it is read so from the start.
struct JournalFollower {
    let arguments: JournalReaderArguments
    var output = JournalOutput()
    var matcher: JournalMatcher
    var batch = JournalBatch()
    /// The last entry that the relay was told of: what is read again starts behind it.
    var place: JournalPlace?
    /// The numbers of what was read, and those at the place.
    var sequences = JournalSequences()
    var sentSequences = JournalSequences()
    /// The boot whose entries are wanted, once it is known.
    var boot: JournalID?
    /// Where to begin while there is no place.
    var since: UInt64
    /// How far to jump over an unreadable place, in microseconds.
    var leap: UInt64
    /// On after numbers did not add up or a read failed, until the batch is done.
    var isCareful = false
    /// Numbers of whole batches prove nothing here: entries are looked at one by one.
    var isClose = false
    /// Careful because numbers did not add up.
    var isDoubting = false
    /// The last entry seen, where each is looked at, and the last one that is in the batch.
    var lastSeen: JournalCursor?
    var lastTaken: JournalCursor?
    /// Files came or went since the last batch: the only thing that loses entries.
    var filesChanged = false
    /// Holes found though no file was gone: this journal has only some of its entries.
    var unexplainedHoles = 0
    /// In the batch that is read.
    var foundHole = false
    /// The hole before the entry that comes next is told.
    var isGapTold = false
    /// Reads that failed since the last batch.
    var faults = 0
    var quietSince = ContinuousClock.now
    var busyUntil = ContinuousClock.now
    var lastLook = ContinuousClock.now
    var leftOut = JournalLeftOut()
    var journald: JournaldSocket
    /// Left-out files whose loss is still to be told.
    var untold: [JournalLeftOut.File] = []
    /// The place when it was last known which files are left out.
    var settledPlace: JournalPlace?

    /// So many unexplained holes, and numbers prove nothing here.
    private static let maxUnexplainedHoles = 3
    /// So many failures at one place, and it is jumped over; each further one jumps twice as far, at most 2²⁰ s.
    static let maxFaults = 3

    init(_ arguments: JournalReaderArguments) {
        self.arguments = arguments
        self.matcher = JournalMatcher(arguments, boot: nil)
        self.journald = JournaldSocket(directory: arguments.directory, namespace: arguments.namespace)
        self.place = arguments.cursor.flatMap { JournalPlace($0) }
        self.settledPlace = self.place
        if let place = self.place { self.sentSequences = JournalSequences(place) }
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
        self.forgetUnsent()
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
            self.showJournald()
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
        guard try self.findBoot(journal) else { return nil }
        let landing: JournalLanding
        if self.leap > 0 {
            landing = try .leap(over: self.place?.cursor, since: self.since, by: self.leap, in: journal)
        } else if let place = self.place {
            landing = try .find(place.cursor, in: journal) { self.output.pulse() }
        } else {
            try self.seekStart(journal)
            return false
        }
        switch landing {
        case .empty:
            self.pause("the journal \(self.folderName) is empty")
            return nil
        case .read(let landed, let gap):
            // The same entry may have another number now, in a copy of its file.
            if landed != self.place?.cursor { _ = self.sequences.take(landed) }
            self.sentSequences = self.sequences
            self.place = self.sequences.place(landed)
            guard let gap else { return false }
            self.batch.append(gap)
            self.send(endingAt: landed)
            return false
        case .unread(let gap):
            // The hole before this entry is told already; from here on, entry by entry.
            self.isCareful = true
            // Where several sequences are known, each tells of its own holes.
            guard let gap, !self.sequences.areSeveral || gap.count == nil || self.leap > 0 else { return true }
            self.batch.append(gap)
            self.isGapTold = !self.sequences.areSeveral
            return true
        }
    }

    /// Learns which boot is wanted.
    /// - Returns: false if it is not there, and the journal is to be opened again.
    private mutating func findBoot(_ journal: borrowing JournalHandle) throws(JournalFault) -> Bool {
        guard let choice = self.arguments.boot, self.boot == nil else { return true }
        var boots: [JournalID] = []
        if choice.boot == nil || choice.offset != 0 {
            boots = try JournalBootChoice.boots(of: journal) { self.output.pulse() }
        }
        guard let boot = choice.resolve(boots) else {
            self.pause("there is no boot \(choice) in the journal \(self.folderName), which has \(boots.count)")
            return false
        }
        self.boot = boot
        self.matcher = JournalMatcher(self.arguments, boot: boot)
        return true
    }

    private func seekStart(_ journal: borrowing JournalHandle) throws(JournalFault) {
        if let boot = self.boot, self.since == 0 {
            try journal.seek(boot: boot)
        } else {
            try journal.seek(realtime: self.since)
        }
    }

    /// What was read and not sent is read again.
    mutating func forgetUnsent() {
        self.batch.clear()
        self.lastSeen = nil
        self.lastTaken = nil
        self.isGapTold = false
        self.foundHole = false
        self.sequences = self.sentSequences
    }

    /// Each entry's cursor is taken.
    private var looksClose: Bool {
        self.isCareful || self.isClose || self.sequences.areSeveral || self.arguments.tellsPlaces
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
            isUnread = false
            if self.looksClose { try self.lookForHole(journal) }
            try self.scan(journal)
            self.lastTaken = self.lastSeen
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
            let place = self.arguments.tellsPlaces ? self.lastSeen : nil
            try self.batch.scan(journal, &self.matcher, at: place)
        } catch {
            guard self.isCareful, let here = self.lastSeen else { throw error }
            self.batch.append(.damaged(1, from: self.place?.cursor, to: here))
            self.batch.scanned += 1
        }
    }

    /// Sends the batch and remembers its end.
    ///
    /// - Returns: false if entries are missing that have to be looked for.
    private mutating func commit(_ journal: borrowing JournalHandle) throws(JournalFault) -> Bool {
        if let lastSeen = self.lastSeen {
            self.send(endingAt: lastSeen)
            return true
        }
        let end = try journal.cursor()
        guard self.addsUp(to: end) else {
            if try journal.process() == .files {
                self.filesChanged = true
                self.leftOut.noteChange()
            }
            self.startCareful()
            self.isDoubting = true
            return false
        }
        self.sequences = JournalSequences(JournalPlace(end))
        self.send(endingAt: end)
        return true
    }

    mutating func send(endingAt end: JournalCursor) {
        let place = self.sequences.place(end)
        self.batch.end(at: place)
        self.output.send(self.batch.frames)
        self.batch.clear()
        let hadFaults = self.faults > 0
        self.place = place
        self.sentSequences = self.sequences
        self.leap = 0
        self.faults = 0
        if self.isDoubting, !self.sequences.areSeveral, !self.foundHole { self.isClose = true }
        self.isCareful = false
        self.isDoubting = false
        self.foundHole = false
        self.isGapTold = false
        self.lastSeen = nil
        self.lastTaken = nil
        self.filesChanged = false
        self.quietSince = .now
        if hadFaults { self.showAccess() }
    }

    // MARK: Holes

    /// Whether the numbers say that everything between the last batch and `end` was seen, and nothing else.
    private func addsUp(to end: JournalCursor) -> Bool {
        guard let place = self.place?.cursor else { return true }
        return place.entriesBetween(end).map { UInt64(self.batch.scanned) == $0 + 1 } ?? false
    }

    mutating func startCareful() {
        self.forgetUnsent()
        self.isCareful = true
    }

    private mutating func lookForHole(_ journal: borrowing JournalHandle) throws(JournalFault) {
        let here = try journal.cursor()
        let last = self.lastSeen ?? self.place?.cursor
        let missing = self.sequences.take(here)
        self.lastSeen = here
        let isToldAlready = self.isGapTold
        self.isGapTold = false
        guard missing > 0, !isToldAlready, let last else { return }
        // The notice of a file that went may still be on its way when the hole is met.
        if !self.filesChanged, try journal.process() == .files {
            self.filesChanged = true
            self.leftOut.noteChange()
        }
        if !self.filesChanged {
            guard self.unexplainedHoles < Self.maxUnexplainedHoles else { return }
            self.unexplainedHoles += 1
        }
        self.foundHole = true
        // Told in any case: a gap too many can be looked into, a loss without a word can't.
        self.batch.append(.vacuumed(missing, from: last, to: here))
    }
}
