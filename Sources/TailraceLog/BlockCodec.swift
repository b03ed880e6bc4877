package import TailraceEvent

/// The bytes of one block: a batch column by column, so that the compressor sees like beside like.
///
/// ```
/// u8 version │ varint count │ varint origins { source host }… │ times │ received │ levels │ origins │ streams
///            │ message lengths │ field lengths │ message₀ fields₀ message₁ …
/// ```
/// Numbers are LEB128 varints; times are zigzag differences to the event before; strings are length and bytes.
package enum BlockCodec {
    static let version: UInt8 = 1

    package enum DecodeError: Error { case version(UInt8), truncated, inconsistent }

    package static func encode(_ batch: borrowing EventBatch, into out: inout [UInt8]) {
        out.append(Self.version)
        out.appendVarint(UInt64(batch.count))
        out.appendVarint(UInt64(batch.origins.count))
        for origin in batch.origins {
            out.appendString(origin.source)
            out.appendString(origin.host)
        }
        var previous: Int64 = 0
        for record in batch.records {
            out.appendVarint(Self.zigzag(record.time &- previous))
            previous = record.time
        }
        previous = 0
        for record in batch.records {
            out.appendVarint(Self.zigzag(record.received &- previous))
            previous = record.received
        }
        for record in batch.records { out.append(record.level) }
        for record in batch.records { out.appendVarint(UInt64(record.origin)) }
        for record in batch.records { out.appendVarint(record.streams) }
        for record in batch.records { out.appendVarint(UInt64(record.messageLength)) }
        for record in batch.records { out.appendVarint(UInt64(record.fieldsLength)) }
        out.append(contentsOf: batch.bytes)
    }

    package static func decode(_ body: [UInt8]) throws -> EventBatch {
        var reader = VarintReader(body)
        let version = try reader.byte()
        guard version == Self.version else { throw DecodeError.version(version) }
        let count = try reader.count(unitBytes: 7)
        var origins: [Origin] = []
        for _ in 0..<(try reader.count(unitBytes: 2)) {
            origins.append(Origin(source: try reader.string(), host: try reader.string()))
        }
        let blank = EventBatch.Record(
            time: 0, received: 0, offset: 0, messageLength: 0, fieldsLength: 0, origin: 0, level: 0)
        var records = Array(repeating: blank, count: count)
        var previous: Int64 = 0
        for index in records.indices {
            previous &+= Self.unzigzag(try reader.varint())
            records[index].time = previous
        }
        previous = 0
        for index in records.indices {
            previous &+= Self.unzigzag(try reader.varint())
            records[index].received = previous
        }
        for index in records.indices { records[index].level = try reader.byte() }
        for index in records.indices {
            guard let origin = UInt16(exactly: try reader.varint()), origin < origins.count else {
                throw DecodeError.inconsistent
            }
            records[index].origin = origin
        }
        for index in records.indices { records[index].streams = try reader.varint() }
        for index in records.indices { records[index].messageLength = try reader.length() }
        for index in records.indices { records[index].fieldsLength = try reader.length() }
        let bytes = try Self.place(&records, reader.rest())
        return EventBatch(origins: origins, records: records, bytes: bytes)
    }

    /// Gives every record its offset; the lengths must add up to the bytes that are there.
    private static func place(_ records: inout [EventBatch.Record], _ bytes: [UInt8]) throws -> [UInt8] {
        var offset: UInt64 = 0
        for index in records.indices {
            guard let start = UInt32(exactly: offset) else { throw DecodeError.inconsistent }
            records[index].offset = start
            offset += UInt64(records[index].messageLength) + UInt64(records[index].fieldsLength)
        }
        guard offset == UInt64(bytes.count) else { throw DecodeError.inconsistent }
        return bytes
    }

    private static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }
    private static func unzigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}
