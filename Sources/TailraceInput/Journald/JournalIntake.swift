import Glibc
import TailraceCodec
import TailraceEvent

/// Takes a reader's frames apart and gathers batches. What the reader says is checked like any other input.
struct JournalIntake {
    enum Reading {
        case more
        case ended
        case malformed(String)
    }

    enum Submission {
        /// Events and the cursor that ends them.
        case batch(EventBatch, cursor: String)
        /// The reader gave up, or broke the format.
        case failed(String)
    }

    private let context: InputContext
    private var mapper: JournalEntryMapper
    /// Bytes read and not yet taken apart, from `consumed` on.
    private var buffer: [UInt8] = []
    private var consumed = 0
    private var batch = EventBatch()
    private var bytes = 0
    private var lost: UInt64 = 0
    private var counts = LineCounts()
    /// Finished batches of all readers.
    private(set) var batches = 0

    private static let readBytes = 65_536

    init(context: InputContext) {
        self.context = context
        self.mapper = JournalEntryMapper(source: context.name, host: context.host)
    }

    /// Forgets what an earlier reader left unfinished: the next one sends it again.
    mutating func startReader() {
        self.buffer.removeAll(keepingCapacity: true)
        self.consumed = 0
        self.dropBatch()
        self.context.status.update { $0.behindSince = nil }
    }

    /// Reads once from the reader's socket, which has something.
    mutating func read(_ descriptor: Int32) -> Reading {
        self.buffer.removeSubrange(..<self.consumed)
        self.consumed = 0
        let held = self.buffer.count
        self.buffer.append(contentsOf: repeatElement(0, count: Self.readBytes))
        let count = self.buffer.withUnsafeMutableBytes {
            Glibc.read(descriptor, $0.baseAddress! + held, Self.readBytes)
        }
        self.buffer.removeLast(Self.readBytes - max(0, count))
        if count > 0 { return .more }
        return count < 0 && errno == EINTR ? .more : .ended
    }

    /// The next finished batch among what was read; nil if more has to be read.
    mutating func nextSubmission() -> Submission? {
        while self.buffer.count - self.consumed >= JournalWire.headerBytes {
            let start = self.consumed
            let length = (0..<4).reduce(0) { $0 | Int(self.buffer[start + $1]) << (8 * $1) }
            guard length <= JournalWire.maxFrameBytes, let kind = JournalWire.Kind(rawValue: self.buffer[start + 4])
            else {
                return .failed("it sent a frame that breaks the format")
            }
            let body = start + JournalWire.headerBytes..<start + JournalWire.headerBytes + length
            guard body.upperBound <= self.buffer.count else { return nil }
            self.consumed = body.upperBound
            if let submission = self.take(kind, body) { return submission }
        }
        return nil
    }

    /// Bytes of the finished batch and what they were, for the status.
    mutating func takeCounts() -> (bytes: Int, counts: LineCounts) {
        defer {
            self.bytes = 0
            self.counts = LineCounts()
        }
        return (self.bytes, self.counts)
    }

    private mutating func take(_ kind: JournalWire.Kind, _ body: Range<Int>) -> Submission? {
        var frame = JournalFrameReader(self.buffer, body: body)
        switch kind {
        case .entry: return self.takeEntry(body)
        case .gap: return self.takeGap(&frame)
        case .cursor: return self.takeCursor(&frame)
        case .state: return self.takeState(&frame)
        case .beat: return nil
        case .behind: return self.takeBehind(&frame)
        case .failed: return .failed(frame.text() ?? "it gave up")
        }
    }

    private mutating func takeEntry(_ body: Range<Int>) -> Submission? {
        // The reader ends batches far earlier; this only bounds what a broken one can make the relay hold.
        guard self.batch.weight <= 4 * JournalWire.maxBatchBytes else {
            return .failed("it sent a batch without an end")
        }
        self.bytes += body.count
        switch self.mapper.append(body, of: self.buffer, received: .now(), to: &self.batch) {
        case .event(let cut):
            self.counts.lines += 1
            if cut > 0 { self.counts.truncated += 1 }
            return nil
        case .suppressed(let count):
            self.counts.lines += 1
            self.lost += count
            return nil
        case .malformed: return .failed("it sent an entry that breaks the format")
        }
    }

    private mutating func takeGap(_ frame: inout JournalFrameReader) -> Submission? {
        guard let count = frame.integer(UInt64.self), let reason = frame.text(), let from = frame.text(),
            let to = frame.text(), let message = frame.text()
        else { return .failed("it sent a gap that breaks the format") }
        let known = count == JournalWire.unknownCount ? nil : count
        self.lost += known ?? 0
        let gap = SourceGap(
            reason: reason, count: known, from: from.isEmpty ? nil : from, to: to.isEmpty ? nil : to, message: message)
        let origin = self.batch.origin(Origin(source: self.context.name, host: self.context.host))
        self.batch.append(gap, origin: origin, at: .now())
        self.counts.told += 1
        return nil
    }

    private mutating func takeCursor(_ frame: inout JournalFrameReader) -> Submission? {
        guard frame.integer(UInt32.self) != nil, let text = frame.string(frame.remaining), JournalCursor(text) != nil
        else {
            return .failed("it sent a cursor that breaks the format")
        }
        self.batches += 1
        let batch = self.batch
        let lost = self.lost
        self.batch = EventBatch()
        self.lost = 0
        if lost > 0 { self.context.status.update { $0.lost += lost } }
        return .batch(batch, cursor: text)
    }

    private func takeBehind(_ frame: inout JournalFrameReader) -> Submission? {
        guard let flag = frame.integer(UInt8.self) else { return .failed("it sent a frame that breaks the format") }
        self.context.status.update { $0.behindSince = flag == 0 ? nil : $0.behindSince ?? .now }
        return nil
    }

    private func takeState(_ frame: inout JournalFrameReader) -> Submission? {
        guard let code = frame.integer(UInt8.self), let state = JournalWire.State(rawValue: code),
            let reason = frame.text()
        else { return .failed("it sent a state that breaks the format") }
        self.context.status.update {
            switch state {
            case .reading: $0.state = .reading
            case .waiting: $0.state = .waiting
            case .degraded: $0.state = .degraded
            }
            $0.reason = reason.isEmpty ? nil : reason
        }
        return nil
    }

    private mutating func dropBatch() {
        self.batch = EventBatch()
        self.bytes = 0
        self.lost = 0
        self.counts = LineCounts()
    }
}
