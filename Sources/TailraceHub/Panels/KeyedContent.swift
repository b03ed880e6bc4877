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
    /// Empty between batches; kept for the room it has.
    private var run = KeyRun()

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
        let records = batch.records.span
        let (code, gap) = (self.code, self.gap)
        // What came sooner than this after it happened was surely in the window then.
        let safeDelay = self.ring.width * Int64(self.ring.count - 1)
        // By itself while it is filled: a property of an object costs more at each access than counting an event.
        var run = self.run
        self.run = KeyRun()
        run.expect(codes: code == .origin ? batch.origins.count : Level.allCases.count + 1)
        for index in hits {
            let time = records[index].placement(now: now)
            if !run.times.contains(time) {
                self.flush(&run)
                self.enter(time, &run)
            }
            if records[index].received &- time > safeDelay, self.isOutside(records[index], time, now: now) { continue }
            guard run.isInside else { continue }
            if let gap, records[index].level == Level.warn.rawValue, gap.read(batch, at: index) { run.gaps += 1 }
            switch code {
            case .one: self.take(0, batch, at: index, time, &run)
            case .level: self.take(Int(records[index].level), batch, at: index, time, &run)
            case .origin:
                let origin = Int(records[index].origin)
                self.take(origin, batch, at: index, time, &run)
                if run.place(ofCode: origin) >= 0 { run.note(run.place(ofCode: origin), at: time, value: 0) }
            case .none: self.take(batch, at: index, time, &run)
            }
        }
        self.flush(&run)
        self.run = run
    }

    /// An event of which the code is known: its name is read for the first of a run alone.
    private func take(
        _ code: Int, _ batch: borrowing EventBatch, at index: Int, _ time: Int64, _ run: inout KeyRun
    ) {
        if run.place(ofCode: code) < 0 {
            guard let key = self.key(batch, at: index) else { return run.missing += 1 }
            run.set(self.place(of: key, &run), ofCode: code)
        }
        run.count(run.place(ofCode: code), at: time)
    }

    private func take(_ batch: borrowing EventBatch, at index: Int, _ time: Int64, _ run: inout KeyRun) {
        guard let value = self.value(batch, at: index), let key = self.key(batch, at: index) else {
            return run.missing += 1
        }
        let place = self.place(of: key, &run)
        run.count(place, at: time)
        run.note(place, at: time, value: value)
    }

    /// The run holds on to its names until its bucket has taken them.
    private func place(of key: Int, _ run: inout KeyRun) -> Int {
        let (place, isNew) = run.place(of: key)
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

    private func enter(_ time: Int64, _ run: inout KeyRun) {
        self.advance(to: time)
        run.begin(self.ring.times(around: time), isInside: time >= self.ring.from)
    }

    /// Hands the run to its bucket.
    private func flush(_ run: inout KeyRun) {
        guard !run.isEmpty else { return run.clear() }
        let (function, limit, whenFull) = (self.definition.value.function, self.keyLimit, self.whenFull)
        self.ring.update(at: run.times.lowerBound) { bucket in
            bucket.missing += run.missing
            bucket.gaps += run.gaps
            if self.measure == nil, bucket.hasRoom(for: run.names, limit: limit) {
                for name in run.names {
                    let admission = bucket.add(key: name.key, limit: limit, whenFull: whenFull) {
                        $0.add(count: name.count, last: name.last)
                    }
                    self.keys.settle(name.key, admission)
                }
            } else {
                // Where places are rare it matters who came first.
                for step in run.steps {
                    let key = run.names[step.place].key
                    let admission = bucket.add(
                        step.value, key: key, at: step.time, function: function, limit: limit, whenFull: whenFull)
                    bucket.noteDistinct(self.keys, key, admission)
                    self.keys.settle(key, admission)
                }
            }
        }
        for name in run.names { self.keys.release(name.key) }
        run.clear()
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
