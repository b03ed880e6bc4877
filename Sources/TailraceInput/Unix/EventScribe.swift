import TailraceCodec
import TailraceEvent

/// Frames and decodes what one sender writes.
struct EventScribe {
    private var framer: LineFramer
    private var decoder: EventDecoder

    init(codec: CodecOptions) {
        self.framer = LineFramer(maxLineBytes: codec.maxLineBytes)
        self.decoder = EventDecoder(options: codec)
    }

    /// Appends the events that `bytes` complete; an unfinished line waits for more.
    mutating func take(
        _ bytes: Span<UInt8>, at time: Timestamp, origin: UInt16, baseFields: [UInt8], into batch: inout EventBatch
    ) {
        self.framer.feed(bytes) { line, info in
            self.decoder.decode(
                line, info: info, received: time, origin: origin, baseFields: baseFields, into: &batch)
        }
    }

    /// Appends the unfinished line. `lost` bytes of it were cut off before they came here.
    /// - Returns: false if there was no unfinished line.
    @discardableResult
    mutating func finish(
        lost: Int = 0, at time: Timestamp, origin: UInt16, baseFields: [UInt8], into batch: inout EventBatch
    ) -> Bool {
        var found = false
        self.framer.finish { line, info in
            found = true
            var info = info
            info.truncatedBytes += lost
            info.sourceBytes += lost
            self.decoder.decode(
                line, info: info, received: time, origin: origin, baseFields: baseFields, into: &batch)
        }
        return found
    }
}
