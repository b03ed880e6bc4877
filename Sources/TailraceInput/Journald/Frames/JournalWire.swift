/// What the journal reader (a child process) tells the relay, over one socket. Numbers are little-endian.
///
/// ```
/// frame    | length: u32 | kind: u8 | body: `length` bytes |
///
/// 1 entry  | realtime: u64 µs | cut: u64 | field … |           cut: bytes of the entry that are left out
///  field   | nameLength: u16 | valueLength: u32 | name | = | value |
/// 2 cursor | scanned: u32 | place |                             ends a batch: all frames since the last cursor
/// 3 gap    | count: u64 | reason: text | from: text | to: text | message: text |
///          count 2⁶⁴-1: unknown; from, to: cursors or empty
/// 4 state  | state: u8 | reason: text |                         0 reading, 1 waiting, 2 degraded
/// 5 beat   | |                                                  at least every 5 s while nothing else is sent
/// 6 failed | reason: text |                                     the reader ends after it
/// 7 behind | flag: u8 |                          1: there is more to read than one batch, 0: its end was reached
/// 8 place  | cursor text |                                      of the entry that follows, where they are asked for
///  text    | length: u16 | UTF-8 |
/// ```
/// Nothing of a batch counts until its cursor is there, so events and checkpoint always go into the log together. The
/// relay trusts no length: a frame that breaks a limit or does not parse ends the reader.
enum JournalWire {
    enum Kind: UInt8 {
        case entry = 1
        case cursor = 2
        case gap = 3
        case state = 4
        case beat = 5
        case failed = 6
        case behind = 7
        case place = 8
    }

    static let headerBytes = 5
    /// Entries in one batch: a block of the log.
    static let maxBatchEntries = 256
    /// A batch that weighs more is ended early. Two of them fit in the relay's memory budget for one input.
    static let maxBatchBytes = 1 << 20
    /// Of one entry; what is beyond is counted as cut. The same for all inputs: no event is larger.
    static let maxEntryBytes = 1 << 20
    /// Of one field of an entry: the limit of a line.
    static let maxFieldBytes = 256 << 10
    /// Journald itself refuses names longer than 64 bytes.
    static let maxNameBytes = 255
    /// Of a field's two lengths.
    static let fieldHeaderBytes = 6
    /// An entry's header and, for each of its at most 1024 fields, six bytes of lengths, a name and = beside the value.
    static let maxFrameBytes = maxEntryBytes + 16 + maxFields * (fieldHeaderBytes + maxNameBytes + 1)
    /// What journald accepts of one client.
    static let maxFields = 1024
    /// Cursors have about 150 bytes; reasons are sentences.
    static let maxTextBytes = 4096
    static let unknownCount = UInt64.max
    static let beatSeconds = 5
    /// A reader silent for so long hangs and is replaced: several beats.
    static let silenceSeconds = 30
}

extension [UInt8] {
    mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { self.append(contentsOf: $0) }
    }

    /// Starts a frame; `endFrame` fills in its length.
    mutating func beginFrame(_ kind: JournalWire.Kind) -> Int {
        let start = self.count
        self.appendLittleEndian(UInt32(0))
        self.append(kind.rawValue)
        return start
    }

    mutating func endFrame(_ start: Int) {
        let length = UInt32(self.count - start - JournalWire.headerBytes)
        for index in 0..<4 { self[start + index] = UInt8(truncatingIfNeeded: length >> UInt32(8 * index)) }
    }

    mutating func appendFrameText(_ text: String) {
        let bytes = text.utf8.prefix(JournalWire.maxTextBytes)
        self.appendLittleEndian(UInt16(bytes.count))
        self.append(contentsOf: bytes)
    }
}

/// Reads the body of a small frame; every length is checked against what is there.
struct JournalFrameReader {
    private let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    /// - Parameter body: the frame's body, a range inside `bytes`.
    init(_ bytes: [UInt8], body: Range<Int>) {
        self.bytes = bytes
        self.position = body.lowerBound
        self.end = body.upperBound
    }

    var remaining: Int { self.end - self.position }

    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(_: Value.Type) -> Value? {
        guard self.remaining >= MemoryLayout<Value>.size else { return nil }
        var value = Value(0)
        for index in 0..<MemoryLayout<Value>.size {
            value |= Value(self.bytes[self.position + index]) << Value(8 * index)
        }
        self.position += MemoryLayout<Value>.size
        return value
    }

    /// A run of bytes, as a range of the buffer.
    mutating func range(_ count: Int) -> Range<Int>? {
        guard count >= 0, count <= self.remaining else { return nil }
        defer { self.position += count }
        return self.position..<self.position + count
    }

    mutating func text() -> String? {
        guard let length = self.integer(UInt16.self), Int(length) <= JournalWire.maxTextBytes else { return nil }
        return self.string(Int(length))
    }

    mutating func string(_ count: Int) -> String? {
        self.range(count).map { String(decoding: self.bytes[$0], as: UTF8.self) }
    }
}
