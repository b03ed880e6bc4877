/// 128 bits that systemd writes as 32 hexadecimal digits: the name of a boot, or of a sequence of numbers.
struct JournalID: Hashable, Sendable, CustomStringConvertible {
    var high: UInt64
    var low: UInt64

    /// Nil if it is not 32 digits; dashes between them don't count.
    init?(_ text: some StringProtocol) {
        var digits = HexNumber()
        for byte in text.utf8 where byte != UInt8(ascii: "-") {
            guard digits.append(byte) else { return nil }
        }
        guard digits.count == 32 else { return nil }
        (self.high, self.low) = (digits.high, digits.low)
    }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    var text: [UInt8] {
        var text: [UInt8] = []
        text.appendHex(self.high, width: 16)
        text.appendHex(self.low, width: 16)
        return text
    }

    var description: String { String(decoding: self.text, as: UTF8.self) }
}

/// A place in the journal, as `sd_journal_get_cursor(3)` writes it.
///
/// `s=<id>;i=<hex>;b=<boot id>;m=<hex>;t=<hex>;x=<hex>`: the sequence that numbered the entry and its number there, its
/// boot, the monotonic and the real time in microseconds, and a hash of its content.
struct JournalCursor: Hashable, Sendable {
    let sequenceID: JournalID
    let sequence: UInt64
    let boot: JournalID
    let monotonic: UInt64
    let realtime: UInt64
    let hash: UInt64

    private static let maxTextBytes = 1024

    /// Nil if a part is missing or not a number.
    init?(_ text: UnsafeRawBufferPointer) {
        guard text.count <= Self.maxTextBytes else { return nil }
        var parts = [HexNumber](repeating: HexNumber(), count: Self.keys.count)
        var index = 0
        while index < text.count {
            guard index + 1 < text.count, text[index + 1] == UInt8(ascii: "=") else { return nil }
            let part = Self.keys.firstIndex(of: text[index])
            index += 2
            while index < text.count, text[index] != UInt8(ascii: ";") {
                if let part, !parts[part].append(text[index]) { return nil }
                index += 1
            }
            index += 1
        }
        guard parts.allSatisfy({ $0.count > 0 }), parts[0].count == 32, parts[2].count == 32,
            [1, 3, 4, 5].allSatisfy({ parts[$0].high == 0 })
        else { return nil }
        self.sequenceID = JournalID(high: parts[0].high, low: parts[0].low)
        self.sequence = parts[1].low
        self.boot = JournalID(high: parts[2].high, low: parts[2].low)
        self.monotonic = parts[3].low
        self.realtime = parts[4].low
        self.hash = parts[5].low
    }

    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let cursor = bytes.withUnsafeBytes({ JournalCursor($0) }) else { return nil }
        self = cursor
    }

    private static let keys = Array("sibmtx".utf8)

    /// As libsystemd writes it.
    var text: String {
        var text: [UInt8] = []
        let parts = [
            self.sequenceID.text, [UInt8](hex: self.sequence), self.boot.text, [UInt8](hex: self.monotonic),
            [UInt8](hex: self.realtime), [UInt8](hex: self.hash),
        ]
        for (key, part) in zip(Self.keys, parts) {
            if !text.isEmpty { text.append(UInt8(ascii: ";")) }
            text.append(key)
            text.append(UInt8(ascii: "="))
            text.append(contentsOf: part)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether both name one entry, even if it was copied to another file, which numbers it anew.
    ///
    /// The numbers alone don't prove it: after a power loss journald may give the numbers of lost entries out again.
    func isSameEntry(as other: JournalCursor) -> Bool {
        self.boot == other.boot && self.monotonic == other.monotonic && self.realtime == other.realtime
            && self.hash == other.hash
            && (self.sequenceID != other.sequenceID || self.sequence == other.sequence)
    }

    /// How many entries lie between this one and a later one, where the same sequence numbered both.
    func entriesBetween(_ later: JournalCursor) -> UInt64? {
        guard self.sequenceID == later.sequenceID, later.sequence > self.sequence else { return nil }
        return later.sequence - self.sequence - 1
    }
}

/// Up to 32 hexadecimal digits as they are read.
private struct HexNumber {
    var high: UInt64 = 0
    var low: UInt64 = 0
    var count = 0

    /// False if it is no digit, or one too many.
    mutating func append(_ byte: UInt8) -> Bool {
        let digit: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
        default: return false
        }
        guard self.count < 32 else { return false }
        self.high = self.high << 4 | self.low >> 60
        self.low = self.low << 4 | UInt64(digit)
        self.count += 1
        return true
    }
}

extension [UInt8] {
    fileprivate init(hex number: UInt64) {
        self = []
        self.appendHex(number, width: 1)
    }

    fileprivate mutating func appendHex(_ number: UInt64, width: Int) {
        let digits = Swift.max(width, (67 - Swift.max(number, 1).leadingZeroBitCount) / 4)
        for digit in (0..<digits).reversed() {
            let value = UInt8(truncatingIfNeeded: number >> UInt64(4 * digit) & 15)
            self.append(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
        }
    }
}
