import Glibc
import TailraceEvent

/// Turns the reader's entry frames into events; `JournalFieldName` is the table of names.
struct JournalEntryMapper {
    private let source: String
    private let host: String
    private(set) var fields = JournalFields()
    private var writer = JournalFieldWriter()
    private var repaired: [UInt8] = []
    /// The last event's message is the whole of the entry's text.
    private(set) var isVerbatim = false
    private var lastHost: (bytes: [UInt8], origin: Origin)?

    /// An entry's time and cut bytes, before its fields.
    private static let headBytes = 16

    /// - Parameters:
    ///   - source: the input's name.
    ///   - host: for entries that name none.
    init(source: String, host: String) {
        self.source = source
        self.host = host
    }

    /// What became of a frame.
    enum Outcome {
        /// `cut` bytes of the entry were left out.
        case event(cut: UInt64)
        /// So many messages of a unit that journald itself refused.
        case suppressed(UInt64)
    }

    /// Reads the fields of one entry frame, whose body is that range of `bytes`; false if it breaks the format.
    mutating func read(_ bytes: Span<UInt8>, _ body: Range<Int>) -> Bool {
        body.count >= Self.headBytes
            && self.fields.read(bytes, body.lowerBound + Self.headBytes..<body.upperBound)
    }

    /// When the entry says that it was written, else when journald got it.
    func time(_ bytes: Span<UInt8>, _ body: Range<Int>) -> Timestamp {
        let source = self.fields.field(.sourceTime).flatMap { bytes.extracting($0.value).decimal }
        return Timestamp(nanoseconds: Self.nanoseconds(source ?? bytes.integer(at: body.lowerBound)))
    }

    /// Where the entry comes from, in a batch.
    mutating func origin(_ bytes: Span<UInt8>, in batch: inout EventBatch) -> UInt16 {
        batch.origin(self.origin(bytes))
    }

    /// Appends the event of the entry that was read.
    mutating func append(
        _ bytes: Span<UInt8>, _ body: Range<Int>, received: Timestamp, to batch: inout EventBatch
    ) -> Outcome {
        let cut = bytes.integer(at: body.lowerBound + 8)
        let time = self.time(bytes, body)
        let origin = self.origin(bytes, in: &batch)
        self.isVerbatim = false
        if let suppression = JournalSuppression(self.fields, bytes) {
            self.writer.write(self.fields, of: bytes, cut: cut, unit: suppression.unit)
            batch.append(suppression.gap, origin: origin, at: time, baseFields: self.writer.text)
            return .suppressed(suppression.count ?? 0)
        }
        self.writer.write(self.fields, of: bytes, cut: cut, unit: nil)
        let level = self.fields.field(.priority).flatMap { Self.level(bytes.extracting($0.value)) }
        let message = self.fields.field(.message)
        if let message, self.writer.writeMessage(message, of: self.fields, bytes, repaired: &self.repaired) {
            batch.append(
                time: time, received: received, level: level, origin: origin, message: self.repaired.span,
                fields: self.writer.text.span)
            return .event(cut: cut)
        }
        self.isVerbatim = message?.next == -1 && cut == 0
        batch.append(
            time: time, received: received, level: level, origin: origin,
            message: bytes.extracting(message?.value ?? 0..<0), fields: self.writer.text.span)
        return .event(cut: cut)
    }

    private mutating func origin(_ bytes: Span<UInt8>) -> Origin {
        guard let field = self.fields.field(.host), field.count > 0 else {
            return Origin(source: self.source, host: self.host)
        }
        let name = bytes.extracting(field.value)
        if let last = self.lastHost, name.isEqual(to: last.bytes) { return last.origin }
        let origin = Origin(source: self.source, host: String(decoding: name.copy, as: UTF8.self))
        self.lastHost = (name.copy, origin)
        return origin
    }

    // MARK: Values

    private static func level(_ value: Span<UInt8>) -> Level? {
        guard value.count == 1 else { return nil }
        return Level(syslogSeverity: Int(value[0]) - 0x30)
    }

    /// Times beyond the year 2262 come out as its end.
    private static func nanoseconds(_ microseconds: UInt64) -> Int64 {
        let (value, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : Int64(clamping: value)
    }
}

extension Span<UInt8> {
    /// Eight bytes, little-endian.
    func integer(at index: Int) -> UInt64 {
        var number: UInt64 = 0
        for byte in 0..<8 { number |= UInt64(self[index + byte]) << UInt64(8 * byte) }
        return number
    }

    func isEqual(to bytes: [UInt8]) -> Bool {
        guard self.count == bytes.count else { return false }
        // Compared by words, since it is asked several times for each field.
        return self.withUnsafeBytes { own in
            bytes.withUnsafeBytes { own.isEmpty || memcmp(own.baseAddress!, $0.baseAddress!, own.count) == 0 }
        }
    }
}
