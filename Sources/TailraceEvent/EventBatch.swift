/// Where an event came from: the name of the input and the host.
package struct Origin: Sendable, Hashable {
    package var source: String
    package var host: String

    package init(source: String, host: String) {
        self.source = source
        self.host = host
    }
}

/// Events in the order they were read, as one table of fixed-size records over one run of bytes.
///
/// ```
/// records:  [time received level origin streams offset|messageLength|fieldsLength] …
/// bytes:    message₀ fields₀ message₁ fields₁ …
/// ```
/// A message is valid UTF-8. Fields are the inside of a JSON object without its braces (`"pid":811,"file":"/x"`),
/// minified and valid, so that encoding an event copies them and matching scans them; no event allocates on its own.
package struct EventBatch: Sendable {
    package struct Record: Sendable, Hashable {
        /// When it happened; equals `received` where the source has no time.
        package var time: Int64
        /// When it was read.
        package var received: Int64
        /// Bit n set: the event is in the named stream with number n; `asideBit` set: it is not in `all`.
        package var streams: UInt64 = 0
        /// Start of the message in `bytes`; the fields follow the message directly.
        package var offset: UInt32
        package var messageLength: UInt32
        package var fieldsLength: UInt32
        /// Index into `origins`.
        package var origin: UInt16
        /// `Level.rawValue`, 0 if unknown.
        package var level: UInt8

        package init(
            time: Int64, received: Int64, offset: UInt32, messageLength: UInt32, fieldsLength: UInt32, origin: UInt16,
            level: UInt8
        ) {
            self.time = time
            self.received = received
            self.offset = offset
            self.messageLength = messageLength
            self.fieldsLength = fieldsLength
            self.origin = origin
            self.level = level
        }

        /// No stream has this number: it marks what a named stream tells its own readers, such as how much a sample
        /// left out of it. To the readers of `all`, who miss nothing, it would be wrong.
        package static let asideBit: UInt64 = 1 << 63

        package var isAside: Bool { self.streams & Self.asideBit != 0 }

        package var messageRange: Range<Int> { Int(self.offset)..<Int(self.offset) + Int(self.messageLength) }
        package var fieldsRange: Range<Int> {
            let start = Int(self.offset) + Int(self.messageLength)
            return start..<start + Int(self.fieldsLength)
        }
    }

    package private(set) var origins: [Origin] = []
    package var records: [Record] = []
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// An empty batch with room for what another one holds: the next of a source mostly is of that size, and grows
    /// without being copied.
    package init(roomFor other: EventBatch) {
        self.records.reserveCapacity(other.records.count)
        self.bytes.reserveCapacity(other.bytes.count)
    }

    package init(origins: [Origin], records: [Record], bytes: [UInt8]) {
        self.origins = origins
        self.records = records
        self.bytes = bytes
    }

    package var count: Int { self.records.count }
    package var isEmpty: Bool { self.records.isEmpty }
    /// What the batch weighs in memory, in bytes: what limits count.
    package var weight: Int { self.bytes.count + self.records.count * MemoryLayout<Record>.stride }

    /// The number that records use for this origin; adds it when it is new.
    package mutating func origin(_ origin: Origin) -> UInt16 {
        if let index = self.origins.firstIndex(of: origin) { return UInt16(index) }
        precondition(self.origins.count < Int(UInt16.max), "a batch holds at most 65535 origins")
        self.origins.append(origin)
        return UInt16(self.origins.count - 1)
    }

    /// Appends one event. `message` must be valid UTF-8, `fields` the inside of a valid JSON object.
    package mutating func append(
        time: Timestamp, received: Timestamp, level: Level?, origin: UInt16, message: Span<UInt8>, fields: Span<UInt8>
    ) {
        self.records.append(
            Record(
                time: time.nanoseconds, received: received.nanoseconds, offset: UInt32(self.bytes.count),
                messageLength: UInt32(message.count), fieldsLength: UInt32(fields.count), origin: origin,
                level: level?.rawValue ?? 0))
        self.bytes.append(message)
        self.bytes.append(fields)
    }

    /// Adds `members` (the inside of a JSON object) to the fields of the last event.
    package mutating func appendFieldsToLast(_ members: Span<UInt8>) {
        guard let last = self.records.indices.last, !members.isEmpty else { return }
        if self.records[last].fieldsLength > 0 { self.bytes.append(UInt8(ascii: ",")) }
        self.bytes.append(members)
        self.records[last].fieldsLength = UInt32(self.bytes.count - self.records[last].fieldsRange.lowerBound)
    }

    /// Appends a range of another batch's events, keeping their times, levels and streams.
    package mutating func append(_ range: Range<Int>, of other: EventBatch) {
        guard !range.isEmpty else { return }
        let map = other.origins.map { self.origin($0) }
        self.records.reserveCapacity(self.records.count + range.count)
        let start = Int(other.records[range.lowerBound].offset)
        let end = other.records[range.upperBound - 1].fieldsRange.upperBound
        // Offsets only ever grow, so a range of events is one run of bytes.
        let shift = self.bytes.count - start
        self.bytes.append(contentsOf: other.bytes[start..<end])
        for index in range {
            var record = other.records[index]
            record.offset = UInt32(Int(record.offset) + shift)
            record.origin = map[Int(record.origin)]
            self.records.append(record)
        }
    }

    /// Appends single events of another batch, without anything of the others: `indexes` rise. Of the streams that they
    /// are in those of `streams` stay.
    package mutating func append(_ indexes: [Int], of other: borrowing EventBatch, streams: UInt64) {
        var map: [UInt16: UInt16] = [:]
        for index in indexes {
            var record = other.records[index]
            let origin = map[record.origin] ?? self.origin(other.origins[Int(record.origin)])
            map[record.origin] = origin
            let bytes = Int(record.offset)..<record.fieldsRange.upperBound
            record.offset = UInt32(self.bytes.count)
            record.origin = origin
            record.streams &= streams
            self.bytes.append(contentsOf: other.bytes[bytes])
            self.records.append(record)
        }
    }

    package mutating func append(_ other: EventBatch) { self.append(0..<other.count, of: other) }

    /// Takes events out; `indexes` rise.
    package mutating func remove(_ indexes: [Int]) {
        guard let first = indexes.first else { return }
        var kept = Array(self.records[..<first])
        var keptBytes = Array(self.bytes[..<Int(self.records[first].offset)])
        kept.reserveCapacity(self.records.count - indexes.count)
        keptBytes.reserveCapacity(self.bytes.count)
        for (number, index) in indexes.enumerated() {
            let run = index + 1..<(number + 1 < indexes.count ? indexes[number + 1] : self.records.count)
            guard !run.isEmpty else { continue }
            let start = Int(self.records[run.lowerBound].offset)
            let end = self.records[run.upperBound - 1].fieldsRange.upperBound
            let shift = start - keptBytes.count
            keptBytes.append(contentsOf: self.bytes[start..<end])
            for record in self.records[run] {
                kept.append(record)
                kept[kept.count - 1].offset = UInt32(Int(record.offset) - shift)
            }
        }
        self.records = kept
        self.bytes = keptBytes
    }

    package mutating func removeAll(keepingCapacity: Bool = true) {
        self.records.removeAll(keepingCapacity: keepingCapacity)
        self.bytes.removeAll(keepingCapacity: keepingCapacity)
        self.origins.removeAll(keepingCapacity: keepingCapacity)
    }

    /// The message of an event as a `String`: for tests, errors and rare paths.
    package func message(at index: Int) -> String {
        String(decoding: self.bytes[self.records[index].messageRange], as: UTF8.self)
    }

    /// The fields of an event as JSON object text: for tests, errors and rare paths.
    package func fields(at index: Int) -> String {
        "{" + String(decoding: self.bytes[self.records[index].fieldsRange], as: UTF8.self) + "}"
    }
}
