import TailraceEvent

/// Cuts what comes over a syslog connection into messages (RFC 6587); one per connection.
///
/// ```
/// 83 <34>1 2026-11-22T07:35:12Z …83 bytes…112 <34>1 …      octet counting
/// <34>Nov 22 07:35:12 router-1 …⏎<34>…                      a line each
/// ```
/// A connection that begins with a number, a space and `<` counts its messages to its end; any other sends lines.
/// Memory goes by what has come, never by what a count promises.
package struct SyslogFramer: Sendable {
    private enum Mode { case undecided, lines, counted }

    private let maxFrameBytes: Int
    private var mode = Mode.undecided
    private var lines: LineFramer
    /// The first bytes of a connection, the digits of a count, or the start of a message.
    private var held: [UInt8] = []
    /// The length of the message that is coming; nil while its count is.
    private var frameBytes: Int?
    private var takenBytes = 0

    /// A count has at most so many digits: a message of a gigabyte is none.
    private static let maxCountDigits = 9
    /// Enough to see any count and what follows it.
    private static let maxUndecidedBytes = 24

    package init(maxFrameBytes: Int) {
        self.maxFrameBytes = max(1, maxFrameBytes)
        self.lines = LineFramer(maxLineBytes: maxFrameBytes)
    }

    /// Calls `frame` for every message that `bytes` complete.
    ///
    /// - Returns: why the rest of the connection can't be cut into messages, for people; its bytes so far were handed
    ///   over as one message, and nothing more must be fed.
    package mutating func feed(_ bytes: Span<UInt8>, _ frame: (Span<UInt8>, LineInfo) -> Void) -> String? {
        switch self.mode {
        case .lines:
            self.lines.feed(bytes, frame)
            return nil
        case .counted:
            return self.feedCounted(bytes, frame)
        case .undecided:
            self.held.append(bytes)
            guard let mode = Self.mode(of: self.held.span) else { return nil }
            self.mode = mode
            let start = self.held
            self.held.removeAll()
            return self.feed(start.span, frame)
        }
    }

    /// The message that the end of the connection left unfinished, if any.
    package mutating func finish(_ frame: (Span<UInt8>, LineInfo) -> Void) {
        if self.mode == .undecided {
            let start = self.held
            self.held.removeAll()
            self.lines.feed(start.span, frame)
        }
        self.lines.finish(frame)
        guard self.mode == .counted, !self.held.isEmpty || self.takenBytes > 0 else { return }
        let missing = (self.frameBytes ?? self.held.count) - self.held.count
        frame(
            self.held.span,
            LineInfo(sourceBytes: self.held.count, truncatedBytes: max(0, missing), endsWithNewline: false))
        self.held.removeAll()
        self.frameBytes = nil
        self.takenBytes = 0
    }

    /// Nil as long as both are possible.
    private static func mode(of bytes: Span<UInt8>) -> Mode? {
        guard !bytes.isEmpty else { return nil }
        guard bytes[0].isDigit else { return .lines }
        let end = bytes.end(of: \.isDigit, from: 0, limit: Self.maxUndecidedBytes)
        if end >= Self.maxUndecidedBytes { return .lines }
        guard end < bytes.count else { return nil }
        guard bytes[end] == 0x20 else { return .lines }
        guard end + 1 < bytes.count else { return nil }
        return bytes[end + 1] == UInt8(ascii: "<") ? .counted : .lines
    }

    // MARK: Octet counting

    private mutating func feedCounted(_ bytes: Span<UInt8>, _ frame: (Span<UInt8>, LineInfo) -> Void) -> String? {
        var index = 0
        while index < bytes.count {
            if self.frameBytes == nil {
                if let problem = self.takeCount(bytes, &index) {
                    self.handOverBroken(bytes.extracting(index..<bytes.count), frame)
                    return problem
                }
            } else {
                self.takeBody(bytes, &index, frame)
            }
        }
        return nil
    }

    /// Takes digits and the space behind them.
    private mutating func takeCount(_ bytes: Span<UInt8>, _ index: inout Int) -> String? {
        while index < bytes.count {
            let byte = bytes[index]
            if byte.isDigit {
                if self.held.isEmpty, byte == UInt8(ascii: "0") { return "a count begins with 0" }
                guard self.held.count < Self.maxCountDigits else {
                    return "a count has more than \(Self.maxCountDigits) digits"
                }
                self.held.append(byte)
            } else if byte == 0x20, !self.held.isEmpty {
                self.frameBytes = self.held.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
                self.held.removeAll(keepingCapacity: true)
                index += 1
                return nil
            } else if !self.held.isEmpty || !Self.isFiller(byte) {
                return "there is no count where a message should begin"
            }
            index += 1
        }
        return nil
    }

    /// What some senders put behind a message although it was counted.
    private static func isFiller(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d || byte == 0 }

    private mutating func takeBody(
        _ bytes: Span<UInt8>, _ index: inout Int, _ frame: (Span<UInt8>, LineInfo) -> Void
    ) {
        let length = self.frameBytes ?? 0
        let end = min(bytes.count, index + length - self.takenBytes)
        let piece = bytes.extracting(index..<end)
        self.takenBytes += piece.count
        index = end
        guard self.takenBytes == length else { return self.hold(piece) }
        if self.held.isEmpty, piece.count == length {
            self.deliver(piece, length, frame)
        } else {
            self.hold(piece)
            self.deliver(self.held.span, length, frame)
        }
        self.held.clearForReuse()
        self.frameBytes = nil
        self.takenBytes = 0
    }

    private mutating func hold(_ piece: Span<UInt8>) {
        let room = max(0, self.maxFrameBytes - self.held.count)
        self.held.append(piece.extracting(0..<min(room, piece.count)))
    }

    private func deliver(_ bytes: Span<UInt8>, _ length: Int, _ frame: (Span<UInt8>, LineInfo) -> Void) {
        let message = SyslogMessage.trimmed(bytes, max: self.maxFrameBytes)
        frame(
            bytes.extracting(0..<message.end),
            LineInfo(sourceBytes: length, truncatedBytes: message.lost + length - bytes.count))
    }

    private mutating func handOverBroken(_ rest: Span<UInt8>, _ frame: (Span<UInt8>, LineInfo) -> Void) {
        let count = self.held.count + rest.count
        self.hold(rest)
        frame(
            self.held.span,
            LineInfo(sourceBytes: count, truncatedBytes: count - self.held.count, endsWithNewline: false))
        self.held.removeAll()
    }
}

/// A syslog message as a whole: what a datagram or a counted frame holds.
package enum SyslogMessage {
    /// Where it ends, without the line end or zero byte that some senders add, and cut at `max`; `lost` bytes were cut
    /// off.
    package static func trimmed(_ bytes: Span<UInt8>, max: Int) -> (end: Int, lost: Int) {
        var end = bytes.count
        if end > 0, bytes[end - 1] == 0 { end -= 1 }
        if end > 0, bytes[end - 1] == 0x0a { end -= 1 }
        if end > 0, bytes[end - 1] == 0x0d { end -= 1 }
        guard end > max else { return (end, 0) }
        let kept = UTF8Text.lengthWithoutPartialCharacter(bytes.extracting(0..<max))
        return (kept, end - kept)
    }
}
