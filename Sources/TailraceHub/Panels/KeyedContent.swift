internal import TailraceEvent
internal import TailraceFilter

/// Counts and measures by name over a window: the content of `timeseries`, `top` and `stat`.
final class KeyedContent: PanelContent {
    let definition: PanelDefinition
    private(set) var changes: UInt64 = 0
    private(set) var ring: WindowRing
    private(set) var keys = KeyTable()
    private let by: [FieldReader]
    private let measure: FieldReader?
    private let keyLimit: Int
    private let whenFull: KeyedBucket.WhenFull
    /// Events without a level are a series of their own, as in the statistics of a stream.
    private let nameOfNone: [UInt8]?

    init(_ definition: PanelDefinition, now: Int64) {
        self.definition = definition
        self.by = definition.by.map { FieldReader($0) }
        self.measure = definition.value.field.map { FieldReader($0) }
        self.ring = Self.ring(definition, now: now)
        let sketches = definition.value.function.quantile != nil
        if definition.kind == .timeseries {
            self.keyLimit = sketches ? PanelLimits.sketchesPerPoint : PanelLimits.keysPerPoint
            self.whenFull = .countTogether
        } else {
            self.keyLimit = sketches ? PanelLimits.sketchesPerBucket : PanelLimits.keysPerBucket
            self.whenFull = .replaceRarest
        }
        self.nameOfNone = definition.by.count == 1 && definition.by[0].isLevel ? Array("none".utf8) : nil
    }

    private static func ring(_ definition: PanelDefinition, now: Int64) -> WindowRing {
        let buckets = definition.kind == .timeseries ? PanelLimits.maxPoints : PanelLimits.maxBuckets
        return WindowRing(window: definition.window, maxBuckets: buckets, endingAt: now)
    }

    var from: Int64 { self.ring.from }
    var unit: String? { self.measure?.unit }
    /// One series without a name.
    var isPlain: Bool { self.by.isEmpty }

    func take(_ batch: borrowing EventBatch, _ hits: [Int], firstSeq: UInt64, now: Int64) {
        if !hits.isEmpty { self.changes += 1 }
        for index in hits {
            let time = batch.records[index].placement(now: now)
            self.advance(to: time)
            guard time >= self.ring.from else { continue }
            guard let value = self.value(batch, at: index), let key = self.key(batch, at: index) else {
                self.ring.update(at: time) { $0.missing += 1 }
                continue
            }
            self.add(value, key: key, at: time)
        }
    }

    private func add(_ value: Double, key: Int, at time: Int64) {
        var admission = KeyedBucket.Admission.refused
        self.ring.update(at: time) { bucket in
            admission = bucket.add(
                value, key: key, at: time, function: self.definition.value.function, limit: self.keyLimit,
                whenFull: self.whenFull)
        }
        self.keys.settle(key, admission)
    }

    /// Nil if the event does not have the field, or no number in it.
    private func value(_ batch: borrowing EventBatch, at index: Int) -> Double? {
        guard let measure = self.measure else { return 0 }
        return measure.number(batch, at: index)
    }

    private func key(_ batch: borrowing EventBatch, at index: Int) -> Int? {
        if self.by.isEmpty { return self.keys.number(of: []) }
        for field in self.by where field.read(batch, at: index) { return self.keys.number(of: field.text) }
        return self.nameOfNone.map { self.keys.number(of: $0) }
    }

    func advance(to now: Int64) {
        guard now >= self.ring.end else { return }
        self.changes += 1
        self.ring.advance(to: now) { bucket in
            for cell in bucket.cells { self.keys.release(cell.key) }
        }
    }

    func reset(at now: Int64) {
        self.changes += 1
        self.ring = Self.ring(self.definition, now: now)
        self.keys = KeyTable()
    }
}
