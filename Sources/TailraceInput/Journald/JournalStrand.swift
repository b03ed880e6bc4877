import Glibc
import Logging
import TailraceCodec
import TailraceEvent

/// One journal of an input: its reader, which is replaced when it ends, and the place that it has come to.
///
/// Belongs to the input's thread.
final class JournalStrand {
    private let context: InputContext
    private let executable: String
    private let key: String
    private let isNew: Bool
    private var arguments: JournalReaderArguments
    private var frames: JournalFrames
    private var reader: JournalReaderProcess?
    /// When the next reader is to start, while there is none.
    private var restart = ContinuousClock.now
    private var lastHeard = ContinuousClock.now
    /// Batches of this reader.
    private var batches = 0
    /// Readers in a row that ended without a finished batch.
    private var deaths = 0
    /// Those among them that crashed or hung.
    private var crashes = 0
    private var input = [UInt8](repeating: 0, count: JournalStrand.readBytes)
    private(set) var state: JournalState?
    private(set) var reason: String?
    /// Since when the journal has had more than one batch to read; nil while it does not.
    private(set) var behindSince: ContinuousClock.Instant?

    private static let readBytes = 256 << 10
    /// So many readers that crash or hang at one place, and the next jumps over it, each twice as far as the last: at
    /// most 2²⁰ s.
    private static let crashesBeforeLeap = 3
    /// The pause before a reader is replaced: short first, doubled while readers die without getting on.
    private static let firstPause = 100
    private static let longestPause = 30_000

    /// - Parameters:
    ///   - key: of its checkpoint.
    ///   - isNew: it has none yet.
    ///   - machine: this machine's id.
    init(
        context: InputContext, arguments: JournalReaderArguments, executable: String, key: String, isNew: Bool,
        multiline: Multiline?, machine: [UInt8]?
    ) {
        self.context = context
        self.arguments = arguments
        self.executable = executable
        self.key = key
        self.isNew = isNew
        self.frames = JournalFrames(
            source: context.name, host: context.host, multiline: multiline, machine: machine)
    }

    var directory: String? { self.arguments.directory }
    /// The reader's process.
    var pid: pid_t? { self.reader?.pid }
    var place: String? { self.arguments.cursor }
    /// For `poll(2)`; -1 while there is no reader.
    var descriptor: Int32 { self.reader?.socket.number ?? -1 }

    /// When `tick` has something to do.
    var deadline: ContinuousClock.Instant {
        guard self.reader != nil else { return self.restart }
        let silent = self.lastHeard + .seconds(JournalWire.silenceSeconds)
        return self.frames.deadline.map { min($0, silent) } ?? silent
    }

    /// At the very first start, remembers when that was: entries written while the relay is down later count from
    /// there.
    func saveStart(into sink: any EventSink) throws(SinkClosed) {
        guard self.isNew else { return }
        try sink.submit(EventBatch(), checkpoints: [self.checkpoint("since:\(self.arguments.since)")])
    }

    /// Does what is due: starts a reader, gives up a silent one, ends events that wait for lines.
    func tick(_ now: ContinuousClock.Instant, into sink: any EventSink) throws {
        guard self.reader != nil else {
            if now >= self.restart { try self.startReader() }
            return
        }
        if let submission = self.frames.finishDue(at: now) { try self.submit(submission, into: sink) }
        if now >= self.lastHeard + .seconds(JournalWire.silenceSeconds), !self.hasInput {
            self.replace(why: "it was silent for \(JournalWire.silenceSeconds) s")
        }
    }

    /// The reader has sent something: it was the relay that had no time.
    private var hasInput: Bool {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    private func startReader() throws {
        let counts = self.frames.restart(at: self.arguments.cursor)
        self.context.status.counted(events: 0, bytes: 0, counts, at: .now())
        self.batches = 0
        self.lastHeard = .now
        self.reader = try JournalReaderProcess.spawn(executable: self.executable, words: self.arguments.words)
    }

    /// Takes what the reader has sent; its socket is readable.
    func read(into sink: any EventSink) throws(SinkClosed) {
        let count = Glibc.read(self.descriptor, &self.input, Self.readBytes)
        guard count > 0 else {
            if count == 0 || errno != EINTR { self.replace(why: nil) }
            return
        }
        self.lastHeard = .now
        self.input.withUnsafeBytes { self.frames.feed(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        while let step = self.frames.next() {
            switch step {
            case .batch(let submission):
                self.batches += 1
                try self.submit(submission, into: sink)
            case .state(let state, let reason): (self.state, self.reason) = (state, reason)
            case .behind(let isBehind): self.behindSince = isBehind ? self.behindSince ?? .now : nil
            case .failed(let why): return self.replace(why: why)
            }
        }
        // While the log was behind, nothing could be heard.
        self.lastHeard = .now
    }

    private func submit(_ submission: JournalSubmission, into sink: any EventSink) throws(SinkClosed) {
        if submission.lost > 0 { self.context.status.update { $0.lost &+= submission.lost } }
        if !submission.batch.isEmpty || submission.place != self.arguments.cursor {
            let checkpoints = submission.place.map { [self.checkpoint("cursor:\($0)")] } ?? []
            try sink.submit(submission.batch, checkpoints: checkpoints)
            if let place = submission.place { self.arguments.cursor = place }
        }
        self.arguments.leap = 0
        self.context.status.counted(
            events: submission.batch.count, bytes: submission.bytes, submission.counts, at: .now())
    }

    private func checkpoint(_ value: String) -> Checkpoint {
        Checkpoint(input: self.context.name, key: self.key, value: Array(value.utf8))
    }

    /// Ends the reader; the next one starts after a pause.
    func stop() -> JournalReaderProcess.End? { self.reader.take()?.end() }

    /// - Parameter why: nil if it has ended by itself.
    private func replace(why: String?) {
        let end = self.stop() ?? .unknown
        self.behindSince = nil
        if self.batches > 0 { (self.deaths, self.crashes) = (0, 0) }
        self.deaths += 1
        if end.isCrash || why != nil { self.crashes += 1 }
        let reason = why ?? "\(end)"
        let problem = "the journal reader is replaced: \(reason)"
        self.context.status.failed(problem)
        self.context.logger.warning(
            "journal reader replaced", metadata: ["reason": "\(reason)", "in_a_row": "\(self.deaths)"])
        let pause = min(Self.longestPause, Self.firstPause << min(9, self.deaths - 1))
        self.restart = .now + .milliseconds(pause)
        guard self.deaths > 1 else { return }
        (self.state, self.reason) = (.degraded, problem)
        if self.crashes > Self.crashesBeforeLeap {
            self.arguments.leap = 1_000_000 << UInt64(min(20, self.crashes - Self.crashesBeforeLeap - 1))
        }
    }
}
