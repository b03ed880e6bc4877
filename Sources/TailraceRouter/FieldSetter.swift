import TailraceEvent

/// Adds the constant fields of routes (`set = { team = "web" }`) to the events that they took.
///
/// A set field replaces one of the same name; of two routes that set one name the later wins.
struct FieldSetter {
    /// What one combination of routes adds.
    private struct Addition {
        var keys: [[UInt8]]
        /// The inside of a JSON object.
        var members: [UInt8]
    }

    private let sets: [[String: String]]
    /// A bit for each route that took the event and sets something.
    private var hits: [UInt64] = []
    private(set) var isNeeded = false
    /// By the routes' bits.
    private var additions: [UInt64: Addition] = [:]

    /// Routes can meet in more combinations than are worth keeping.
    private static let maxAdditions = 1024

    init(_ sets: [[String: String]]) { self.sets = sets }

    mutating func begin(count: Int) {
        self.isNeeded = false
        guard self.sets.contains(where: { !$0.isEmpty }) else { return }
        self.hits.removeAll(keepingCapacity: true)
        self.hits.append(contentsOf: repeatElement(0, count: count))
    }

    mutating func mark(_ index: Int, route: Int) {
        guard !self.sets[route].isEmpty else { return }
        self.hits[index] |= 1 << UInt64(route)
        self.isNeeded = true
    }

    mutating func rewritten(_ batch: EventBatch) -> EventBatch {
        var result = EventBatch()
        var fields: [UInt8] = []
        var start = 0
        for index in 0..<batch.count where self.hits[index] != 0 {
            result.append(start..<index, of: batch)
            start = index + 1
            let record = batch.records[index]
            self.merge(
                self.addition(for: self.hits[index]), into: record.fieldsRange, of: batch.bytes.span, to: &fields)
            result.append(
                time: Timestamp(nanoseconds: record.time), received: Timestamp(nanoseconds: record.received),
                level: Level(rawValue: record.level), origin: result.origin(batch.origins[Int(record.origin)]),
                message: batch.bytes.span.extracting(record.messageRange), fields: fields.span)
            result.records[result.count - 1].streams = record.streams
        }
        result.append(start..<batch.count, of: batch)
        return result
    }

    /// The event's own members that nothing replaces, then the added ones.
    private func merge(_ addition: Addition, into range: Range<Int>, of bytes: Span<UInt8>, to fields: inout [UInt8]) {
        fields.removeAll(keepingCapacity: true)
        var cursor = FieldCursor(range)
        while let member = cursor.next(in: bytes) {
            let key = bytes.extracting(member.key)
            if addition.keys.contains(where: { Self.isEqual($0, key) }) { continue }
            let end = member.kind == .string ? member.value.upperBound + 1 : member.value.upperBound
            fields.append(bytes.extracting(member.key.lowerBound - 1..<end))
            fields.append(",")
        }
        fields.append(contentsOf: addition.members)
    }

    private static func isEqual(_ left: [UInt8], _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return left.indices.allSatisfy { left[$0] == right[$0] }
    }

    private mutating func addition(for routes: UInt64) -> Addition {
        if let known = self.additions[routes] { return known }
        var values: [String: String] = [:]
        for (number, set) in self.sets.enumerated() where routes & 1 << UInt64(number) != 0 {
            values.merge(set) { _, later in later }
        }
        var addition = Addition(keys: [], members: [])
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            var key: [UInt8] = []
            JSONText.append(name, to: &key)
            addition.keys.append(Array(key.dropFirst().dropLast()))
            if !addition.members.isEmpty { addition.members.append(",") }
            addition.members.append(contentsOf: key)
            addition.members.append(":")
            JSONText.append(value, to: &addition.members)
        }
        if self.additions.count >= Self.maxAdditions { self.additions.removeAll(keepingCapacity: true) }
        self.additions[routes] = addition
        return addition
    }
}
