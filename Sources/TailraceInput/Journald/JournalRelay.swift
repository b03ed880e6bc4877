import Glibc
import Logging
import TailraceEvent

/// The relay's side of the journal reader: starts it, takes its frames, replaces it.
struct JournalRelay {
    private let context: InputContext
    private var arguments: JournalReaderArguments
    private var intake: JournalIntake
    /// Readers in a row that ended without a finished batch.
    private var deaths = 0
    /// Those among them that crashed or hung.
    private var crashes = 0

    /// So many readers that crash or hang at one place, and the next jumps over it, each twice as far as the last: at
    /// most 2²⁰ s.
    private static let crashesBeforeLeap = 3
    /// The pause before a reader is replaced: short first, doubled while readers die without getting on.
    private static let firstPause: Int32 = 100
    private static let longestPause: Int32 = 30_000

    init(context: InputContext, arguments: JournalReaderArguments) {
        self.context = context
        self.arguments = arguments
        self.intake = JournalIntake(context: context)
    }

    /// At the very first start, remembers when that was: entries written while the relay is down later count from
    /// there.
    func saveStart(into sink: any EventSink) throws(SinkClosed) {
        guard self.context.checkpoints[JournaldInput.checkpointKey] == nil, self.arguments.cursor == nil else { return }
        let checkpoint = Checkpoint(
            input: self.context.name, key: JournaldInput.checkpointKey,
            value: Array("since:\(self.arguments.since)".utf8))
        try sink.submit(EventBatch(), checkpoints: [checkpoint])
    }

    /// Returns when the relay stops.
    mutating func run(executable: String, into sink: any EventSink) throws {
        while !self.context.stop.isStopped {
            let process = try JournalReaderProcess.spawn(executable: executable, words: self.arguments.words)
            let pid = process.pid
            self.context.status.update { $0.positions["reader"] = String(pid) }
            let batches = self.intake.batches
            let stage = Result { try self.serve(process.socket.number, sink) }
            let end = process.end()
            let why = try stage.get()
            if self.context.stop.isStopped { break }
            if self.intake.batches > batches { (self.deaths, self.crashes) = (0, 0) }
            self.deaths += 1
            if end.isCrash || why != nil { self.crashes += 1 }
            self.prepareNext(why: why, end: end)
            self.context.stop.wait(milliseconds: self.pause)
        }
        self.context.status.update {
            $0.state = .stopped
            $0.positions["reader"] = nil
        }
    }

    /// Takes frames until the reader is at its end.
    /// - Returns: why it has to be replaced, if that is not how its process ended.
    private mutating func serve(_ descriptor: Int32, _ sink: any EventSink) throws(SinkClosed) -> String? {
        self.intake.startReader()
        while true {
            var entries = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: self.context.stop.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&entries, 2, Int32(JournalWire.silenceSeconds * 1000))
            if self.context.stop.isStopped { return nil }
            if ready == 0 { return "it was silent for \(JournalWire.silenceSeconds) s" }
            if ready < 0 { continue }
            switch self.intake.read(descriptor) {
            case .more: break
            case .ended: return nil
            case .malformed(let why): return why
            }
            while let submission = self.intake.nextSubmission() {
                switch submission {
                case .batch(let batch, let cursor):
                    try self.submit(batch, cursor, into: sink)
                case .failed(let why):
                    return why
                }
            }
        }
    }

    private mutating func submit(_ batch: EventBatch, _ cursor: String, into sink: any EventSink) throws(SinkClosed) {
        let checkpoint = Checkpoint(
            input: self.context.name, key: JournaldInput.checkpointKey, value: Array("cursor:\(cursor)".utf8))
        try sink.submit(batch, checkpoints: [checkpoint])
        self.arguments.cursor = cursor
        self.arguments.leap = 0
        let (bytes, counts) = self.intake.takeCounts()
        self.context.status.counted(events: batch.count, bytes: bytes, counts, at: .now())
        self.context.status.update { $0.positions["cursor"] = cursor }
    }

    private mutating func prepareNext(why: String?, end: JournalReaderProcess.End) {
        let problem = "the journal reader is replaced: \(why ?? "\(end)")"
        self.context.status.failed(problem)
        self.context.logger.warning(
            "journal reader replaced", metadata: ["reason": "\(why ?? "\(end)")", "in_a_row": "\(self.deaths)"])
        guard self.deaths > 1 else { return }
        self.context.status.update {
            $0.state = .degraded
            $0.reason = problem
        }
        if self.crashes > Self.crashesBeforeLeap {
            self.arguments.leap = 1_000_000 << UInt64(min(20, self.crashes - Self.crashesBeforeLeap - 1))
        }
    }

    private var pause: Int32 {
        min(Self.longestPause, Self.firstPause << Int32(min(9, max(0, self.deaths - 1))))
    }
}
