import Glibc
import Logging
import TailraceCodec
import TailraceEvent

/// Follows the files of one input: finds them, reads them in the order of their writing, hands over batches.
///
/// Confined to one thread. The aspects stand in files of their own: `+Discovery` which file stands at which path,
/// `+Adoption` a file seen for the first time, `+Rotation` what has to be read before it, `+Copies` telling copies from
/// new files, `+Reading`, `+Closing` the end of a file's life, `+Status`.
final class FileTailer {
    let options: FileOptions
    let codec: CodecOptions
    let context: InputContext
    let files: any FileSystem
    let probe: ContentProbe
    let own: OwnFiles
    let sink: any EventSink
    let watches: WatchTable
    let now: () -> ContinuousClock.Instant

    /// By matched path.
    var matched: [FilePath: MatchedPath] = [:]
    /// Every file that is followed.
    var filesByKey: [FileFacts.Key: TailedFile] = [:]
    /// Closed files without a path, oldest first.
    var drained: [TailedFile] = []
    /// Files whose matched path is gone and that are read until idle.
    var detached: [TailedFile] = []
    /// Files that were rotated away to a path that matches too, and have not been idle since.
    var renamed: [TailedFile] = []
    var restored: RestoredCheckpoints
    var problems: FileProblems
    /// Files that look like another encoding than they are read in.
    var encodingNotices: [FilePath: String] = [:]
    /// Unknown files that may be copies in the making: how large, and since when.
    var suspects: [FilePath: (size: UInt64, since: ContinuousClock.Instant)] = [:]
    /// Matched paths by the real path behind their symbolic link.
    var pathsByTarget: [FilePath: Set<FilePath>] = [:]
    /// Folders as they were listed in this turn; nil while reading, when only a fresh look counts.
    var listings: [FilePath: FolderIndex]?
    /// Files at rotated names that were born before this (wall clock nanoseconds) were there before anybody watched.
    let watchedSince: Int64
    let started: ContinuousClock.Instant

    /// Files that have, or may have, something to read.
    var queue: [TailedFile] = []
    var buffer = [UInt8](repeating: 0, count: FileAnchor.maxBytes + FileTailer.maxChunkBytes)
    /// Read at once, and by one file before others get their turn. Less makes short files do for tests.
    var chunkBytes = FileTailer.maxChunkBytes
    var shareBytes = FileTailer.maxShareBytes
    /// Rotated files of one log that are looked into at once, each with a descriptor.
    var maxNeighbours = FileTailer.mostNeighbours
    var batch = EventBatch()
    var batchBytes = 0
    var lineCounts = LineCounts()
    /// Files with an event that waits for further lines.
    var waiting: [TailedFile] = []
    /// Files whose checkpoints belong to `batch`.
    var changed: [TailedFile] = []
    /// Keys to forget with `batch`.
    var forgotten: [FileIdentity] = []
    var openFiles = 0

    var isFirstStart: Bool
    var needsScan = true
    var touched: Set<FilePath> = []
    /// Matched paths beside which a rotated name has appeared.
    var rotated: Set<FilePath> = []
    var nextPoll: ContinuousClock.Instant
    var nextSweep: ContinuousClock.Instant
    var nextStatus: ContinuousClock.Instant
    var lastSubmit: ContinuousClock.Instant
    var lastSubmitEvents = 0
    var isStatusStale = true
    /// Since when a round has left something to be read.
    var behindSince: ContinuousClock.Instant?

    /// Read at once; also bounds what one read of empty lines turns into (about 6 MiB of events).
    private static let maxChunkBytes = 64 << 10
    /// What one file may read before others get their turn.
    private static let maxShareBytes = 256 << 10
    /// More than anybody keeps of one log.
    private static let mostNeighbours = 1_000
    /// A batch is handed over at this weight: enough to make its transaction cheap, little enough to wait for.
    static let batchWeight = 512 << 10
    /// While events keep coming they are collected for as long as the sink says, and at least this long, so that a
    /// thousand tiny writes are not a thousand transactions of 0.3 ms each; what comes after a quiet moment leaves at
    /// once.
    private static let shortestPace = Duration.milliseconds(3)
    /// The same where more than a few come in that time.
    private static let busyPace = Duration.milliseconds(8)
    private static let busyEvents = 10
    /// Everything is looked at this often even if the kernel announces changes: mmap(2) writes and moves of folders far
    /// up are not announced.
    static let sweep = Duration.seconds(10)
    /// A renamed file is read until nothing came for so long: writers need some time to open the new one.
    static let drain = Duration.seconds(5)

    init(
        options: FileOptions, codec: CodecOptions, context: InputContext, files: any FileSystem, sink: any EventSink,
        watches: WatchTable, now: @escaping () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.options = options
        self.codec = codec
        self.context = context
        self.files = files
        self.probe = ContentProbe(files: files)
        self.own = OwnFiles(folder: context.ownFolder, files: files)
        self.sink = sink
        self.watches = watches
        self.now = now
        self.restored = RestoredCheckpoints(context.checkpoints)
        self.problems = FileProblems(logger: context.logger)
        self.isFirstStart = context.checkpoints.isEmpty
        self.watchedSince =
            // What was read last was written down before what had come meanwhile was looked at.
            self.isFirstStart ? Timestamp.now().nanoseconds : self.restored.lastSeen - Self.clockSlack
        let start = now()
        self.nextPoll = start
        self.nextSweep = start
        self.nextStatus = start
        self.lastSubmit = start - .seconds(1)
        self.started = start
    }

    /// Runs until the relay stops.
    func run() throws(SinkClosed) {
        try self.begin()
        while !self.context.stop.isStopped {
            try self.turn()
            if self.queue.isEmpty { self.rest() }
        }
    }

    /// Looks at all files for the first time.
    func begin() throws(SinkClosed) {
        for key in self.restored.damagedKeys {
            self.context.logger.warning(
                "a checkpoint can't be read, its file is read anew", metadata: ["key": "\(key)"])
        }
        self.listings = [:]
        self.scan()
        self.settleRestored()
        self.listings = nil
        if self.isFirstStart { try self.markStart() }
    }

    /// One turn of the loop, without waiting: what the kernel tells, what is due, and a share of everything to be read.
    func turn() throws(SinkClosed) {
        self.take(self.watches.news())
        self.runTimers()
        try self.readRound()
        self.behindSince = self.queue.isEmpty ? nil : self.behindSince ?? self.now()
        try self.finishDueGroups()
        self.updateStatus()
    }

    private func runTimers() {
        let now = self.now()
        self.listings = [:]
        defer { self.listings = nil }
        let due = self.problems.due(at: now)
        let touched = self.touched.union(due).union(self.suspects.keys)
        let rotated = self.rotated
        self.touched = []
        self.rotated = []
        // A problem of a path that does not match is that of a folder.
        if self.needsScan || now >= self.nextSweep || due.contains(where: { !self.isMatched($0) }) {
            self.scan()
        } else {
            for path in touched.sorted() where self.isMatched(path) { self.examine(path) }
            for path in rotated.sorted() { self.lookForMissed(at: path) }
        }
        if now >= self.nextPoll { self.poll(now) }
        self.closeDrained(now)
    }

    /// Looks at what the kernel does not tell about.
    private func poll(_ now: ContinuousClock.Instant) {
        if self.watches.hasPolledFolders { self.scan() }
        for file in self.filesByKey.values where file.watch == nil && !file.isDrained && self.mayHaveGrown(file) {
            self.enqueue(file)
        }
        for file in self.detached + self.renamed { self.enqueue(file) }
        // Polling must not take more than a twentieth of a core, however many files there are.
        let cost = self.now() - now
        self.nextPoll = self.now() + max(self.options.poll, cost * 20)
    }

    /// Open files are simply read; closed ones are not opened for nothing.
    private func mayHaveGrown(_ file: TailedFile) -> Bool {
        if file.handle != nil { return true }
        guard let facts = try? self.files.facts(of: file.location, followingLinks: false) else { return true }
        return !facts.isSameFile(as: file.facts) || facts.size != file.knownSize
    }

    /// Waits for something to do.
    private func rest() {
        self.sleep(until: self.nextDeadline)
        let pace = max(
            self.lastSubmitEvents < Self.busyEvents ? Self.shortestPace : Self.busyPace, self.sink.rhythm)
        let left = self.lastSubmit + pace - self.now()
        if left > .zero { self.context.stop.wait(milliseconds: Int32(left / .milliseconds(1)) + 1) }
    }

    private var nextDeadline: ContinuousClock.Instant {
        var deadline = self.nextSweep
        let needsPoll =
            self.watches.hasPolledFolders || !self.detached.isEmpty || !self.renamed.isEmpty
            || self.watches.watchedFiles < self.filesByKey.count
        if needsPoll { deadline = min(deadline, self.nextPoll) }
        if let retry = self.problems.nextDue { deadline = min(deadline, retry) }
        if let due = self.nextGroupDue { deadline = min(deadline, due) }
        if !self.suspects.isEmpty { deadline = min(deadline, self.now() + Self.suspectInterval) }
        if self.isStatusStale { deadline = min(deadline, self.nextStatus) }
        return self.needsScan || !self.touched.isEmpty ? self.now() : deadline
    }

    private func sleep(until deadline: ContinuousClock.Instant) {
        let left = max(.zero, deadline - self.now())
        let (seconds, attoseconds) = left.components
        // Rounded up, so that the deadline has passed afterwards.
        let milliseconds = min(seconds, 3600) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        var entries = [
            pollfd(fd: self.context.stop.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: self.watches.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = Glibc.poll(&entries, 2, Int32(milliseconds))
    }

    private func take(_ news: WatchTable.News) {
        if news.isIncomplete {
            self.needsScan = true
            for file in self.filesByKey.values where self.mayHaveGrown(file) { self.enqueue(file) }
        }
        // What is gone was compressed before, if it was: one look at a folder serves for all of it.
        self.listings = [:]
        defer { self.listings = nil }
        for file in news.files { self.enqueue(file) }
        for file in news.moved { self.touched.formUnion(self.paths(of: file)) }
        for file in news.gone where file.handle == nil { self.noteGone(file) }
        for path in news.paths { self.noteChange(at: path) }
    }
}

/// One path that matches the patterns.
struct MatchedPath {
    /// The file that stands there.
    var current: TailedFile?
    /// The last one that stood there, perhaps long gone: what comes next follows it.
    private(set) var latest: TailedFile?
    /// Those before it, newest last: copies of them are no new files.
    private(set) var earlier: [TailedFile] = []
    /// Where a symbolic link at the path leads.
    var target: FilePath?
    /// The file that stands there and may not be read.
    var refused: FileFacts.Key?

    /// More files of one log than are in work at a time.
    private static let maxEarlier = 16

    mutating func setLatest(_ file: TailedFile) {
        if let latest = self.latest { self.earlier.append(latest) }
        self.earlier = self.earlier.filter { !$0.isForgotten && $0 !== file }.suffix(Self.maxEarlier)
        self.latest = file
    }
}
