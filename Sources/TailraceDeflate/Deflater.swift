internal import CZlib

/// One raw deflate stream (RFC 1951) that messages pass through one after the other (RFC 7692 §7.2.1).
///
/// Until `reset()` every message may refer back to the ones before it, so all readers of the output must have seen the
/// same messages since the last reset. The memory is zlib's: 2^(windowBits+2) + 2^(memoryLevel+9) bytes, 256 KiB at
/// most.
package struct Deflater: ~Copyable {
    /// Window sizes that raw deflate can work with.
    ///
    /// RFC 7692 also names 8, but zlib refuses it for raw streams: its matcher needs more look-ahead than a window of
    /// 256 bytes leaves.
    package static let windowBitsRange = 9...15

    /// zlib keeps a pointer from its state back to the stream, so the stream must never move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameters:
    ///   - level: 1 (fast) to 9 (small).
    ///   - windowBits: 9 to 15: how far back, as a power of two, a message may refer.
    ///   - memoryLevel: 1 to 9, zlib's `memLevel`.
    package init(level: Int, windowBits: Int, memoryLevel: Int) {
        precondition((1...9).contains(level) && (1...9).contains(memoryLevel), "zlib levels are 1 to 9")
        precondition(Self.windowBitsRange.contains(windowBits), "raw deflate has windows of 9 to 15 bits")
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        let status = deflateInit2_(
            self.stream, Int32(level), Z_DEFLATED, Int32(-windowBits), Int32(memoryLevel), Z_DEFAULT_STRATEGY,
            ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        // All parameters were checked above; what is left is being out of memory, where Swift's own allocations trap
        // too.
        precondition(status == Z_OK, "zlib has no memory for a deflate stream")
    }

    deinit {
        deflateEnd(self.stream)
        self.stream.deinitialize(count: 1)
        self.stream.deallocate()
    }

    /// Appends the message's compressed form: flushed to a byte boundary, the closing `00 00 FF FF` left out (RFC 7692
    /// §7.2.1).
    package mutating func compress(_ message: Span<UInt8>, into output: inout [UInt8]) {
        guard !message.isEmpty else {
            // A second flush with nothing in between gives no output at all, so the empty stored block that stands for
            // an empty message (RFC 7692 §7.2.3.6) is written here. It leaves the window as it is.
            output.append(0x00)
            return
        }
        message.withUnsafeBufferPointer { bytes in
            self.stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            self.stream.pointee.avail_in = UInt32(bytes.count)
            let bound = Int(deflateBound(self.stream, UInt(bytes.count))) + Self.flushBytes
            repeat {
                DeflateOutput.append(to: &output, addingCapacity: bound, from: self.stream) {
                    deflate($0, Z_SYNC_FLUSH)
                }
            } while self.stream.pointee.avail_out == 0
        }
        output.removeLast(Self.tailBytes)
    }

    /// Forgets all messages so far: a reader may start with the next one.
    package mutating func reset() {
        deflateReset(self.stream)
    }

    /// `00 00 FF FF`, which the receiver adds again.
    private static let tailBytes = 4
    /// What a flush may add to zlib's bound: the empty stored block and the bits before it.
    private static let flushBytes = 16
}

/// Lets zlib write straight behind the end of an array.
enum DeflateOutput {
    @discardableResult
    static func append(
        to output: inout [UInt8], addingCapacity capacity: Int, from stream: UnsafeMutablePointer<z_stream>,
        _ body: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> Int32 {
        var status = Z_OK
        output.append(addingCapacity: capacity) { span in
            span.withUnsafeMutableBufferPointer { buffer, initialized in
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(capacity)
                status = body(stream)
                initialized = capacity - Int(stream.pointee.avail_out)
            }
        }
        return status
    }
}
