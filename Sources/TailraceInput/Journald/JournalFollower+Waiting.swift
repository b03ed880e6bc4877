import Glibc

/// What the follower does when there is nothing to read: waiting, looking after the files, getting over failures.
extension JournalFollower {
    mutating func wait(for journal: borrowing JournalHandle) throws(JournalFault) {
        // Journald tells of new entries at most every 250 ms. While there is traffic, look without being told.
        var milliseconds = ContinuousClock.now < self.busyUntil ? Int32(20) : 5000
        if self.batch.scanned > 0 || !self.leftOut.isSettled { milliseconds = min(milliseconds, 1000) }
        if let timeout = try journal.timeout() { milliseconds = min(milliseconds, timeout) }
        self.output.wait(for: (journal.descriptor, journal.events), milliseconds: milliseconds)
        self.output.pulse()
        if try journal.process() == .files {
            self.filesChanged = true
            self.leftOut.noteChange()
            self.showAccess()
        }
    }

    /// The end was reached without an error.
    mutating func settle() {
        guard self.faults > 0, self.batch.scanned == 0 else { return }
        self.faults = 0
        self.showAccess()
    }

    /// True once a second: things that nothing reports are looked for at this pace.
    mutating func isTimeToLook() -> Bool {
        guard .now - self.lastLook >= .seconds(1) else { return false }
        self.lastLook = .now
        return true
    }

    /// Waits a second; the journal is then opened again.
    mutating func pause(_ reason: String, _ state: JournalState = .waiting) {
        self.output.state(state, reason)
        self.output.wait(milliseconds: 1000)
        self.output.pulse()
    }

    mutating func showAccess() {
        guard self.faults == 0 else { return }
        if let problem = self.accessProblem ?? self.leftOut.problem {
            self.output.state(.degraded, problem)
        } else if let problem = self.journald.problem {
            self.output.state(.waiting, problem)
        } else {
            self.output.state(.reading)
        }
    }

    /// Tells when journald goes or comes: without it a journal stands still.
    mutating func showJournald() {
        if self.journald.look() { self.showAccess() }
    }

    var accessProblem: String? {
        JournalAccess.problem(directory: self.arguments.directory, namespace: self.arguments.namespace)
    }

    /// Tells of files that are damaged, and of what is lost in them. Only at the end of the journal and between
    /// batches, where the place is exact.
    mutating func lookForLeftOut() {
        guard self.batch.scanned == 0 else { return }
        let (folders, depth) = JournalAccess.places(
            directory: self.arguments.directory, namespace: self.arguments.namespace)
        let new = self.leftOut.look(folders: folders, depth: depth)
        self.untold += new
        if let place = self.place {
            for gap in self.untold.compactMap({ JournalLeftOut.gap($0, after: self.settledPlace, since: self.since) }) {
                self.batch.append(gap)
            }
            self.untold.removeAll()
            if !self.batch.isQuiet { self.send(endingAt: place.cursor) }
            if self.leftOut.isSettled { self.settledPlace = place }
        }
        if !new.isEmpty { self.showAccess() }
    }

    // MARK: Failures

    /// Damage and vacuumed files show as errors: what is whole goes out, the journal is opened again at the last place.
    mutating func recover(from fault: JournalFault) {
        if let lastTaken = self.lastTaken { self.send(endingAt: lastTaken) }
        self.startCareful()
        self.faults += 1
        if self.faults > Self.maxFaults {
            self.leap = 1_000_000 << UInt64(min(20, self.faults - Self.maxFaults - 1))
        }
        switch fault.code {
        case ENOENT, ENOTDIR:
            self.output.state(.waiting, "there is no journal \(self.folderName)")
            self.leap = 0
        case EACCES, EPERM:
            self.output.state(.degraded, self.accessProblem ?? "\(fault)")
            self.leap = 0
        default:
            self.output.state(.degraded, "\(fault); reading goes on at the last good entry")
        }
        self.output.wait(milliseconds: min(5000, 100 << Int32(min(6, self.faults))))
        self.output.pulse()
    }

    var folderName: String {
        if let directory = self.arguments.directory { return "in \(directory)" }
        if self.arguments.namespace == "*" { return "of any namespace" }
        if let namespace = self.arguments.namespace { return "of namespace \(namespace)" }
        return "in /var/log/journal or /run/log/journal"
    }
}
