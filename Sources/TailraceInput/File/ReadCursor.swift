import Glibc
import TailraceCodec

/// Where reading of one file stands, and what proves that it is still the file that was read.
///
/// ```
///                     recent            fresh
/// file: ─────────┤················│░░░░░░░░░░░░░░┤
///            readOffset    ▲   position
///                        offset: the end of the last whole line
/// ```
/// Every read begins a little before `position`, so that the bytes already read are compared each time: a file that was
/// truncated and has grown past `position` again is noticed by the read that would have skipped its beginning.
struct ReadCursor: Sendable {
    /// Bytes handed to the framer.
    private(set) var position: UInt64
    /// Where a reader that lost its memory has to go on.
    private(set) var offset: UInt64
    /// The bytes before `position`, at most `FileAnchor.maxBytes`.
    private(set) var recent: [UInt8]
    /// The first bytes of the file, as far as known.
    private(set) var head: FileAnchor
    /// The bytes before `offset`, or before an earlier one while a long line is unfinished.
    private(set) var tail: FileAnchor

    /// The encoding that the file's byte order mark names.
    let mark: TextEncoding?

    init(offset: UInt64, recent: [UInt8], head: FileAnchor, mark: TextEncoding? = nil) {
        self.mark = mark
        self.position = offset
        self.offset = offset
        self.recent = recent
        self.head = head
        self.tail = FileAnchor(end: offset, of: recent.span)
    }

    /// At the beginning of a file.
    init() { self.init(offset: 0, recent: [], head: .none) }

    /// All bytes before `position`, if they are few.
    var beginning: ArraySlice<UInt8> { self.readOffset == 0 ? self.recent[...] : [] }

    /// Where the next read begins.
    var readOffset: UInt64 { self.position - UInt64(self.recent.count) }

    /// How many of `bytes`, read at `readOffset`, were read before; nil if the file is not the one read before.
    func known(in bytes: Span<UInt8>) -> Int? {
        let known = self.recent.count
        guard bytes.count >= known, Self.isEqual(self.recent.span, bytes.extracting(0..<known)) else { return nil }
        return known
    }

    /// Takes `bytes` read at `readOffset`, of which `known(in:)` are known.
    mutating func advance(over bytes: Span<UInt8>) {
        let fresh = bytes.count - self.recent.count
        guard fresh > 0 else { return }
        if self.readOffset == 0, self.head.length < FileAnchor.maxBytes {
            let length = min(bytes.count, FileAnchor.maxBytes)
            self.head = FileAnchor(end: UInt64(length), of: bytes.extracting(0..<length))
        }
        self.position += UInt64(fresh)
        let kept = bytes.extracting(max(0, bytes.count - FileAnchor.maxBytes)..<bytes.count)
        self.recent.removeAll(keepingCapacity: true)
        kept.withUnsafeBufferPointer { self.recent.append(contentsOf: $0) }
    }

    /// Takes `count` NUL bytes, more than an anchor covers, as read.
    mutating func skipZeros(_ count: UInt64) {
        if self.head.length < FileAnchor.maxBytes, self.readOffset == 0 {
            let zeros = Array(repeating: UInt8(0), count: FileAnchor.maxBytes - self.recent.count)
            self.head = FileAnchor(end: UInt64(FileAnchor.maxBytes), of: (self.recent + zeros).span)
        }
        self.position += count
        let kept = Int(min(count, UInt64(FileAnchor.maxBytes)))
        self.recent = Array((self.recent + Array(repeating: 0, count: kept)).suffix(FileAnchor.maxBytes))
    }

    /// Goes back to `offset`: what stands behind it will be read again.
    mutating func rewind() {
        self.recent.removeLast(min(self.recent.count, Int(self.position - self.offset)))
        self.position = self.offset
    }

    /// Notes that all but the last `pendingBytes` before `position` were whole lines.
    mutating func linesEnded(pendingBytes: Int) {
        self.offset = self.position - min(self.position, UInt64(pendingBytes))
    }

    /// Brings `tail` up to `offset`, where the bytes before it are still at hand.
    mutating func anchor() {
        let pendingBytes = Int(self.position - self.offset)
        guard self.tail.end != self.offset, pendingBytes < self.recent.count else { return }
        self.tail = FileAnchor(
            end: self.offset, of: self.recent.span.extracting(0..<self.recent.count - pendingBytes))
    }

    private static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                guard let first = left.baseAddress, let second = right.baseAddress else {
                    return left.count == right.count
                }
                return left.count == right.count && memcmp(first, second, left.count) == 0
            }
        }
    }
}
