import TailraceCodec
import TailraceEvent

/// Makes events of what one sender writes, or of the messages of many.
struct EventScribe {
    private var lines: LineReader

    init(codec: CodecOptions) {
        self.lines = LineReader(options: codec, isOrdered: false)
    }

    /// Appends the events that `bytes` complete; an unfinished line waits for more.
    mutating func take(
        _ bytes: Span<UInt8>, at time: Timestamp, origin: UInt16, baseFields: [UInt8], into batch: inout EventBatch
    ) {
        self.lines.take(bytes, Self.context(time, origin, baseFields), into: &batch)
    }

    /// Appends the unfinished line. `lost` bytes of it were cut off before they came here.
    /// - Returns: false if there was no unfinished line.
    @discardableResult
    mutating func finishLine(
        lost: Int = 0, at time: Timestamp, origin: UInt16, baseFields: [UInt8], into batch: inout EventBatch
    ) -> Bool {
        self.lines.finishLine(lost: lost, Self.context(time, origin, baseFields), into: &batch)
    }

    /// Appends all that is unfinished: the sender is gone.
    mutating func finish(at time: Timestamp, origin: UInt16, baseFields: [UInt8], into batch: inout EventBatch) {
        self.lines.finish(Self.context(time, origin, baseFields), into: &batch)
    }

    /// Appends the events that have waited long enough for further lines.
    mutating func finishDue(at time: Timestamp, origin: UInt16, into batch: inout EventBatch) {
        self.lines.finishDue(Self.context(time, origin, []), into: &batch)
    }

    /// Ends the event that waits for longest, because the input has too many.
    mutating func cutOldest(at time: Timestamp, origin: UInt16, into batch: inout EventBatch) {
        self.lines.cutOldest(Self.context(time, origin, []), into: &batch)
    }

    /// When `finishDue` has something to do.
    var deadline: ContinuousClock.Instant? { self.lines.deadline }

    mutating func takeCounts() -> LineCounts { self.lines.takeCounts() }

    private static func context(_ time: Timestamp, _ origin: UInt16, _ fields: [UInt8]) -> LineContext {
        LineContext(received: time, now: .now, origin: origin, fields: fields)
    }
}
