import TailraceCodec
import TailraceEvent

/// Where what a sender writes ends up, and what is said of it beside.
struct SenderMark {
    var time: Timestamp
    var origin: UInt16
    /// The inside of a JSON object.
    var fields: [UInt8]
}

/// Cuts what one sender writes into events.
protocol SocketScribe {
    /// Appends the events that a piece of a connection completes.
    /// - Returns: why the connection can't be read on, if it can't.
    mutating func takePiece(_ bytes: Span<UInt8>, _ mark: SenderMark, into batch: inout EventBatch) -> String?

    /// Appends the events of a message that came as a whole; `lost` bytes of it did not.
    /// - Returns: false if no event could carry the mark of what was lost.
    mutating func takeMessage(
        _ bytes: Span<UInt8>, lost: Int, _ mark: SenderMark, into batch: inout EventBatch) -> Bool

    /// Appends what the end of a connection left unfinished.
    mutating func takeEnd(_ mark: SenderMark, into batch: inout EventBatch)
}

/// Lines: an event each, also several in one message.
extension EventScribe: SocketScribe {
    mutating func takePiece(_ bytes: Span<UInt8>, _ mark: SenderMark, into batch: inout EventBatch) -> String? {
        self.take(bytes, at: mark.time, origin: mark.origin, baseFields: mark.fields, into: &batch)
        return nil
    }

    /// A message is a whole: its last line ends with it, newline or not.
    mutating func takeMessage(
        _ bytes: Span<UInt8>, lost: Int, _ mark: SenderMark, into batch: inout EventBatch
    ) -> Bool {
        self.take(bytes, at: mark.time, origin: mark.origin, baseFields: mark.fields, into: &batch)
        return self.finish(
            lost: lost, at: mark.time, origin: mark.origin, baseFields: mark.fields, into: &batch)
    }

    mutating func takeEnd(_ mark: SenderMark, into batch: inout EventBatch) {
        self.finish(at: mark.time, origin: mark.origin, baseFields: mark.fields, into: &batch)
    }
}

/// Syslog: a datagram is one event, and a connection is cut as RFC 6587 says.
struct SyslogScribe: SocketScribe {
    private let maxMessageBytes: Int
    private var framer: SyslogFramer
    private var decoder: EventDecoder

    init(codec: CodecOptions) {
        self.maxMessageBytes = codec.maxLineBytes
        self.framer = SyslogFramer(maxFrameBytes: codec.maxLineBytes)
        self.decoder = EventDecoder(options: codec)
        self.decoder.takesHostFromHeader = true
    }

    mutating func takePiece(_ bytes: Span<UInt8>, _ mark: SenderMark, into batch: inout EventBatch) -> String? {
        self.framer.feed(bytes) { message, info in
            guard !message.isEmpty || info.truncatedBytes > 0 else { return }
            self.decoder.decode(
                message, info: info, received: mark.time, origin: mark.origin, baseFields: mark.fields, into: &batch)
        }
    }

    mutating func takeMessage(
        _ bytes: Span<UInt8>, lost: Int, _ mark: SenderMark, into batch: inout EventBatch
    ) -> Bool {
        let message = SyslogMessage.trimmed(bytes, max: self.maxMessageBytes)
        guard message.end > 0 || lost > 0 else { return true }
        let info = LineInfo(sourceBytes: bytes.count + lost, truncatedBytes: message.lost + lost)
        self.decoder.decode(
            bytes.extracting(0..<message.end), info: info, received: mark.time, origin: mark.origin,
            baseFields: mark.fields, into: &batch)
        return true
    }

    mutating func takeEnd(_ mark: SenderMark, into batch: inout EventBatch) {
        self.framer.finish { message, info in
            self.decoder.decode(
                message, info: info, received: mark.time, origin: mark.origin, baseFields: mark.fields, into: &batch)
        }
    }
}
