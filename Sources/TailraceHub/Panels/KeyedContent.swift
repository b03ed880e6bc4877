internal import TailraceEvent
internal import TailraceFilter

/// Counts and measures by name over a window: the content of `timeseries`, `top` and `stat`.
final class KeyedContent: PanelContent {
    /// What tells events' names apart without reading them.
    private enum Code { case one, level, origin, none }

    let definition: PanelDefinition
    private(set) var changes: UInt64 = 0
    private(set) var ring: WindowRing
    private(set) var keys = KeyTable()
    private let by: [FieldReader]
    private let measure: FieldReader?
    private let gap: FieldReader?
    private let keyLimit: Int
    private let whenFull: KeyedBucket.WhenFull
    private let code: Code
    /// Events without a level are a series of their own, as in the statistics of a stream.
    private let nameOfNone: [UInt8]?
    private var run = KeyRun()
    /// Places in the run by code; -1 where there is none yet.
    private var placesOfCodes: [Int] = []
    private var usedCodes: [Int] = []

    init(_ definition: PanelDefinition, now: Int64) {
        self.definition = definition
        self.by = definition.by.map { FieldReader($0) }
        self.measure = definition.value.field.map { FieldReader($0) }
        self.gap = definition.kind == .timeseries ? (try? EventField(parsing: "gap")).map { FieldReader($0) } : nil
        self.ring = Self.ring(definition, now: now)
        self.keyLimit = definition.keyLimit
        self.whenFull = definition.kind == .timeseries ? .countTogether : .replaceRarest
        self.code = Self.code(definition)
        self.nameOfNone = definition.by.count == 1 && definition.by[0].isLevel ? Array("none".utf8) : nil
    }

    private static func code(_ definition: PanelDefinition) -> Code {
        guard definition.value.field == nil else { return .none }
        guard let first = definition.by.first else { return .one }
        if first.isOfOrigin { return .origin }
        return first.isLevel && definition.by.count == 1 ? .level : .none
    }

    private static func ring(_ definition: PanelDefinition, now: Int64) -> WindowRing {
        WindowRing(window: definition.window, maxBuckets: definition.maxBuckets, endingAt: now)
    }

    var from: Int64 { self.ring.from }
    var unit: String? { self.measure?.unit }
    /// One series without a name.
    var isPlain: Bool { self.by.isEmpty }

    // MARK: Taking events

    func take(_ batch: borrowing EventBatch, _ hits: [Int], firstSeq: UInt64, now: Int64) {
        self.changes += 1
        let codes = self.code == .origin ? batch.origins.count : Level.allCases.count + 1
        if self.placesOfCodes.count < codes { self.placesOfCodes = Array(repeating: -1, count: codes) }
        let records = batch.records.span
        // What came sooner than this after it happened was surely in the window then.
        let safeDelay = self.ring.width * Int64(self.ring.count - 1)
        for index in hits {
            let time = records[index].placement(now: now)
            if !self.run.times.contains(time) {
                self.flush()
                self.enter(time)
            }
            if records[index].received &- time > safeDelay, self.isOutside(records[index], time, now: now) { continue }
            guard self.run.isInside else { continue }
            if let gap = self.gap, records[index].level == Level.warn.rawValue, gap.read(batch, at: index) {
                self.run.gaps += 1
            }
            switch self.code {
            case .one: self.take(0, batch, at: index, time)
            case .level: self.take(Int(records[index].level), batch, at: index, time)
            case .origin: self.take(Int(records[index].origin), batch, at: index, time)
            case .none: self.take(batch, at: index, time)
            }
        }
        self.flush()
    }

    /// An event of which the code is known: its name is read for the first of a run alone.
    private func take(_ code: Int, _ batch: borrowing EventBatch, at index: Int, _ time: Int64) {
        var place = self.placesOfCodes[code]
        if place < 0 {
            guard let key = self.key(batch, at: index) else { return self.run.missing += 1 }
            place = self.place(of: key)
            self.placesOfCodes[code] = place
            self.usedCodes.append(code)
        }
        self.run.count(place, at: time)
        if self.code == .origin { self.run.note(place, at: time, value: 0) }
    }

    private func take(_ batch: borrowing EventBatch, at index: Int, _ time: Int64) {
        guard let value = self.value(batch, at: index), let key = self.key(batch, at: index) else {
            return self.run.missing += 1
        }
        let place = self.place(of: key)
        self.run.count(place, at: time)
        self.run.note(place, at: time, value: value)
    }

    /// The run holds on to its names until its bucket has taken them.
    private func place(of key: Int) -> Int {
        let (place, isNew) = self.run.place(of: key)
        if isNew { self.keys.retain(key) }
        return place
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

    /// Counts an event that came too late for the window, by the time it came.
    private func isOutside(_ record: EventBatch.Record, _ time: Int64, now: Int64) -> Bool {
        let received = record.received > now &+ PanelLimits.clockSlack ? now : record.received
        guard self.ring.isOutside(time, receivedAt: received) else { return false }
        self.advance(to: received)
        self.ring.update(at: received) { $0.outside += 1 }
        return true
    }

    // MARK: Runs

    private func enter(_ time: Int64) {
        self.advance(to: time)
        self.run.begin(self.ring.times(around: time), isInside: time >= self.ring.from)
    }

    /// Hands the run to its bucket.
    private func flush() {
        guard !self.run.isEmpty else { return self.run.clear() }
        let (function, limit, whenFull) = (self.definition.value.function, self.keyLimit, self.whenFull)
        self.ring.update(at: self.run.times.lowerBound) { bucket in
            bucket.missing += self.run.missing
            bucket.gaps += self.run.gaps
            if self.measure == nil, bucket.hasRoom(for: self.run.names, limit: limit) {
                for name in self.run.names {
                    let admission = bucket.add(key: name.key, limit: limit, whenFull: whenFull) {
                        $0.add(count: name.count, last: name.last)
                    }
                    self.keys.settle(name.key, admission)
                }
            } else {
                // Where places are rare it matters who came first.
                for step in self.run.steps {
                    let key = self.run.names[step.place].key
                    let admission = bucket.add(
                        step.value, key: key, at: step.time, function: function, limit: limit, whenFull: whenFull)
                    bucket.noteDistinct(self.keys, key, admission)
                    self.keys.settle(key, admission)
                }
            }
        }
        for name in self.run.names { self.keys.release(name.key) }
        for code in self.usedCodes { self.placesOfCodes[code] = -1 }
        self.usedCodes.removeAll(keepingCapacity: true)
        self.run.clear()
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
        self.run = KeyRun()
    }
}
