internal import NIOCore
internal import TailraceDeflate

/// What a streamed answer's bytes go through: nothing, or gzip where the client asked for it.
struct StreamEncoding: ~Copyable {
    private var gzip: GzipEncoder?

    init(isCompressed: Bool) { self.gzip = isCompressed ? GzipEncoder(level: 1) : nil }

    /// All that the reader needs to have these bytes at once.
    mutating func encoded(_ bytes: ByteBuffer) -> ByteBuffer {
        guard self.gzip != nil else { return bytes }
        var compressed: [UInt8] = []
        let plain = Array(bytes.readableBytesView)
        self.gzip?.append(plain.span, into: &compressed)
        return ByteBuffer(bytes: compressed)
    }

    /// What ends the stream; nothing can be encoded after it.
    mutating func tail() -> ByteBuffer {
        guard self.gzip != nil else { return ByteBuffer() }
        let nothing: [UInt8] = []
        var tail: [UInt8] = []
        self.gzip?.finish(nothing.span, into: &tail)
        self.gzip = nil
        return ByteBuffer(bytes: tail)
    }
}
