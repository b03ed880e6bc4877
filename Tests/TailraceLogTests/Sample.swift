import TailraceEvent
import TailraceLog
import TailraceTesting

/// One event as plain values: the naive model that the log is held against.
struct Sample: Equatable {
    var time: Int64 = 1
    var received: Int64 = 1
    var level: Level?
    var source = "s"
    var message: String
    var fields = ""
    var streams: UInt64 = 0

    static func random(using random: inout SeededGenerator) -> Sample {
        let time = 1_795_332_912_000_000_000 + Int64.random(in: -5_000_000_000...5_000_000_000, using: &random)
        return Sample(
            time: time, received: time + Int64.random(in: 0...9, using: &random),
            level: random.pick([nil] + Level.allCases.map { $0 }), source: random.pick(["nginx", "system", "é", ""]),
            message: random.text(scalars: random.pick([0, 1, 30, 30, 30, 400])),
            fields: random.pick(["", "\"pid\":811", "\"a\":{\"b\":[1,2]},\"c\":null"]),
            streams: random.pick([0, 1, 1 << 63, .random(in: 0 ... .max, using: &random)]))
    }

    static func many(_ count: Int, using random: inout SeededGenerator) -> [Sample] {
        (0..<count).map { _ in .random(using: &random) }
    }
}

extension EventBatch {
    init(_ samples: [Sample]) {
        self.init()
        for sample in samples {
            let origin = self.origin(Origin(source: sample.source, host: "web-1"))
            self.append(
                time: Timestamp(nanoseconds: sample.time), received: Timestamp(nanoseconds: sample.received),
                level: sample.level, origin: origin, message: Array(sample.message.utf8).span,
                fields: Array(sample.fields.utf8).span)
            self.records[self.count - 1].streams = sample.streams
        }
    }

    init(messages: some Sequence<String>) { self.init(messages.map { Sample(message: $0) }) }

    func sample(at index: Int) -> Sample {
        let record = self.records[index]
        return Sample(
            time: record.time, received: record.received, level: Level(rawValue: record.level),
            source: self.origins[Int(record.origin)].source, message: self.message(at: index),
            fields: String(self.fields(at: index).dropFirst().dropLast()), streams: record.streams)
    }

    var samples: [Sample] { self.records.indices.map { self.sample(at: $0) } }
}

extension LogSlice {
    var samples: [Sample] { self.range.map { self.block.batch.sample(at: $0) } }
}
