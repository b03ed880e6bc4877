import TailraceEvent

/// What a line took in its source.
package struct LineInfo: Sendable, Hashable {
    /// Bytes of the source that belong to the line, its end included.
    package var sourceBytes: Int
    /// Bytes of the line beyond the limit, which are not kept.
    package var truncatedBytes: Int
    /// False for what stood unfinished at the end of the source.
    package var endsWithNewline: Bool

    package init(sourceBytes: Int, truncatedBytes: Int = 0, endsWithNewline: Bool = true) {
        self.sourceBytes = sourceBytes
        self.truncatedBytes = truncatedBytes
        self.endsWithNewline = endsWithNewline
    }
}

/// Cuts a stream of bytes into lines; one per file or connection.
///
/// A line ends with LF or CRLF; a lone CR is content. Memory is bounded: of an unfinished line at most `maxLineBytes`
/// are held, the rest of an over-long line is counted, not kept. A UTF-8 byte order mark at the very start of the
/// source is not part of the first line.
package struct LineFramer: Sendable {
    private let maxLineBytes: Int
    /// The start of the unfinished line, at most `maxLineBytes`.
    private var pending: [UInt8] = []
    /// Bytes fed that belong to the unfinished line: the committed offset is (bytes fed - this).
    package private(set) var pendingSourceBytes = 0
    /// The last byte fed of the unfinished line, which may not be in `pending` any more.
    private var lastPendingByte: UInt8 = 0
    private var isAtStart: Bool

    /// - Parameter isAtStart: the next byte is the source's first.
    package init(maxLineBytes: Int, isAtStart: Bool = true) {
        self.maxLineBytes = max(1, maxLineBytes)
        self.isAtStart = isAtStart
    }

    /// Calls `line` for every line that `bytes` complete: its bytes without the end, and what it took in the source.
    package mutating func feed(_ bytes: Span<UInt8>, _ line: (Span<UInt8>, LineInfo) -> Void) {
        var start = 0
        while start < bytes.count {
            guard let lineFeed = bytes.index(of: UInt8(ascii: "\n"), from: start) else {
                self.hold(bytes.extracting(start..<bytes.count))
                return
            }
            let piece = bytes.extracting(start..<lineFeed)
            if self.pendingSourceBytes == 0 {
                self.deliver(
                    piece, contentBytes: piece.count, lastByte: piece.isEmpty ? 0 : piece[piece.count - 1],
                    endsWithNewline: true, line)
            } else {
                self.hold(piece)
                self.deliverPending(endsWithNewline: true, line)
            }
            start = lineFeed + 1
        }
    }

    /// The unfinished line at the end of the source (file rotated away, connection closed), if any.
    package mutating func finish(_ line: (Span<UInt8>, LineInfo) -> Void) {
        if self.pendingSourceBytes > 0 { self.deliverPending(endsWithNewline: false, line) }
    }

    /// Forgets the unfinished line: the next byte is the first of a source.
    package mutating func reset() {
        self.dropPending()
        self.isAtStart = true
    }

    private mutating func hold(_ piece: Span<UInt8>) {
        guard !piece.isEmpty else { return }
        let room = max(0, self.maxLineBytes - self.pending.count)
        if room > 0 { self.pending.append(piece.extracting(0..<min(room, piece.count))) }
        self.pendingSourceBytes += piece.count
        self.lastPendingByte = piece[piece.count - 1]
    }

    private mutating func deliverPending(endsWithNewline: Bool, _ line: (Span<UInt8>, LineInfo) -> Void) {
        var held: [UInt8] = []
        swap(&held, &self.pending)
        self.deliver(
            held.span, contentBytes: self.pendingSourceBytes, lastByte: self.lastPendingByte,
            endsWithNewline: endsWithNewline, line)
        swap(&held, &self.pending)
        self.dropPending()
    }

    private mutating func dropPending() {
        self.pending.clearForReuse()
        self.pendingSourceBytes = 0
    }

    /// `kept` is the line as far as it was kept, `contentBytes` how long it is in the source without its LF.
    private mutating func deliver(
        _ kept: Span<UInt8>, contentBytes: Int, lastByte: UInt8, endsWithNewline: Bool,
        _ line: (Span<UInt8>, LineInfo) -> Void
    ) {
        let hasCarriageReturn = endsWithNewline && contentBytes > 0 && lastByte == UInt8(ascii: "\r")
        let length = contentBytes - (hasCarriageReturn ? 1 : 0)
        var end = min(length, kept.count, self.maxLineBytes)
        if end < length { end = UTF8Text.lengthWithoutPartialCharacter(kept.extracting(0..<end)) }
        let start = self.isAtStart && kept.hasByteOrderMark(at: 0) && end >= 3 ? 3 : 0
        self.isAtStart = false
        line(
            kept.extracting(start..<end),
            LineInfo(
                sourceBytes: contentBytes + (endsWithNewline ? 1 : 0), truncatedBytes: length - end,
                endsWithNewline: endsWithNewline))
    }
}
