import TailraceEvent
import TailraceTesting

/// One event as plain values: the naive model that batches are held against.
struct Sample: Equatable {
    var time: Int64
    var received: Int64
    var level: Level?
    var origin: Origin
    var message: String
    /// The inside of a JSON object.
    var fields: String
    var streams: UInt64 = 0

    static func random(using random: inout SeededGenerator) -> Sample {
        Sample(
            time: .random(in: .min ... .max, using: &random), received: .random(in: .min ... .max, using: &random),
            level: random.pick([nil] + Level.allCases.map { $0 }),
            origin: Origin(
                source: random.pick(["nginx", "system", "é\"\\"]), host: random.pick(["web-1", "web-2", ""])),
            message: random.text(scalars: random.pick([0, 1, 7, 8, 40])),
            fields: random.pick(["", "\"pid\":811", "\"a\":{\"b\":[1,2]},\"c\":null"]),
            streams: .random(in: 0 ... .max, using: &random))
    }
}

extension EventBatch {
    mutating func append(_ sample: Sample) {
        let origin = self.origin(sample.origin)
        self.append(
            time: Timestamp(nanoseconds: sample.time), received: Timestamp(nanoseconds: sample.received),
            level: sample.level, origin: origin, message: Array(sample.message.utf8).span,
            fields: Array(sample.fields.utf8).span)
        self.records[self.count - 1].streams = sample.streams
    }

    var samples: [Sample] {
        self.records.indices.map { index in
            let record = self.records[index]
            return Sample(
                time: record.time, received: record.received, level: Level(rawValue: record.level),
                origin: self.origins[Int(record.origin)], message: self.message(at: index),
                fields: String(self.fields(at: index).dropFirst().dropLast()), streams: record.streams)
        }
    }
}
