import TailraceEvent

/// Tells what the relay itself has to say, gaps and marks, from what sources logged: no rule takes it away.
enum RelayEvents {
    private static let gap = Array("gap".utf8)
    private static let mark = Array("mark".utf8)

    static func contains(_ record: EventBatch.Record, in bytes: Span<UInt8>) -> Bool {
        guard record.fieldsLength > 0 else { return false }
        let isWarning = record.level == Level.warn.rawValue
        var cursor = FieldCursor(record.fieldsRange)
        while let member = cursor.next(in: bytes) {
            guard member.kind == .object else { continue }
            if Self.isEqual(bytes, member.key, Self.mark) { return true }
            if isWarning && Self.isEqual(bytes, member.key, Self.gap) { return true }
        }
        return false
    }

    private static func isEqual(_ bytes: Span<UInt8>, _ range: Range<Int>, _ name: [UInt8]) -> Bool {
        range.count == name.count && name.indices.allSatisfy { bytes[range.lowerBound + $0] == name[$0] }
    }
}
