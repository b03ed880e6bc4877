import TailraceEvent
import TailraceTesting
import Testing

@Suite struct EventBatchTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `random appends and merges agree with a list`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var batches = (0..<3).map { _ in EventBatch() }
        var models = (0..<3).map { _ in [Sample]() }
        for _ in 0..<600 {
            let target = Int.random(in: 0..<3, using: &random)
            switch Int.random(in: 0..<11, using: &random) {
            case 0..<6:
                let sample = Sample.random(using: &random)
                batches[target].append(sample)
                models[target].append(sample)
            case 6, 7:
                let source = (target + 1) % 3
                let low = Int.random(in: 0...models[source].count, using: &random)
                let high = Int.random(in: low...models[source].count, using: &random)
                batches[target].append(low..<high, of: batches[source])
                models[target] += models[source][low..<high]
            case 8:
                guard let last = models[target].indices.last else { continue }
                batches[target].appendFieldsToLast(Array("\"z\":1".utf8).span)
                models[target][last].fields += (models[target][last].fields.isEmpty ? "" : ",") + "\"z\":1"
            case 9:
                let gone = models[target].indices.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
                batches[target].remove(gone)
                for index in gone.reversed() { models[target].remove(at: index) }
            default:
                guard models[target].count > 200 else { continue }
                batches[target].removeAll(keepingCapacity: .random(using: &random))
                models[target] = []
            }
            #expect(batches[target].count == models[target].count)
            #expect(batches[target].isEmpty == models[target].isEmpty)
        }
        for index in 0..<3 { #expect(batches[index].samples == models[index]) }
    }

    @Test func `an origin is held once and appending a batch maps its numbers`() {
        let (nginx, system) = (Origin(source: "nginx", host: "h"), Origin(source: "system", host: "h"))
        var left = EventBatch()
        #expect([left.origin(nginx), left.origin(system), left.origin(nginx)] == [0, 1, 0])
        var right = EventBatch()
        #expect([right.origin(system), right.origin(nginx)] == [0, 1])
        right.append(
            time: Timestamp(nanoseconds: 1), received: Timestamp(nanoseconds: 2), level: nil, origin: 0,
            message: [UInt8]().span, fields: [UInt8]().span)
        left.append(right)
        #expect(left.origins == [nginx, system])
        #expect(left.records.map(\.origin) == [1])
    }

    @Test func `weight counts the bytes and a record for every event`() {
        var batch = EventBatch()
        #expect(batch.weight == 0)
        batch.append(
            Sample(
                time: 1, received: 1, level: nil, origin: Origin(source: "s", host: "h"), message: "12345",
                fields: "\"a\":1"))
        #expect(batch.weight == 10 + MemoryLayout<EventBatch.Record>.stride)
    }

    @Test func `adding no fields leaves an event as it was, and there may be no event`() {
        var batch = EventBatch()
        batch.appendFieldsToLast(Array("\"a\":1".utf8).span)
        #expect(batch.isEmpty && batch.bytes.isEmpty)
        batch.append(
            Sample(
                time: 1, received: 1, level: .warn, origin: Origin(source: "s", host: "h"), message: "m", fields: ""))
        batch.appendFieldsToLast([UInt8]().span)
        #expect(batch.fields(at: 0) == "{}")
    }

    @Test func `a source's gap is an event of level warn with its facts in the fields`() {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "s", host: "h"))
        let gap = SourceGap(
            reason: "truncated", count: 5, unit: "bytes", from: "1\"0", to: nil, message: "5 bytes are gone")
        batch.append(gap, origin: origin, at: Timestamp(nanoseconds: 7), baseFields: Array("\"file\":\"/x\"".utf8))
        batch.append(SourceGap(reason: "dropped", count: nil, to: "z", message: ""), origin: origin, at: .now())
        #expect(batch.message(at: 0) == "5 bytes are gone")
        #expect(
            batch.fields(at: 0)
                == #"{"file":"/x","gap":{"reason":"truncated","count":5,"unit":"bytes","from":"1\"0"}}"#)
        #expect(batch.fields(at: 1) == #"{"gap":{"reason":"dropped","unit":"events","to":"z"}}"#)
        #expect(batch.records.map(\.level) == [Level.warn.rawValue, Level.warn.rawValue])
        #expect(batch.records[0].time == 7 && batch.records[0].received == 7)
    }
}
