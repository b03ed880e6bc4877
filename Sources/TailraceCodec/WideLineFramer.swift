/// Cuts a stream of UTF-16 into lines and hands them on as UTF-8; what they take is counted in bytes of the source.
///
/// Lines end as those of `LineFramer` do, and memory is bounded in the same way: of an unfinished line at most
/// `maxLineBytes` of the source are held.
struct WideLineFramer: Sendable {
    let encoding: TextEncoding
    private let maxLineBytes: Int
    /// The start of the unfinished line, whole units.
    private var pending: [UInt8] = []
    /// The first byte of a unit whose second has not come.
    private var half: UInt8?
    private var pendingUnitBytes = 0
    /// Whether the last unit of the unfinished line, which may not be in `pending` any more, is a carriage return.
    private var endsWithReturn = false
    private var isAtStart: Bool
    private var decoded: [UInt8] = []

    init(encoding: TextEncoding, maxLineBytes: Int, isAtStart: Bool) {
        self.encoding = encoding
        self.maxLineBytes = maxLineBytes & ~1
        self.isAtStart = isAtStart
    }

    var pendingSourceBytes: Int { self.pendingUnitBytes + (self.half == nil ? 0 : 1) }

    mutating func feed(_ bytes: Span<UInt8>, _ line: (Span<UInt8>, LineInfo) -> Void) {
        guard bytes.count > 0 else { return }
        var start = 0
        if let half = self.half {
            self.half = nil
            let unit: [2 of UInt8] = [half, bytes[0]]
            self.takeUnits(unit.span, line)
            start = 1
        }
        let end = bytes.count - (bytes.count - start) % 2
        self.takeUnits(bytes.extracting(start..<end), line)
        if end < bytes.count { self.half = bytes[end] }
    }

    mutating func finish(_ line: (Span<UInt8>, LineInfo) -> Void) {
        guard self.pendingSourceBytes > 0 else { return }
        self.deliver(endsWithNewline: false, line)
    }

    private mutating func takeUnits(_ units: Span<UInt8>, _ line: (Span<UInt8>, LineInfo) -> Void) {
        var start = 0
        while start < units.count {
            guard let lineFeed = self.encoding.lineFeed(in: units, from: start) else {
                self.hold(units.extracting(start..<units.count))
                return
            }
            self.hold(units.extracting(start..<lineFeed))
            self.deliver(endsWithNewline: true, line)
            start = lineFeed + 2
        }
    }

    private mutating func hold(_ units: Span<UInt8>) {
        guard units.count > 0 else { return }
        let room = max(0, self.maxLineBytes - self.pending.count)
        if room > 0 {
            units.extracting(0..<min(room, units.count)).withUnsafeBufferPointer {
                self.pending.append(contentsOf: $0)
            }
        }
        self.pendingUnitBytes += units.count
        self.endsWithReturn = self.encoding.unit(units, units.count - 2) == 0x0d
    }

    private mutating func deliver(endsWithNewline: Bool, _ line: (Span<UInt8>, LineInfo) -> Void) {
        let sourceBytes = self.pendingSourceBytes
        let length = sourceBytes - (endsWithNewline && self.endsWithReturn ? 2 : 0)
        var kept = min(length, self.pending.count)
        if kept < length - (self.half == nil ? 0 : 1) {
            if kept >= 2, self.encoding.unit(self.pending.span, kept - 2) & 0xfc00 == 0xd800 { kept -= 2 }
        } else if let half = self.half, kept == self.pending.count {
            self.pending.append(half)
            kept += 1
        }
        let start = self.isAtStart && kept >= 2 && self.encoding.unit(self.pending.span, 0) == 0xfeff ? 2 : 0
        self.isAtStart = false
        var text: [UInt8] = []
        swap(&text, &self.decoded)
        text.removeAll(keepingCapacity: true)
        self.encoding.decode(self.pending.span.extracting(start..<kept), into: &text)
        line(
            text.span,
            LineInfo(
                sourceBytes: sourceBytes + (endsWithNewline ? 2 : 0), truncatedBytes: length - kept,
                endsWithNewline: endsWithNewline))
        swap(&text, &self.decoded)
        self.pending.clearForReuse()
        self.pendingUnitBytes = 0
        self.half = nil
        self.endsWithReturn = false
    }
}
