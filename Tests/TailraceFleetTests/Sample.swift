import TailraceEvent
import TailraceTesting

/// Events as plain values.
struct Sample: Equatable {
    var time: Int64
    var source: String
    var message: String
    var fields: String

    static func many(_ count: Int, using random: inout SeededGenerator) -> [Sample] {
        (0..<count).map { index in
            Sample(
                time: 1_795_332_912_000_000_000 + Int64(index), source: random.pick(["nginx", "system", "é"]),
                message: random.text(scalars: random.pick([0, 1, 30, 400])),
                fields: random.pick(["", "\"pid\":811", "\"a\":{\"b\":[1,2]}"]))
        }
    }
}

extension EventBatch {
    init(_ samples: [Sample]) {
        self.init()
        for sample in samples {
            let origin = self.origin(Origin(source: sample.source, host: "web-1"))
            let time = Timestamp(nanoseconds: sample.time)
            self.append(
                time: time, received: time, level: .info, origin: origin, message: Array(sample.message.utf8).span,
                fields: Array(sample.fields.utf8).span)
        }
    }

    var samples: [Sample] {
        self.records.indices.map { index in
            let record = self.records[index]
            return Sample(
                time: record.time, source: self.origins[Int(record.origin)].source, message: self.message(at: index),
                fields: String(self.fields(at: index).dropFirst().dropLast()))
        }
    }
}
