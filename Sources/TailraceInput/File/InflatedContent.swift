import TailraceDeflate

/// What a compressed file holds, to be read at offsets like a file.
///
/// Reading goes forwards: the last bytes that came out are kept, so that a reader can compare what it has read before,
/// and what lies further back means to begin anew. About 400 KiB, however large the file is. Confined to one thread.
///
/// ```
/// content: ┤head├──────────────────────┤ window ├ - - - -
///          0   1 KiB                start       made
/// ```
final class InflatedContent {
    enum End: Sendable, Hashable {
        /// All of the file was read, and its checksums agree.
        case complete
        /// The file is damaged or cut off.
        case damaged(String)
        /// A limit is reached.
        case limit(String)
    }

    /// How it ended, once all that can be read was read.
    private(set) var end: End?
    /// Bytes that the file says it holds.
    let sizeHint: UInt64?

    private let size: UInt64
    private let limits: InflateLimits
    private let source: Source
    private var decoder = GzipDecoder()
    private var input: [UInt8] = []
    private var inputIndex = 0
    /// Bytes of the file that were read.
    private var taken: UInt64 = 0
    private var head: [UInt8] = []
    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0
    private var isCutOff = false

    /// Reads the compressed bytes: buffer, count, offset.
    typealias Source = (inout [UInt8], Int, UInt64) throws(SystemError) -> Int

    private static let chunkBytes = 64 << 10
    /// More than one read and what is compared before it.
    private static let windowBytes = 3 * chunkBytes
    /// 258 bytes from two bits.
    private static let maxDeflateRatio: UInt64 = 1032

    /// - Parameter size: of the file, in bytes.
    init(size: UInt64, limits: InflateLimits, source: @escaping Source) {
        self.size = size
        self.limits = limits
        self.source = source
        self.sizeHint = Self.sizeHint(size, source)
    }

    /// Bytes of content behind `offset` that could not be read; nil if unknown.
    func rest(after offset: UInt64) -> UInt64? {
        // What is cut off has lost its length, and what is damaged may have damaged it: it has to be one that could
        // come out of the bytes that are left.
        guard !self.isCutOff, let hint = self.sizeHint, hint > self.made, hint >= offset,
            hint - self.made <= (self.size - min(self.size, self.used)) * Self.maxDeflateRatio
        else { return nil }
        return hint - offset
    }

    /// Reads up to `count` bytes at `offset` into the front of `buffer`; less than `count` means the end was reached.
    func read(into buffer: inout [UInt8], count: Int, at offset: UInt64) throws(SystemError) -> Int {
        let wanted = min(count, buffer.count)
        if offset + UInt64(wanted) <= UInt64(self.head.count) {
            return self.copy(self.head, from: Int(offset), wanted, into: &buffer)
        }
        if offset < self.windowStart { self.restart() }
        while self.end == nil, self.made < offset + UInt64(wanted) {
            self.trim(sparing: offset)
            try self.inflateMore()
        }
        guard offset < self.made else { return 0 }
        return self.copy(self.window, from: Int(offset - self.windowStart), wanted, into: &buffer)
    }

    private func copy(_ bytes: [UInt8], from start: Int, _ wanted: Int, into buffer: inout [UInt8]) -> Int {
        let piece = bytes[start..<min(bytes.count, start + wanted)]
        buffer.replaceSubrange(0..<piece.count, with: piece)
        return piece.count
    }

    /// Bytes that came out.
    private var made: UInt64 { self.windowStart + UInt64(self.window.count) }

    private func restart() {
        self.decoder = GzipDecoder()
        self.input.removeAll(keepingCapacity: true)
        self.inputIndex = 0
        self.taken = 0
        self.window.removeAll(keepingCapacity: true)
        self.windowStart = 0
        self.end = nil
    }

    /// Forgets the oldest bytes in front of `offset`.
    private func trim(sparing offset: UInt64) {
        guard self.window.count > Self.windowBytes else { return }
        let needed = self.made - min(self.made, offset)
        let kept = max(Int(needed), Self.windowBytes / 2)
        guard kept < self.window.count else { return }
        self.windowStart += UInt64(self.window.count - kept)
        self.window.removeFirst(self.window.count - kept)
    }

    private func inflateMore() throws(SystemError) {
        let before = self.made
        do throws(InflateError) {
            let input = self.input.span.extracting(self.inputIndex..<self.input.count)
            self.inputIndex += try self.decoder.inflate(input, room: Self.chunkBytes, into: &self.window)
        } catch {
            self.end = .damaged(
                self.made == self.sizeHint
                    ? "its checksum is another one, so not all that was read of it may be what was written"
                    : "byte \(self.used) of \(self.size) is no valid gzip data")
        }
        if self.windowStart == 0 { self.head = Array(self.window.prefix(FileAnchor.maxBytes)) }
        if self.end == nil, let limit = self.limits.exceeded(made: self.made, used: self.used) {
            self.end = .limit(limit)
        }
        if self.end == nil, self.made == before { try self.fill() }
    }

    /// Reads more of the file, or notes that it ends.
    private func fill() throws(SystemError) {
        guard self.inputIndex == self.input.count else {
            self.end = .damaged("byte \(self.used) of \(self.size) is no valid gzip data")
            return
        }
        self.input = Array(repeating: 0, count: Self.chunkBytes)
        let count = try self.source(&self.input, Self.chunkBytes, self.taken)
        self.input.removeLast(Self.chunkBytes - count)
        self.inputIndex = 0
        self.taken += UInt64(count)
        if count > 0 { return }
        self.isCutOff = !self.decoder.isComplete
        self.end = self.isCutOff ? .damaged("it is cut off at byte \(self.taken)") : .complete
    }

    /// Bytes of the file that were decoded.
    private var used: UInt64 { self.taken - UInt64(self.input.count - self.inputIndex) }

    /// The last four bytes of a gzip file are the length of its last member, modulo 4 GiB (RFC 1952 §2.3.1).
    private static func sizeHint(_ size: UInt64, _ source: Source) -> UInt64? {
        var bytes = [UInt8](repeating: 0, count: 4)
        guard size > 18, let count = try? source(&bytes, 4, size - 4), count == 4 else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
