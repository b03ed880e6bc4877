internal import Glibc
internal import Synchronization
package import TailraceEvent

/// The relay's one log: every accepted event gets the next sequence number here and is committed before anybody sees
/// it.
///
/// One thread appends; any thread reads. The recent end is in memory; what is older is read from disk.
package final class EventLog: Sendable {
    package struct Settings: Sendable {
        /// When commits are made safe against the machine's crash; the process's own crash never loses a commit.
        package enum Sync: Sendable, Hashable {
            case group(Duration)
            case always, never
        }

        /// The folder, nil to keep nothing across restarts.
        package var path: String?
        package var maxBytes: Int64
        package var maxAge: Duration
        package var sync: Sync
        package var memoryBytes: Int
        package var numbers: Numbers

        package init(
            path: String?, maxBytes: Int64, maxAge: Duration, sync: Sync, memoryBytes: Int, numbers: Numbers = .own
        ) {
            self.path = path
            self.maxBytes = maxBytes
            self.maxAge = maxAge
            self.sync = sync
            self.memoryBytes = memoryBytes
            self.numbers = numbers
        }
    }

    /// Small rows are merged and compressed once together they hold this many events or bytes.
    static let sealEvents = 512
    static let sealBytes = 128 << 10
    /// A block holds at most this much, so that one event from disk does not cost the decoding of thousands.
    static let maxBlockEvents = 2048
    static let maxBlockBytes = 1 << 20

    private let currentSettings: Mutex<Settings>
    /// Numbers of streams where nothing is stored.
    let unstoredStreams = Mutex<[String: Int]>([:])
    /// What was found and done while opening, for the operator.
    package let notices: [String]
    let folder: LogFolder?
    let store: BlockStore?
    let epochs: EpochTable
    let ring: Mutex<Ring>
    private let writer: Mutex<LogWriter>
    private let headSeq: Atomic<UInt64>
    private let oldestSeq: Atomic<UInt64>
    private let durableSeq: Atomic<UInt64>
    private let walDescriptor: Int32

    init(settings: Settings, opened: OpenedLog) throws(LogError) {
        guard var writer = LogWriter() else {
            throw LogError(.unusable, "the compressor could not be made: out of memory", hint: "free some memory")
        }
        writer.resume(opened.tail)
        self.currentSettings = Mutex(settings)
        self.notices = opened.notices
        self.folder = opened.folder
        self.store = opened.store
        self.epochs = EpochTable(epochs: opened.epochs)
        self.ring = Mutex(Ring(maxWeight: settings.memoryBytes))
        self.writer = Mutex(writer)
        self.headSeq = Atomic(opened.head)
        self.oldestSeq = Atomic(opened.oldest)
        self.durableSeq = Atomic(opened.head)
        self.walDescriptor = opened.folder.map { open($0.walPath, O_RDONLY | O_CLOEXEC) } ?? -1
    }

    deinit { if self.walDescriptor >= 0 { Glibc.close(self.walDescriptor) } }

    package var settings: Settings { self.currentSettings.withLock { $0 } }

    /// Keeps more or less from now on; what is too much leaves at once from memory, and from disk with the next
    /// `tidy`.
    package func limit(maxBytes: Int64, maxAge: Duration, memoryBytes: Int) {
        self.currentSettings.withLock {
            $0.maxBytes = maxBytes
            $0.maxAge = maxAge
            $0.memoryBytes = memoryBytes
        }
        self.ring.withLock { ring in
            ring.limit(maxWeight: memoryBytes)
            if !self.isPersistent, let oldest = ring.firstSeq { self.oldestSeq.store(oldest, ordering: .releasing) }
        }
    }

    /// The newest event's number, 0 before the first.
    package var head: UInt64 { self.headSeq.load(ordering: .acquiring) }
    /// The oldest event's number that can be read; `head + 1` when the log is empty.
    package var oldest: UInt64 { self.oldestSeq.load(ordering: .acquiring) }
    /// The newest event that survives a power loss.
    package var durable: UInt64 { self.durableSeq.load(ordering: .acquiring) }
    package var epoch: String { self.epochs.current.name }
    package var isPersistent: Bool { self.store != nil }

    /// The position of an event that is in the log. Always told in the current epoch: what an earlier epoch left behind
    /// keeps its numbers, so `current:seq` names it without doubt, and only `earlier:seq` can name something that was
    /// lost.
    package func position(of seq: UInt64) -> Position { Position(epoch: self.epoch, seq: seq) }

    package func resume(from position: Position) throws(PositionError) -> Resumption {
        try self.epochs.resume(from: position, oldest: self.oldest, head: self.head)
    }

    /// The last event up to which a position reaches, so that positions can be compared; nil for one of another log.
    package func reach(of position: Position) -> UInt64? { self.epochs.reach(of: position) }

    /// Commits events and checkpoints in one transaction and returns the events with their numbers.
    ///
    /// Called by one thread. After a throw nothing has changed and the same call can be made again.
    package func append(_ batch: EventBatch, checkpoints: [Checkpoint]) throws(LogError) -> [StoredBlock] {
        try self.append([batch], checkpoints: checkpoints)
    }

    /// The same for several batches, whose events follow each other.
    package func append(_ batches: [EventBatch], checkpoints: [Checkpoint]) throws(LogError) -> [StoredBlock] {
        let head = self.head
        let blocks = Self.blocks(of: batches, after: head)
        try self.writer.withLock { (writer) throws(LogError) in
            let (change, tail) = writer.plan(blocks, checkpoints: checkpoints, isPersistent: self.isPersistent)
            if let store = self.store {
                do { try store.apply(change) } catch { throw Self.unavailable(error) }
            }
            writer.didCommit(tail, change)
            self.ring.withLock { ring in
                if let tail, tail.isSealed {
                    ring.replaceTail(with: tail.block)
                } else {
                    for block in blocks { ring.append(block) }
                }
                if !self.isPersistent, let oldest = ring.firstSeq { self.oldestSeq.store(oldest, ordering: .releasing) }
            }
        }
        self.headSeq.store(blocks.last?.lastSeq ?? head, ordering: .releasing)
        if self.settings.sync == .always { self.durableSeq.store(self.head, ordering: .releasing) }
        return blocks
    }

    /// Makes all that is committed safe against a power loss (`fdatasync(2)` on the write-ahead log).
    package func sync() throws(LogError) {
        let head = self.head
        guard head > self.durable else { return }
        try self.syncWriteAheadLog()
        self.durableSeq.store(head, ordering: .releasing)
    }

    /// Whatever is committed at this moment survives a power loss from here on; nothing to do for a log in memory.
    func syncWriteAheadLog() throws(LogError) {
        guard self.walDescriptor >= 0 else { return }
        guard fdatasync(self.walDescriptor) == 0 else {
            throw LogError(
                .unavailable, "the log could not be synced to disk: \(String(cString: strerror(errno)))",
                hint: "check the disk; events are still relayed")
        }
    }

    /// A transaction beside those of `append` made the write-ahead log longer.
    func countWriteAheadPages(_ pages: Int) { self.writer.withLock { $0.walPages += pages } }

    /// Applies retention and copies the write-ahead log into the file when it has grown; called now and then by the
    /// thread that appends.
    package func tidy() throws(LogError) {
        guard let store = self.store else { return }
        do {
            let settings = self.settings
            let age = settings.maxAge.components
            let before = Timestamp.now().nanoseconds - age.seconds * 1_000_000_000
            try store.retain(maxBytes: settings.maxBytes, receivedBefore: before)
            if let bounds = try store.bounds() { self.oldestSeq.store(bounds.first, ordering: .releasing) }
        } catch { throw Self.unavailable(error) }
    }

    package func copyWriteAheadLogIfGrown() throws(LogError) {
        guard let store = self.store, self.writer.withLock({ $0.takeWalIsGrown() }) else { return }
        do { try store.copyWriteAheadLog() } catch { throw Self.unavailable(error) }
    }

    /// The last committed checkpoints of an input, by key.
    package func checkpoints(of input: String) throws(LogError) -> [String: [UInt8]] {
        do { return try self.store?.checkpoints(of: input) ?? [:] } catch { throw Self.unavailable(error) }
    }

    package var usedBytes: Int64 { (try? self.store?.usedBytes()) ?? Int64(self.memoryWeight) }
    package var memoryWeight: Int { self.ring.withLock { $0.weight } }

    /// Ends cleanly: everything durable, so that the next start keeps the epoch whatever happened to the machine.
    package func close() throws {
        guard let store = self.store else { return }
        try self.sync()
        try store.setState(["clean": "yes"])
        // Copying syncs the mark; closing does not copy, since the connections that close last only read.
        try store.copyWriteAheadLog()
        try store.close()
        self.folder?.unlock()
    }

    static func unavailable(_ error: any Error) -> LogError {
        if let error = error as? LogError { return error }
        return LogError(
            .unavailable, "the log cannot be written: \(error)",
            hint: "free or repair the disk; inputs wait and nothing is lost")
    }
}
