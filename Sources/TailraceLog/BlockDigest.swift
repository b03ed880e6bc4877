internal import Glibc
package import TailraceEvent

/// What is known of a stored block without reading it: enough to pass it by, or to count its events.
package struct BlockDigest: Sendable, Hashable {
    package struct OriginCount: Sendable, Hashable {
        package var origin: Origin
        package var count: Int
    }

    package var first: UInt64
    package var last: UInt64
    /// Of the earliest and the latest event, whatever their order.
    package var times: ClosedRange<Int64>
    /// Events by `Level.rawValue`, 0 for those without one.
    package var levelCounts: [Int]
    /// Events by origin; nil if there are too many to be worth it.
    package var originCounts: [OriginCount]?
    /// A gap of a source or a note may be among them: no filter passes such a block by.
    package var mayHoldExempt: Bool
    /// Some events are not in `all`: its readers cannot count by the digest.
    package var hasAsides: Bool

    /// A block of more origins is one of a central host, where a list says little.
    static let maxOrigins = 32

    package var levelMask: UInt16 {
        self.levelCounts.indices.reduce(0) { $0 | (self.levelCounts[$1] > 0 ? 1 << UInt16($1) : 0) }
    }

    package init(of block: StoredBlock) {
        self.first = block.firstSeq
        self.last = block.lastSeq
        self.levelCounts = [Int](repeating: 0, count: Level.allCases.count + 1)
        self.mayHoldExempt = block.batch.ownOrigin != nil
        self.hasAsides = false
        var counts = [Int](repeating: 0, count: block.batch.origins.count)
        var low = Int64.max
        var high = Int64.min
        let bytes = block.batch.bytes.span
        for record in block.batch.records {
            low = min(low, record.time)
            high = max(high, record.time)
            self.levelCounts[Int(record.level)] += 1
            counts[Int(record.origin)] += 1
            if record.isAside { self.hasAsides = true }
            if record.level == Level.warn.rawValue, !self.mayHoldExempt {
                self.mayHoldExempt = Self.mayBeGap(bytes.extracting(record.fieldsRange))
            }
        }
        self.times = low <= high ? low...high : 0...0
        guard counts.count <= Self.maxOrigins else { return }
        self.originCounts = zip(block.batch.origins, counts).filter { $1 > 0 }.map {
            OriginCount(origin: $0, count: $1)
        }
    }

    /// `"gap` as the beginning of a key, or an escape that may spell it.
    private static func mayBeGap(_ fields: Span<UInt8>) -> Bool {
        fields.withUnsafeBytes { fields in
            Self.holds(UInt8(ascii: "g"), at: 1, of: "\"gap", in: fields)
                || Self.holds(UInt8(ascii: "\\"), at: 0, of: "\\u", in: fields)
        }
    }

    /// Looks for a text by its rarest byte.
    private static func holds(
        _ byte: UInt8, at place: Int, of text: StaticString, in bytes: UnsafeRawBufferPointer
    ) -> Bool {
        let count = text.utf8CodeUnitCount
        guard let base = bytes.baseAddress, bytes.count >= count else { return false }
        // Where the byte may be, so that the whole text is among the bytes.
        let end = bytes.count - count + place + 1
        var index = place
        while index < end, let found = memchr(base + index, Int32(byte), end - index) {
            index = UnsafeRawPointer(found) - base
            if memcmp(base + index - place, text.utf8Start, count) == 0 { return true }
            index += 1
        }
        return false
    }
}

/// The stored form: `u8 version │ u8 flags │ varint levels ×10 │ [varint origins { count source host }…] │ u32 CRC`.
///
/// The checksum covers the numbers of the row too: a flipped bit must not make a search pass a block by.
extension BlockDigest {
    private static let version: UInt8 = 1
    private static let exemptFlag: UInt8 = 1
    private static let originsFlag: UInt8 = 2
    private static let asidesFlag: UInt8 = 4

    var facts: [UInt8] {
        let flags =
            (self.mayHoldExempt ? Self.exemptFlag : 0) | (self.originCounts == nil ? 0 : Self.originsFlag)
            | (self.hasAsides ? Self.asidesFlag : 0)
        var facts = [Self.version, flags]
        for count in self.levelCounts { facts.appendVarint(UInt64(count)) }
        if let origins = self.originCounts {
            facts.appendVarint(UInt64(origins.count))
            for entry in origins {
                facts.appendVarint(UInt64(entry.count))
                facts.appendString(entry.origin.source)
                facts.appendString(entry.origin.host)
            }
        }
        let checksum = self.checksum(of: facts)
        for shift in [0, 8, 16, 24] { facts.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
        return facts
    }

    /// Nil if the facts are not what was written.
    init?(first: UInt64, last: UInt64, times: (Int64, Int64), facts: [UInt8]) {
        guard facts.count > 6, first <= last, times.0 <= times.1 else { return nil }
        self.first = first
        self.last = last
        self.times = times.0...times.1
        self.levelCounts = []
        self.mayHoldExempt = facts[1] & Self.exemptFlag != 0
        self.hasAsides = facts[1] & Self.asidesFlag != 0
        let body = Array(facts.dropLast(4))
        let checksum = facts.suffix(4).reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        guard self.checksum(of: body) == checksum else { return nil }
        var reader = VarintReader(body)
        do {
            guard try reader.byte() == Self.version else { return nil }
            let flags = try reader.byte()
            for _ in 0...Level.allCases.count { self.levelCounts.append(Int(try reader.length())) }
            guard flags & Self.originsFlag != 0 else { return }
            var origins: [OriginCount] = []
            for _ in 0..<(try reader.count(unitBytes: 3)) {
                let count = Int(try reader.length())
                let origin = Origin(source: try reader.string(), host: try reader.string())
                origins.append(OriginCount(origin: origin, count: count))
            }
            self.originCounts = origins
        } catch { return nil }
    }

    private func checksum(of facts: [UInt8]) -> Int64 {
        var covered = facts
        for number in [
            self.first, self.last, UInt64(bitPattern: self.times.lowerBound), UInt64(bitPattern: self.times.upperBound),
        ] {
            covered.appendVarint(number)
        }
        return BlockChecksum.of(covered)
    }
}
