import Foundation
import TailraceEvent

extension EventBatch {
    /// A batch of one event from the JSON form that the relay sends.
    init(json event: [String: Any], streams: UInt64 = 0) throws {
        self.init()
        let time = try Self.time(event["time"])
        let received = try event["received"].map { try Self.time($0) } ?? time
        let fields = try JSONSerialization.data(
            withJSONObject: event["fields"] ?? [:], options: [.sortedKeys, .withoutEscapingSlashes])
        let origin = self.origin(
            Origin(source: event["source"] as? String ?? "", host: event["host"] as? String ?? ""))
        self.append(
            time: time, received: received, level: (event["level"] as? String).flatMap { Level(name: $0) },
            origin: origin,
            message: Array((event["message"] as? String ?? "").utf8).span,
            fields: Array(fields.dropFirst().dropLast()).span)
        self.records[0].streams = streams
    }

    private static func time(_ value: Any?) throws -> Timestamp {
        guard let text = value as? String else { throw CocoaError(.coderInvalidValue) }
        let parts = text.dropLast().split(separator: ".")
        let formatter = ISO8601DateFormatter()
        guard let date = formatter.date(from: parts[0] + "Z") else { throw CocoaError(.coderInvalidValue) }
        let fraction = parts.count == 2 ? Int64((parts[1] + "000000000").prefix(9)) ?? 0 : 0
        return Timestamp(nanoseconds: Int64(date.timeIntervalSince1970) * 1_000_000_000 + fraction)
    }
}
