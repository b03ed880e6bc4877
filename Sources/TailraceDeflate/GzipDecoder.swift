internal import CZlib

/// Reads a gzip file (RFC 1952): its members one behind the other, and NUL bytes as padding behind them.
///
/// About 40 KiB, however large the file is. Checksums and lengths are compared at the end of each member.
package struct GzipDecoder: ~Copyable {
    /// zlib keeps a pointer from its state back to the stream, so the stream must never move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isInMember = false

    package init() {
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        let status = inflateInit2_(
            self.stream, Self.gzipWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory for an inflate stream")
    }

    deinit {
        inflateEnd(self.stream)
        self.stream.deinitialize(count: 1)
        self.stream.deallocate()
    }

    /// The file may end here.
    package var isComplete: Bool { !self.isInMember }

    /// Appends what `input`, and what zlib still holds, inflates to: at most `room` bytes.
    ///
    /// - Returns: how many bytes of `input` were used. Nothing used and nothing appended: more input is needed.
    package mutating func inflate(
        _ input: Span<UInt8>, room: Int, into output: inout [UInt8]
    ) throws(InflateError) -> Int {
        var used = 0
        let limit = output.count + room
        while output.count < limit {
            if !self.isInMember {
                while used < input.count, input[used] == 0 { used += 1 }
                guard used < input.count else { break }
                self.isInMember = true
                inflateReset(self.stream)
            }
            let before = output.count
            let step = try self.step(input.extracting(used..<input.count), room: limit - before, into: &output)
            used += step
            if step == 0, output.count == before { break }
        }
        return used
    }

    private mutating func step(
        _ input: Span<UInt8>, room: Int, into output: inout [UInt8]
    ) throws(InflateError) -> Int {
        let status = input.withUnsafeBufferPointer { bytes in
            self.stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            self.stream.pointee.avail_in = UInt32(bytes.count)
            return DeflateOutput.append(to: &output, addingCapacity: room, from: self.stream) {
                CZlib.inflate($0, Z_NO_FLUSH)
            }
        }
        switch status {
        case Z_OK: break
        case Z_BUF_ERROR where input.isEmpty: break
        case Z_STREAM_END: self.isInMember = false
        default: throw .corrupt
        }
        return input.count - Int(self.stream.pointee.avail_in)
    }

    /// 15 bits of window, plus 16 for the gzip wrapper.
    private static let gzipWindowBits: Int32 = 15 + 16
}
