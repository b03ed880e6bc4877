internal import Foundation
package import TailraceEvent

/// The consumers of a relay as a table, and what is wrong with any of them.
package struct ConsumerTable: Sendable {
    private struct Answer: Decodable {
        var max_count: Int
        var consumers: [Consumer]
    }

    private struct Consumer: Decodable {
        struct Missing: Decodable {
            var from: UInt64
            var to: UInt64
            var count: UInt64?
            var reason: String
        }

        var name: String
        var position: String
        var lag_events: UInt64
        var lag_seconds: Double?
        var connected: Int
        var last_seen: String
        var last_commit: String?
        var missing: Missing?
    }

    private let answer: Answer
    private let now: Timestamp

    package init(json: [UInt8], now: Timestamp) throws {
        self.answer = try JSONDecoder().decode(Answer.self, from: Data(json))
        self.now = now
    }

    package var text: String {
        var table = TextTable(
            ["CONSUMER", "POSITION", "EVENTS BEHIND", "TIME BEHIND", "CONNECTED", "LAST COMMIT", "LAST SEEN"],
            right: [2, 3, 4])
        for one in self.answer.consumers {
            table.add([
                one.name, one.position, String(one.lag_events), one.lag_seconds.map { Amount.span(seconds: $0) } ?? "-",
                String(one.connected), one.last_commit.map { self.age($0) } ?? "never", self.age(one.last_seen),
            ])
        }
        return (table.lines + self.answer.consumers.compactMap(Self.loss)).joined(separator: "\n")
    }

    private func age(_ text: String) -> String {
        guard let time = Timestamp(rfc3339: text) else { return "-" }
        return "\(Amount.span(seconds: Double(max(0, self.now.nanoseconds - time.nanoseconds)) / 1e9)) ago"
    }

    private static func loss(_ one: Consumer) -> String? {
        guard let missing = one.missing else { return nil }
        let (name, reason) = (SafeText.text(one.name), SafeText.text(missing.reason))
        guard let count = missing.count else {
            return "\(name): an unknown number of events it has not committed cannot be had: \(reason)"
        }
        let range = "\(missing.from) to \(missing.to)"
        return "\(name): \(count) events (\(range)) it has not committed cannot be had: \(reason)"
    }
}
