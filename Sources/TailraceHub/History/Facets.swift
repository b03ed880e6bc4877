internal import TailraceEvent
internal import TailraceLog

/// The most frequent values of some fields.
///
/// Without names it counts `level source host unit file identifier` and the fields that are most frequent among the
/// first events found.
final class Facets: HistoryOutput {
    var text: [UInt8] = []
    private var names: [String]
    private let choosesFields: Bool
    private var picker: FieldPicker
    private var counters: [ValueCounter]
    private let limit: Int
    private var total = 0
    /// Found before the fields were chosen.
    private var held: [(block: StoredBlock, hits: ArraySlice<Int>)] = []
    private var heldCount = 0

    private static let standard = ["level", "source", "host", "unit", "file", "identifier"]
    private static let chosen = 6
    /// The fields are chosen among those of so many events, and from so many blocks.
    private static let maxHeld = 2000
    private static let maxHeldBlocks = 16

    init(_ names: [String]?, limit: Int) {
        self.names = names ?? Self.standard
        self.choosesFields = names == nil
        self.limit = limit
        self.picker = FieldPicker(self.names)
        self.counters = self.names.map { _ in ValueCounter() }
    }

    func counts(_ digest: BlockDigest) -> Bool {
        !self.choosesFields && self.picker.areAllInDigest && digest.originCounts != nil
    }

    func take(_ digest: BlockDigest) {
        self.total += Int(digest.last - digest.first + 1)
        for (number, name) in self.names.enumerated() {
            if name == "level" {
                for level in Level.allCases where digest.levelCounts[Int(level.rawValue)] > 0 {
                    let count = digest.levelCounts[Int(level.rawValue)]
                    self.counters[number].add(Array(level.name.utf8).span, .string, count: count)
                }
            } else {
                for entry in digest.originCounts ?? [] {
                    let value = name == "host" ? entry.origin.host : entry.origin.source
                    self.add(value, to: number, count: entry.count)
                }
            }
        }
    }

    func take(_ hits: ArraySlice<Int>, of block: StoredBlock) -> Int {
        self.total += hits.count
        guard self.choosesFields, self.heldCount < Self.maxHeld else {
            self.count(hits, of: block)
            return hits.count
        }
        self.held.append((block, hits))
        self.heldCount += hits.count
        if self.heldCount >= Self.maxHeld || self.held.count >= Self.maxHeldBlocks { self.choose() }
        return hits.count
    }

    private func choose() {
        self.heldCount = Self.maxHeld
        var found = FieldCensus()
        for (block, hits) in self.held { found.add(hits, of: block) }
        let others = found.frequent.filter { !self.names.contains($0) }.prefix(Self.chosen)
        self.names += others
        self.counters += others.map { _ in ValueCounter() }
        self.picker = FieldPicker(self.names)
        for (block, hits) in self.held { self.count(hits, of: block) }
        self.held = []
    }

    private func count(_ hits: ArraySlice<Int>, of block: StoredBlock) {
        let batch = block.batch
        let bytes = batch.bytes.span
        var levels = [Int](repeating: 0, count: Level.allCases.count + 1)
        var origins = [Int](repeating: 0, count: batch.origins.count)
        for index in hits {
            let record = batch.records[index]
            levels[Int(record.level)] += 1
            origins[Int(record.origin)] += 1
            self.picker.forEachMember(of: record, in: bytes) { number, value, kind in
                self.counters[number].add(value, kind)
            }
        }
        for (number, name) in self.names.enumerated() {
            switch name {
            case "level":
                for level in Level.allCases where levels[Int(level.rawValue)] > 0 {
                    let count = levels[Int(level.rawValue)]
                    self.counters[number].add(Array(level.name.utf8).span, .string, count: count)
                }
            case "source", "host":
                for (origin, count) in zip(batch.origins, origins) where count > 0 {
                    self.add(name == "host" ? origin.host : origin.source, to: number, count: count)
                }
            default: break
            }
        }
    }

    private func add(_ value: String, to number: Int, count: Int) {
        var escaped: [UInt8] = []
        JSONText.appendEscaped(Array(value.utf8).span, to: &escaped)
        self.counters[number].add(escaped.span, .string, count: count)
    }

    func end(_ end: HistoryEnd) {
        if !self.held.isEmpty { self.choose() }
        var object = JSONObject()
        object.member("total", self.total)
        object.member(
            "facets",
            objects: self.names.indices.map { number in { self.write(number, into: &$0) } })
        end.write(into: &object)
        self.text += object.finish()
        self.text.append("\n")
    }

    private func write(_ number: Int, into object: inout JSONObject) {
        let counter = self.counters[number]
        let (values, other) = counter.top(self.limit)
        object.member("field", self.names[number])
        object.member("present", counter.present)
        object.member("absent", self.total - counter.present)
        object.member("distinct", counter.distinctCount)
        object.member("approximate", counter.isApproximate)
        if counter.isApproximate { object.member("error", counter.error) }
        object.member(
            "values",
            objects: values.map { value in
                {
                    $0.member("value", json: value.json)
                    $0.member("count", value.count)
                }
            })
        object.member("other", other)
    }
}

/// What `/api/v1/facets` may be asked for.
package enum FacetLimits {
    package static let maxFields = 16
    /// Values per field.
    package static let maxValues = 1000
    package static let standardValues = 10
}
