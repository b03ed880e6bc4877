import TailraceCodec
import TailraceEvent

/// Makes events of what one sender writes, or of the messages of many.
protocol SocketScribe {
    /// Appends the events that a piece of a connection completes.
    /// - Returns: why the connection can't be read on, if it can't.
    mutating func takePiece(_ bytes: Span<UInt8>, _ context: LineContext, into batch: inout EventBatch) -> String?

    /// Appends the events of a message that came as a whole; `lost` bytes of it did not.
    /// - Returns: false if no event could carry the mark of what was lost.
    mutating func takeMessage(
        _ bytes: Span<UInt8>, lost: Int, _ context: LineContext, into batch: inout EventBatch) -> Bool

    /// Appends all that is unfinished: nothing more will come.
    mutating func finish(_ context: LineContext, into batch: inout EventBatch)

    /// When `finishDue` has something to do; nil as long as nothing waits for further lines.
    var deadline: ContinuousClock.Instant? { get }

    /// Appends the events that have waited long enough for further lines.
    mutating func finishDue(_ context: LineContext, into batch: inout EventBatch)

    /// Ends the event that waits for longest, because the input has too many.
    mutating func cutOldest(_ context: LineContext, into batch: inout EventBatch)

    mutating func takeCounts() -> LineCounts
}

/// Lines, also several in one message.
extension LineReader: SocketScribe {
    mutating func takePiece(_ bytes: Span<UInt8>, _ context: LineContext, into batch: inout EventBatch) -> String? {
        self.take(bytes, context, into: &batch)
        return nil
    }

    /// A message is a whole: its last line ends with it, newline or not.
    mutating func takeMessage(
        _ bytes: Span<UInt8>, lost: Int, _ context: LineContext, into batch: inout EventBatch
    ) -> Bool {
        self.take(bytes, context, into: &batch)
        return self.finishLine(lost: lost, context, into: &batch)
    }
}

/// Syslog: a datagram is one event, and a connection is cut as RFC 6587 says.
struct SyslogScribe: SocketScribe {
    private var framer: SyslogFramer
    private var messages: SyslogMessages

    init(codec: CodecOptions) {
        self.framer = SyslogFramer(maxFrameBytes: codec.maxLineBytes)
        self.messages = SyslogMessages(codec: codec)
    }

    mutating func takePiece(_ bytes: Span<UInt8>, _ context: LineContext, into batch: inout EventBatch) -> String? {
        self.framer.feed(bytes) { message, info in self.messages.take(message, info, context, into: &batch) }
    }

    mutating func takeMessage(
        _ bytes: Span<UInt8>, lost: Int, _ context: LineContext, into batch: inout EventBatch
    ) -> Bool {
        let message = SyslogMessage.trimmed(bytes, max: self.messages.maxBytes)
        let info = LineInfo(sourceBytes: bytes.count + lost, truncatedBytes: message.lost + lost)
        self.messages.take(bytes.extracting(0..<message.end), info, context, into: &batch)
        return true
    }

    mutating func finish(_ context: LineContext, into batch: inout EventBatch) {
        self.framer.finish { message, info in self.messages.take(message, info, context, into: &batch) }
    }

    mutating func takeCounts() -> LineCounts {
        defer { self.messages.counts = LineCounts() }
        return self.messages.counts
    }

    // A message is an event: none waits for another.
    var deadline: ContinuousClock.Instant? { nil }
    mutating func finishDue(_ context: LineContext, into batch: inout EventBatch) {}
    mutating func cutOldest(_ context: LineContext, into batch: inout EventBatch) {}
}

/// Decodes whole messages and counts the cut ones.
private struct SyslogMessages {
    let maxBytes: Int
    private var decoder: EventDecoder
    var counts = LineCounts()

    init(codec: CodecOptions) {
        self.maxBytes = codec.maxLineBytes
        self.decoder = EventDecoder(options: codec)
        self.decoder.takesHostFromHeader = true
    }

    mutating func take(
        _ message: Span<UInt8>, _ info: LineInfo, _ context: LineContext, into batch: inout EventBatch
    ) {
        self.counts.lines += 1
        guard !message.isEmpty || info.truncatedBytes > 0 else { return self.counts.drop(.empty) }
        if info.truncatedBytes > 0 { self.counts.truncated += 1 }
        self.decoder.decode(
            message, info: info, received: context.received, origin: context.origin, baseFields: context.fields,
            into: &batch)
    }
}
