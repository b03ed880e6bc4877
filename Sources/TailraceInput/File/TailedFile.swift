import TailraceCodec

/// One file that is being followed, whatever its name is by now.
///
/// Confined to the thread of its tailer.
final class TailedFile {
    let identity: FileIdentity
    let facts: FileFacts
    /// The path that matched, under which its events are told.
    let path: FilePath
    let baseFields: [UInt8]
    /// Where it can be opened again.
    var location: FilePath
    /// Counts the files that followed each other at `path`.
    var generation: UInt64

    var cursor: ReadCursor
    var lines: LineReader
    /// nil while it is idle and its descriptor is needed elsewhere.
    var handle: FileHandle?

    /// Bytes it held when last asked, never less than was read.
    var knownSize: UInt64 = 0
    /// The file that was written before this one: read to its end first.
    var after: TailedFile?
    /// Told before its first event.
    var opening = Opening()
    /// How many matched paths lead to it; 0 once it was renamed away or unlinked.
    var attachments = 0
    /// Since when no matched path leads to it.
    var detachedAt: ContinuousClock.Instant?
    /// Since when it stands at a rotated name that matches too, until its last line was told.
    var renamedAt: ContinuousClock.Instant?
    /// Rotated away, read to its end and idle since: closed, but still watched for late writes.
    var isDrained = false
    var lastRead: ContinuousClock.Instant
    /// Wall clock nanoseconds of the last proof that it stands at `path`.
    var seen: Int64
    /// Its inotify watch; nil if it has to be polled.
    var watch: Int32?
    /// A copy of the file that stands at `path`: everything in it was read there, as long as that file is not
    /// truncated.
    var isCopy = false
    /// What it inflates to is read. It does not grow.
    private(set) var isCompressed = false
    /// Waits in the queue of files to read.
    var isQueued = false
    /// Has an event that waits for further lines.
    var isWaiting = false
    /// Has read more than its checkpoint says.
    var isChanged = false
    /// How often in a row it looked shorter than before; attribute caches of network file systems lie once.
    var shrinks = 0
    /// Where a hole began that is not told yet; the position is in it or at its end.
    var holeStart: UInt64?
    /// Gone for good: not to be used any more.
    var isForgotten = false

    /// What is known to be missing before a file, and the checkpoints this settles.
    struct Opening {
        var gaps: [RotationGap] = []
        var forgotten: [FileIdentity] = []
    }

    init(
        identity: FileIdentity, facts: FileFacts, path: FilePath, location: FilePath, generation: UInt64,
        cursor: ReadCursor,
        codec: CodecOptions, encoding: TextEncoding?, handle: FileHandle?, now: ContinuousClock.Instant, seen: Int64
    ) {
        self.identity = identity
        self.facts = facts
        self.path = path
        self.baseFields = path.baseFields
        self.location = location
        self.generation = generation
        self.cursor = cursor
        self.lines = LineReader(options: codec, isOrdered: true, encoding: encoding)
        self.lines.restart(at: cursor.position, mark: cursor.mark)
        self.handle = handle
        self.knownSize = max(facts.size, cursor.position)
        self.lastRead = now
        self.seen = seen
    }

    /// Wall clock nanoseconds; 0 where it is unknown.
    ///
    /// A compressed file is younger than its content, and was changed last when that was.
    var birth: Int64 { self.isCompressed ? 0 : self.facts.birth }

    /// What it inflates to is read, about `size` bytes.
    func readsInflated(size: UInt64) {
        self.isCompressed = true
        self.knownSize = max(size, self.cursor.position)
        self.seen = self.facts.modified
    }

    var isDetached: Bool { self.attachments == 0 }

    /// Bytes known to be there and not read.
    var lag: UInt64 { self.knownSize - min(self.knownSize, self.cursor.offset) }

    /// Starts over at `cursor`; what was held of an unfinished line or event is dropped.
    func restart(at cursor: ReadCursor) {
        self.cursor = cursor
        self.lines.restart(at: cursor.position, mark: cursor.mark)
        self.holeStart = nil
    }

    func checkpoint() -> FileCheckpoint {
        self.cursor.anchor()
        return FileCheckpoint(
            path: self.path, location: self.location, offset: self.cursor.offset, generation: self.generation,
            isDrained: self.isDrained, isCopy: self.isCopy, key: self.facts.key, birth: self.birth,
            head: self.cursor.head, tail: self.cursor.tail, seen: self.seen)
    }
}
