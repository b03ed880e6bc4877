internal import TailraceEvent
internal import TailraceFilter
internal import TailraceLog

/// Which fields events have: names, with dots for members of objects, and what their values are.
struct FieldCensus {
    struct Field {
        var name: String
        var count = 0
        /// By kind: string, number, bool, null, array.
        var kinds = [Int](repeating: 0, count: Self.kindNames.count)
        var distinct = DistinctEstimate()

        static let kindNames = ["string", "number", "bool", "null", "array"]
    }

    /// Names counted; an event with more is counted for those that are known.
    static let maxFields = 500
    private static let maxNameBytes = 256
    private static let maxDepth = 4

    private(set) var fields: [Field] = []
    private(set) var total = 0
    /// Members whose name found no more room.
    private(set) var unlisted = 0
    private var index = ByteIndex()
    private var name: [UInt8] = []

    /// Names of fields with single values, the most frequent first; those that never repeat a value last.
    var frequent: [String] {
        func repeats(_ field: Field) -> Bool { field.distinct.count * 2 <= field.count }
        return self.fields.filter { $0.kinds[4] < $0.count }.sorted {
            repeats($0) != repeats($1) ? repeats($0) : ($0.count, $1.name) > ($1.count, $0.name)
        }.map(\.name)
    }

    mutating func add(_ hits: ArraySlice<Int>, of block: StoredBlock) {
        let bytes = block.batch.bytes.span
        for index in hits {
            self.total += 1
            self.name.removeAll(keepingCapacity: true)
            self.walk(block.batch.records[index].fieldsRange, in: bytes, depth: 0)
        }
    }

    private mutating func walk(_ range: Range<Int>, in bytes: Span<UInt8>, depth: Int) {
        var cursor = FieldCursor(range)
        let prefix = self.name.count
        while let member = cursor.next(in: bytes) {
            self.name.append(bytes.extracting(member.key))
            if member.kind == .object, depth < Self.maxDepth, member.value.count >= 2 {
                self.name.append(UInt8(ascii: "."))
                self.walk(member.value.lowerBound + 1..<member.value.upperBound - 1, in: bytes, depth: depth + 1)
            } else {
                self.count(bytes.extracting(member.value), member.kind)
            }
            self.name.removeLast(self.name.count - prefix)
        }
    }

    private mutating func count(_ value: Span<UInt8>, _ kind: FieldCursor.Kind) {
        let hash = ByteIndex.hash(self.name.span)
        let known = self.index.number(of: self.name.span, hash: hash)
        guard let number = known == nil ? self.place(hash) : known else {
            self.unlisted += 1
            return
        }
        self.fields[number].count += 1
        self.fields[number].kinds[Self.number(of: kind)] += 1
        self.fields[number].distinct.add(hash: ByteIndex.hash(value))
    }

    private mutating func place(_ hash: Int) -> Int? {
        guard self.fields.count < Self.maxFields, self.name.count <= Self.maxNameBytes else { return nil }
        var plain: [UInt8] = []
        let name = self.name
        JSONUnescaping.unescape(name.span, into: &plain)
        self.fields.append(Field(name: String(decoding: plain, as: UTF8.self)))
        return self.index.add(name.span, hash: hash)
    }

    private static func number(of kind: FieldCursor.Kind) -> Int {
        switch kind {
        case .string: 0
        case .number: 1
        case .bool: 2
        case .null: 3
        case .array, .object: 4
        }
    }
}

/// `/api/v1/fields`
final class FieldList: HistoryOutput {
    var text: [UInt8] = []
    private var census = FieldCensus()

    func take(_ hits: ArraySlice<Int>, of block: StoredBlock) -> Int {
        self.census.add(hits, of: block)
        return hits.count
    }

    func end(_ end: HistoryEnd) {
        var object = JSONObject()
        object.member("total", self.census.total)
        let fields = self.census.fields.sorted { ($0.count, $1.name) > ($1.count, $0.name) }
        object.member("fields", objects: fields.map { field in { self.write(field, into: &$0) } })
        object.member("unlisted", self.census.unlisted)
        end.write(into: &object)
        self.text += object.finish()
        self.text.append("\n")
    }

    private func write(_ field: FieldCensus.Field, into object: inout JSONObject) {
        object.member("name", field.name)
        object.member("count", field.count)
        object.member("presence", Double(field.count) / Double(max(1, self.census.total)))
        object.member(
            "types",
            object: { types in
                for (kind, count) in zip(FieldCensus.Field.kindNames, field.kinds) where count > 0 {
                    types.member(kind, count)
                }
            })
        object.member("distinct", min(field.count, field.distinct.count))
    }
}
