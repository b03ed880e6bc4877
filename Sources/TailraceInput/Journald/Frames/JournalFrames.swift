package import TailraceCodec
package import TailraceEvent

/// Takes a reader's frames apart and gathers batches. What the reader says is checked like any other input.
package struct JournalFrames {
    package enum Step {
        case batch(JournalSubmission)
        case state(JournalState, reason: String?)
        /// There is more in the journal than one batch, or no longer.
        case behind(Bool)
        /// The reader gave up, or broke the format.
        case failed(String)
    }

    private let source: String
    private let host: String
    private var mapper: JournalEntryMapper
    private var boots: JournalBoots
    private var lines: JournalLines?
    /// Bytes read and not yet taken apart, from `consumed` on.
    private var buffer: [UInt8] = []
    private var consumed = 0
    private var received = Timestamp.now()
    private var now = ContinuousClock.now
    private var batch = EventBatch()
    private var bytes = 0
    private var lost: UInt64 = 0
    private var counts = LineCounts()
    /// Where the last finished batch ended.
    private var place: String?
    /// Nothing of the next batch was taken yet.
    private var isBetweenBatches = true

    /// - Parameters:
    ///   - source: the input's name.
    ///   - host: for entries that name none.
    ///   - multiline: how entries become one event; nil for never.
    ///   - machine: the id of the machine whose journal it is, in 32 digits; nil if it is that of several.
    package init(source: String, host: String, multiline: Multiline?, machine: [UInt8]?) {
        self.source = source
        self.host = host
        self.mapper = JournalEntryMapper(source: source, host: host)
        self.boots = JournalBoots(ownMachine: machine)
        self.lines = multiline.map { JournalLines(rules: $0) }
    }

    /// Forgets what an earlier reader left unfinished: the next one sends it again, from `place` on.
    ///
    /// - Returns: what becomes of entries that were counted already.
    package mutating func restart(at place: String?) -> LineCounts {
        let cursor = place.flatMap { JournalPlace($0) }?.cursor
        self.buffer.removeAll(keepingCapacity: true)
        self.consumed = 0
        self.place = place
        self.boots.restart(after: cursor?.boot)
        self.startBatch()
        return self.lines?.restart(at: place) ?? LineCounts()
    }

    /// Adds bytes from the reader's socket.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        self.buffer.removeSubrange(..<self.consumed)
        self.consumed = 0
        self.buffer.append(contentsOf: bytes)
        self.received = .now()
        self.now = .now
    }

    /// What the bytes come to; nil if more have to be read.
    package mutating func next() -> Step? {
        // Apart, so that the rest can change while the bytes are looked at.
        var buffer: [UInt8] = []
        swap(&buffer, &self.buffer)
        defer { swap(&buffer, &self.buffer) }
        while buffer.count - self.consumed >= JournalWire.headerBytes {
            let start = self.consumed
            let length = (0..<4).reduce(0) { $0 | Int(buffer[start + $1]) << (8 * $1) }
            guard length <= JournalWire.maxFrameBytes, let kind = JournalWire.Kind(rawValue: buffer[start + 4])
            else {
                return .failed("it sent a frame that breaks the format")
            }
            let body = start + JournalWire.headerBytes..<start + JournalWire.headerBytes + length
            guard body.upperBound <= buffer.count else { return nil }
            self.consumed = body.upperBound
            if let step = self.take(kind, body, of: buffer) { return step }
        }
        return nil
    }

    /// When `finishDue` has something to do.
    package var deadline: ContinuousClock.Instant? { self.isBetweenBatches ? self.lines?.deadline : nil }

    /// Events wait for further lines.
    package var holdsEvents: Bool { self.lines?.deadline != nil }

    /// Ends events that have waited long enough for further lines.
    package mutating func finishDue(at now: ContinuousClock.Instant) -> JournalSubmission? {
        guard let deadline = self.deadline, deadline <= now else { return nil }
        self.lines?.finishDue(at: now, into: &self.batch)
        return self.finishBatch()
    }

    private mutating func take(_ kind: JournalWire.Kind, _ body: Range<Int>, of buffer: [UInt8]) -> Step? {
        var frame = JournalFrameReader(buffer, body: body)
        switch kind {
        case .entry: return self.takeEntry(buffer.span, body)
        case .gap: return self.takeGap(&frame)
        case .cursor: return self.takeCursor(&frame)
        case .state: return self.takeState(&frame)
        case .place: return self.takePlace(buffer.span.extracting(body))
        case .beat: return nil
        case .behind: return self.takeBehind(&frame)
        case .failed: return .failed(frame.text() ?? "it gave up")
        }
    }

    private mutating func takeEntry(_ bytes: Span<UInt8>, _ body: Range<Int>) -> Step? {
        // The reader ends batches far earlier; this only bounds what a broken one can make the relay hold.
        guard self.batch.weight <= 4 * JournalWire.maxBatchBytes else {
            return .failed("it sent a batch without an end")
        }
        self.isBetweenBatches = false
        guard self.mapper.read(bytes, body) else { return .failed("it sent an entry that breaks the format") }
        self.bytes += body.count
        self.counts.lines += 1
        self.takeBoot(bytes, body)
        let outcome: JournalEntryMapper.Outcome
        if var lines = self.lines.take() {
            outcome = self.mapper.append(bytes, body, received: self.received, to: &lines.scratch)
            let isTaken = lines.take(self.mapper, bytes, now: self.now, into: &self.batch)
            self.lines = lines
            guard isTaken else { return .failed("it sent an entry without its place") }
        } else {
            outcome = self.mapper.append(bytes, body, received: self.received, to: &self.batch)
        }
        switch outcome {
        case .event(let cut): if cut > 0 { self.counts.truncated += 1 }
        case .suppressed(let count): self.lost &+= count
        }
        return nil
    }

    private mutating func takeBoot(_ bytes: Span<UInt8>, _ body: Range<Int>) {
        guard let boot = self.mapper.fields.field(.boot), boot.count == 32 else { return }
        let machine = self.mapper.fields.field(.machine)?.value ?? 0..<0
        let name = bytes.extracting(boot.value)
        guard let before = self.boots.take(machine: bytes.extracting(machine), boot: name) else { return }
        self.lines?.finish(into: &self.batch)
        let origin = self.mapper.origin(bytes, in: &self.batch)
        self.batch.appendBoot(name, before: before, origin: origin, at: self.mapper.time(bytes, body))
        self.counts.told += 1
    }

    private mutating func takeGap(_ frame: inout JournalFrameReader) -> Step? {
        guard let count = frame.integer(UInt64.self), let reason = frame.text(), let from = frame.text(),
            let to = frame.text(), let message = frame.text()
        else { return .failed("it sent a gap that breaks the format") }
        self.isBetweenBatches = false
        let known = count == JournalWire.unknownCount ? nil : count
        self.lost &+= known ?? 0
        let gap = SourceGap(
            reason: reason, count: known, from: from.isEmpty ? nil : from, to: to.isEmpty ? nil : to, message: message)
        // No event goes on behind a hole.
        self.lines?.finish(into: &self.batch)
        let origin = self.batch.origin(Origin(source: self.source, host: self.host))
        self.batch.append(gap, origin: origin, at: .now())
        self.counts.told += 1
        return nil
    }

    private mutating func takeCursor(_ frame: inout JournalFrameReader) -> Step? {
        guard frame.integer(UInt32.self) != nil, let text = frame.string(frame.remaining),
            let place = JournalPlace(text)
        else { return .failed("it sent a cursor that breaks the format") }
        self.place = text
        self.lines?.batchEnded(at: place)
        return .batch(self.finishBatch())
    }

    private mutating func finishBatch() -> JournalSubmission {
        self.lines?.takeCounts(into: &self.counts)
        defer { self.startBatch() }
        return JournalSubmission(
            batch: self.batch, place: self.lines.map { $0.place } ?? self.place, bytes: self.bytes, lost: self.lost,
            counts: self.counts)
    }

    private mutating func startBatch() {
        self.batch = EventBatch(roomFor: self.batch)
        self.bytes = 0
        self.lost = 0
        self.counts = LineCounts()
        self.isBetweenBatches = true
    }

    private mutating func takePlace(_ bytes: Span<UInt8>) -> Step? {
        guard let cursor = bytes.withUnsafeBufferPointer({ JournalCursor(UnsafeRawBufferPointer($0)) }) else {
            return .failed("it sent a place that breaks the format")
        }
        self.lines?.next = cursor
        return nil
    }

    private func takeBehind(_ frame: inout JournalFrameReader) -> Step? {
        guard let flag = frame.integer(UInt8.self) else { return .failed("it sent a frame that breaks the format") }
        return .behind(flag != 0)
    }

    private func takeState(_ frame: inout JournalFrameReader) -> Step? {
        guard let code = frame.integer(UInt8.self), let state = JournalState(rawValue: code),
            let reason = frame.text()
        else { return .failed("it sent a state that breaks the format") }
        return .state(state, reason: reason.isEmpty ? nil : reason)
    }
}

/// How the journal stands.
package enum JournalState: UInt8, Sendable {
    case reading = 0
    case waiting = 1
    case degraded = 2
}

/// Events for the log, and where reading goes on once they are in it.
package struct JournalSubmission {
    package var batch: EventBatch
    /// Nil if nothing is done yet.
    package var place: String?
    /// Of the entries.
    package var bytes: Int
    /// Entries that gaps tell of.
    package var lost: UInt64
    /// What became of the entries.
    package var counts: LineCounts
}
