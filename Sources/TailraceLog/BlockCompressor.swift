internal import CZlib
internal import CZstd

/// How the body of a row is stored.
enum BlockEncoding: Int64 {
    /// As it is: rows of a few events, soon merged into a larger block.
    case raw = 0
    case zstd = 1
}

/// zstd at its fastest level, one context for all blocks: half the size of zlib's fastest at twice its speed.
package struct BlockCompressor: ~Copyable {
    private let context: OpaquePointer
    private var output: [UInt8] = []
    private static let level: Int32 = 1
    /// The table of places takes 16 KiB, so that it stays in the processor's nearest cache: a sixth faster than the
    /// level's own 64 KiB, and log lines come out as small.
    private static let tableLog2: Int32 = 12

    package init?() {
        guard let context = ZSTD_createCCtx() else { return nil }
        self.context = context
        // One that a library does not know is left out: the blocks can be read all the same.
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Self.level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, Self.tableLog2)
    }

    deinit { ZSTD_freeCCtx(self.context) }

    /// The compressed form, nil if the library reports an error.
    package mutating func compress(_ body: [UInt8]) -> [UInt8]? {
        let bound = ZSTD_compressBound(body.count)
        if self.output.count < bound { self.output = [UInt8](repeating: 0, count: bound) }
        let written = ZSTD_compress2(self.context, &self.output, bound, body, body.count)
        return ZSTD_isError(written) == 0 ? Array(self.output[..<written]) : nil
    }
}

package enum BlockDecompressor {
    /// More than any block holds; a damaged size must not become an allocation.
    static let maxBodyBytes = 256 << 20

    package static func decompress(_ body: [UInt8], rawSize: Int) -> [UInt8]? {
        guard rawSize >= 0, rawSize <= Self.maxBodyBytes else { return nil }
        var read = 0
        let output = [UInt8](unsafeUninitializedCapacity: rawSize) { buffer, count in
            read = ZSTD_decompress(buffer.baseAddress, rawSize, body, body.count)
            count = ZSTD_isError(read) == 0 ? read : 0
        }
        return ZSTD_isError(read) == 0 && read == rawSize ? output : nil
    }
}

enum BlockChecksum {
    /// CRC-32 of a stored body, so that a flipped bit is a named gap and never a wrong event.
    static func of(_ body: [UInt8]) -> Int64 {
        Int64(crc32_z(0, body, body.count))
    }
}
