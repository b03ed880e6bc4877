import TailraceEvent

/// Turns the reader's entry frames into events; `JournalFieldName` is the table of names.
struct JournalEntryMapper {
    struct Field {
        var name: Range<Int>
        var value: Range<Int>
        var entry: JournalFieldName.Entry
        /// The next field of the same name, -1 at the last.
        var next = -1
        /// False for the second and further ones of a name.
        var isFirst = true
    }

    private let source: String
    private let host: String
    private var names = JournalFieldNames()
    private var fields: [Field] = []
    private var writer = JournalFieldWriter()
    private var message: [UInt8] = []
    private var lastHost: (bytes: [UInt8], origin: Origin)?

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
        /// The frame breaks the format.
        case malformed
    }

    /// Appends the event of one entry frame, whose body is that range of `bytes`.
    mutating func append(
        _ body: Range<Int>, of bytes: [UInt8], received: Timestamp, to batch: inout EventBatch
    ) -> Outcome {
        var reader = JournalFrameReader(bytes, body: body)
        guard let realtime = reader.integer(UInt64.self), let cut = reader.integer(UInt64.self),
            self.readFields(&reader, bytes)
        else { return .malformed }
        self.linkRepeated(bytes)

        var time = realtime
        var level: Level?
        var messageField: Field?
        var hostBytes: Range<Int>?
        for field in self.fields where field.isFirst {
            switch field.entry.meaning {
            case .message: messageField = field
            case .priority: level = Self.level(bytes[field.value])
            case .sourceTime: time = Self.decimal(bytes[field.value]) ?? realtime
            case .field: if Self.equals(bytes[field.name], "_HOSTNAME") { hostBytes = field.value }
            }
        }
        let origin = batch.origin(self.origin(hostBytes.map { bytes[$0] }))
        let instant = Timestamp(nanoseconds: Self.nanoseconds(time))
        if let suppression = JournalSuppression(self.fields, bytes) {
            self.writer.write(self.fields, of: bytes, cut: cut, unit: suppression.unit)
            batch.append(suppression.gap, origin: origin, at: instant, baseFields: self.writer.text)
            return .suppressed(suppression.count ?? 0)
        }
        self.writer.write(self.fields, of: bytes, cut: cut, unit: nil)
        self.writer.writeMessage(messageField, all: self.fields, of: bytes, to: &self.message)
        batch.append(
            time: instant, received: received, level: level, origin: origin, message: self.message.span,
            fields: self.writer.text.span)
        return .event(cut: cut)
    }

    private mutating func readFields(_ reader: inout JournalFrameReader, _ bytes: [UInt8]) -> Bool {
        self.fields.removeAll(keepingCapacity: true)
        while reader.remaining > 0 {
            guard self.fields.count < JournalWire.maxFields, let nameLength = reader.integer(UInt16.self),
                let valueLength = reader.integer(UInt32.self), Int(nameLength) <= JournalWire.maxNameBytes,
                let name = reader.range(Int(nameLength)), let value = reader.range(Int(valueLength))
            else { return false }
            self.fields.append(Field(name: name, value: value, entry: self.names.entry(for: bytes[name])))
        }
        return true
    }

    /// Chains fields of one name; tells look-alikes of other names apart.
    private mutating func linkRepeated(_ bytes: [UInt8]) {
        for index in self.fields.indices.dropFirst() {
            for earlier in 0..<index
            where self.fields[earlier].isFirst && self.fields[earlier].entry.key == self.fields[index].entry.key {
                guard bytes[self.fields[earlier].name] == bytes[self.fields[index].name] else {
                    self.distrust(
                        self.fields[earlier].name.first.map { bytes[$0] } == UInt8(ascii: "_") ? index : earlier)
                    continue
                }
                var last = earlier
                while self.fields[last].next >= 0 { last = self.fields[last].next }
                self.fields[last].next = index
                self.fields[index].isFirst = false
                break
            }
        }
    }

    private mutating func distrust(_ index: Int) {
        self.fields[index].entry.key.append("_untrusted")
    }

    private mutating func origin(_ name: ArraySlice<UInt8>?) -> Origin {
        guard let name, !name.isEmpty else { return Origin(source: self.source, host: self.host) }
        if let last = self.lastHost, last.bytes[...] == name { return last.origin }
        let origin = Origin(source: self.source, host: String(decoding: name, as: UTF8.self))
        self.lastHost = (Array(name), origin)
        return origin
    }

    // MARK: Values

    private static func level(_ value: ArraySlice<UInt8>) -> Level? {
        guard value.count == 1, let digit = value.first else { return nil }
        return Level(syslogSeverity: Int(digit) - 0x30)
    }

    static func decimal(_ value: ArraySlice<UInt8>) -> UInt64? {
        guard (1...18).contains(value.count) else { return nil }
        var number: UInt64 = 0
        for byte in value {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + UInt64(byte - 0x30)
        }
        return number
    }

    static func equals(_ bytes: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Times beyond the year 2262 come out as its end.
    private static func nanoseconds(_ microseconds: UInt64) -> Int64 {
        let (value, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : Int64(clamping: value)
    }
}
