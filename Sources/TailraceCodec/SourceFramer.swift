/// Cuts the bytes of a source into lines of UTF-8, whatever they are encoded in.
///
/// Without a declared encoding a byte order mark at the very start of the source decides, and without one it is UTF-8.
struct SourceFramer: Sendable {
    private let maxLineBytes: Int
    private let declared: TextEncoding?
    private var narrow: LineFramer
    private var wide: WideLineFramer?
    /// nil until the first bytes of the source have come.
    private(set) var encoding: TextEncoding?
    /// The first byte of a source whose second has not come, where both may be a mark.
    private var held: UInt8?

    init(maxLineBytes: Int, declared: TextEncoding?) {
        self.maxLineBytes = maxLineBytes
        self.declared = declared
        self.encoding = declared
        self.narrow = LineFramer(maxLineBytes: maxLineBytes)
        self.restart(isAtStart: true, encoding: nil)
    }

    /// Forgets what is unfinished.
    ///
    /// - Parameter encoding: what the source's mark said, where it is not read again.
    mutating func restart(isAtStart: Bool, encoding: TextEncoding?) {
        self.held = nil
        self.narrow = LineFramer(maxLineBytes: self.maxLineBytes, isAtStart: isAtStart)
        self.decide(self.declared ?? (isAtStart ? nil : encoding ?? .utf8), isAtStart: isAtStart)
    }

    private mutating func decide(_ encoding: TextEncoding?, isAtStart: Bool) {
        self.encoding = encoding
        self.wide = encoding.flatMap {
            $0.unitBytes == 2
                ? WideLineFramer(encoding: $0, maxLineBytes: self.maxLineBytes, isAtStart: isAtStart) : nil
        }
    }

    var pendingSourceBytes: Int {
        if self.held != nil { return 1 }
        return self.wide?.pendingSourceBytes ?? self.narrow.pendingSourceBytes
    }

    mutating func feed(_ bytes: Span<UInt8>, _ line: (Span<UInt8>, LineInfo) -> Void) {
        if self.encoding == .utf8 { return self.narrow.feed(bytes, line) }
        if self.encoding == nil, !self.decides(bytes, line) { return }
        self.pass(bytes, line)
    }

    mutating func finish(_ line: (Span<UInt8>, LineInfo) -> Void) {
        self.release(line)
        guard self.wide == nil else {
            self.wide?.finish(line)
            return
        }
        let isLatin1 = self.encoding == .latin1
        self.narrow.finish { bytes, info in Self.tell(bytes, info, isLatin1: isLatin1, line) }
    }

    private mutating func pass(_ bytes: Span<UInt8>, _ line: (Span<UInt8>, LineInfo) -> Void) {
        guard self.wide == nil else {
            self.wide?.feed(bytes, line)
            return
        }
        let isLatin1 = self.encoding == .latin1
        self.narrow.feed(bytes) { bytes, info in Self.tell(bytes, info, isLatin1: isLatin1, line) }
    }

    private static func tell(
        _ bytes: Span<UInt8>, _ info: LineInfo, isLatin1: Bool, _ line: (Span<UInt8>, LineInfo) -> Void
    ) {
        guard isLatin1 else { return line(bytes, info) }
        var decoded: [UInt8] = []
        TextEncoding.latin1.decode(bytes, into: &decoded)
        line(decoded.span, info)
    }

    /// Looks for a mark in the first two bytes; false if the second has not come.
    private mutating func decides(_ bytes: Span<UInt8>, _ line: (Span<UInt8>, LineInfo) -> Void) -> Bool {
        guard bytes.count > 0 else { return false }
        if self.held == nil, bytes.count == 1, bytes[0] >= 0xfe {
            self.held = bytes[0]
            return false
        }
        let first = self.held ?? bytes[0]
        let second = self.held == nil ? (bytes.count > 1 ? bytes[1] : 0) : bytes[0]
        let mark: [2 of UInt8] = [first, second]
        self.decide(TextEncoding(byteOrderMark: mark.span) ?? .utf8, isAtStart: true)
        self.release(line)
        return true
    }

    private mutating func release(_ line: (Span<UInt8>, LineInfo) -> Void) {
        guard let held = self.held else { return }
        self.held = nil
        if self.encoding == nil { self.encoding = .utf8 }
        let byte: [1 of UInt8] = [held]
        self.pass(byte.span, line)
    }
}
