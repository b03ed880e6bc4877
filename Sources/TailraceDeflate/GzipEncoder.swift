internal import CZlib

/// One gzip stream (RFC 1952), for `Content-Encoding: gzip`.
package struct GzipEncoder: ~Copyable {
    /// zlib keeps a pointer from its state back to the stream, so the stream must never move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter level: 1 (fast) to 9 (small).
    package init(level: Int) {
        precondition((1...9).contains(level), "zlib levels are 1 to 9")
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        let status = deflateInit2_(
            self.stream, Int32(level), Z_DEFLATED, Self.gzipWindowBits, 8, Z_DEFAULT_STRATEGY,
            ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory for a gzip stream")
    }

    deinit {
        deflateEnd(self.stream)
        self.stream.deinitialize(count: 1)
        self.stream.deallocate()
    }

    /// Appends what the bytes compress to, flushed so that the reader can decode all of them at once.
    package mutating func append(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        self.run(bytes, Z_SYNC_FLUSH, into: &output)
    }

    /// Appends the last bytes and the trailer; the encoder is used up.
    package mutating func finish(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        self.run(bytes, Z_FINISH, into: &output)
    }

    private mutating func run(_ bytes: Span<UInt8>, _ flush: Int32, into output: inout [UInt8]) {
        bytes.withUnsafeBufferPointer { bytes in
            self.stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            self.stream.pointee.avail_in = UInt32(bytes.count)
            let bound = Int(deflateBound(self.stream, UInt(bytes.count))) + 64
            repeat {
                DeflateOutput.append(to: &output, addingCapacity: bound, from: self.stream) { deflate($0, flush) }
            } while self.stream.pointee.avail_out == 0
        }
    }

    /// 15 bits of window, plus 16 for the gzip wrapper.
    private static let gzipWindowBits: Int32 = 15 + 16
}
