internal import CZlib

/// Inflates messages that a peer compressed with permessage-deflate (RFC 7692 §7.2.2).
///
/// With `client_no_context_takeover` agreed, every message stands alone: one inflater serves all connections of an
/// event loop, reset before each message, and a connection owns no window. About 40 KiB each.
package struct Inflater: ~Copyable {
    /// zlib keeps a pointer from its state back to the stream, so the stream must never move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter windowBits: 9 to 15; 15 reads whatever a peer may send.
    package init(windowBits: Int) {
        precondition(Deflater.windowBitsRange.contains(windowBits), "raw deflate has windows of 9 to 15 bits")
        self.stream = .allocate(capacity: 1)
        self.stream.initialize(to: z_stream())
        let status = inflateInit2_(
            self.stream, Int32(-windowBits), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory for an inflate stream")
    }

    deinit {
        inflateEnd(self.stream)
        self.stream.deinitialize(count: 1)
        self.stream.deallocate()
    }

    /// Appends the inflated message to `output`; `payload` comes without the closing `00 00 FF FF`.
    ///
    /// - Parameter limit: most bytes that the message may have; memory stays within it however the payload was made.
    package mutating func decompress(
        _ payload: Span<UInt8>, limit: Int, into output: inout [UInt8]
    ) throws(InflateError) {
        // Senders should write an empty message as one byte; no byte at all can mean nothing else.
        guard !payload.isEmpty else { return }
        var budget = Budget(limit: limit, hint: payload.count)
        // Behind a block that is marked as the last, some senders leave out the empty one that the tail completes.
        guard try self.feed(payload, &budget, into: &output) == .continues else { return }
        let tail: [4 of UInt8] = [0x00, 0x00, 0xff, 0xff]
        _ = try self.feed(tail.span, &budget, into: &output)
        guard self.stream.pointee.data_type & Self.betweenBlocks != 0 else { throw .corrupt }
    }

    /// Forgets all messages so far: the next one stands alone.
    package mutating func reset() {
        inflateReset(self.stream)
    }

    private enum Progress {
        /// All input is used, more blocks may follow.
        case continues
        /// The input ended with a block marked as the last.
        case lastBlock
    }

    /// What zlib adds to `data_type` where a block has just ended; anywhere else the message was cut.
    private static let betweenBlocks: Int32 = 128

    private mutating func feed(
        _ input: Span<UInt8>, _ budget: inout Budget, into output: inout [UInt8]
    ) throws(InflateError) -> Progress {
        let outcome: Result<Progress, InflateError> = input.withUnsafeBufferPointer { bytes in
            self.stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            self.stream.pointee.avail_in = UInt32(bytes.count)
            return self.drain(&budget, into: &output)
        }
        return try outcome.get()
    }

    /// Inflates until all input is used and all output is out.
    private mutating func drain(_ budget: inout Budget, into output: inout [UInt8]) -> Result<Progress, InflateError> {
        while true {
            let before = output.count
            let status = DeflateOutput.append(to: &output, addingCapacity: budget.nextChunk, from: self.stream) {
                inflate($0, Z_SYNC_FLUSH)
            }
            budget.spend(output.count - before)
            if budget.isExceeded { return .failure(.tooLarge) }
            switch status {
            case Z_OK where self.stream.pointee.avail_out == 0: continue
            case Z_OK, Z_BUF_ERROR:
                return self.stream.pointee.avail_in == 0 ? .success(.continues) : .failure(.corrupt)
            case Z_STREAM_END:
                // A block marked as the last ends zlib's stream but not the message (RFC 7692 §7.2.3.5); the blocks
                // behind it may refer back, so the window stays.
                inflateResetKeep(self.stream)
                if self.stream.pointee.avail_in == 0 { return .success(.lastBlock) }
            default: return .failure(.corrupt)
            }
        }
    }

    /// Hands out output space in growing chunks, in total one byte more than the limit, which tells "full" from "too
    /// large".
    private struct Budget {
        private var left: Int
        private var chunk: Int

        init(limit: Int, hint: Int) {
            self.left = limit == .max ? limit : limit + 1
            self.chunk = max(1024, min(hint, Self.maxChunkBytes) * 4)
        }

        var isExceeded: Bool { self.left <= 0 }
        var nextChunk: Int { min(self.left, self.chunk) }

        mutating func spend(_ count: Int) {
            self.left -= count
            self.chunk = min(self.chunk * 2, Self.maxChunkBytes)
        }

        /// Keeps the array's own growth the larger step from here on.
        private static let maxChunkBytes = 256 * 1024
    }
}
