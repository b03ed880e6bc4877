import TailraceEvent

/// What was left out of a stream and its readers have not been told yet.
///
/// It is told in an event of the stream's own, at most once per `interval` and reason. Until then it is kept beside the
/// log as a checkpoint, in the transaction of the events that it is about: a relay that is killed owes nobody a number.
struct StreamAccount {
    enum Reason: String, CaseIterable {
        case sampled
        case rateLimit = "rate_limit"
    }

    private struct Entry {
        var count: UInt64 = 0
        /// Numbers in the log of the first and the last event that was left out.
        var from: UInt64 = 0
        var to: UInt64 = 0
        /// When the first of them was, of the monotonic clock; nil if that was before the relay started.
        var since: Int64?
        var isStored = false
        var isChanged = false
    }

    static let intervalNanoseconds: Int64 = 1_000_000_000

    let stream: String
    let streamBit: UInt64
    private var entries = [Entry](repeating: Entry(), count: Reason.allCases.count)

    init(stream: String, streamBit: UInt64) {
        self.stream = stream
        self.streamBit = streamBit
    }

    var isSettled: Bool { self.entries.allSatisfy { $0.count == 0 } }

    mutating func leaveOut(_ seq: UInt64, _ reason: Reason, at now: Int64) {
        let index = Self.index(reason)
        if self.entries[index].count == 0 {
            self.entries[index].from = seq
            self.entries[index].since = now
        }
        self.entries[index].count += 1
        self.entries[index].to = seq
        self.entries[index].isChanged = true
    }

    /// How long until something has to be told; nil if there is nothing.
    func nanosecondsUntilDue(at now: Int64) -> Int64? {
        self.entries.filter { $0.count > 0 }
            .map { max(0, ($0.since ?? .min / 2) + Self.intervalNanoseconds - now) }.min()
    }

    /// Appends an event for each reason that is due, or for all, and returns how many.
    mutating func settle(
        all: Bool, origin: Origin, at moment: Moment, into batch: inout EventBatch, _ checkpoints: inout [Checkpoint]
    ) -> Int {
        var told = 0
        for (index, reason) in Reason.allCases.enumerated() where self.entries[index].count > 0 {
            let entry = self.entries[index]
            let isDue = entry.since.map { moment.monotonic - $0 >= Self.intervalNanoseconds } ?? true
            if all || isDue {
                self.append(entry, reason, origin: origin, at: moment.wall, to: &batch)
                told += 1
                if entry.isStored { checkpoints.append(self.checkpoint(reason, nil)) }
                self.entries[index] = Entry()
            } else if entry.isChanged {
                checkpoints.append(self.checkpoint(reason, "\(entry.count) \(entry.from) \(entry.to)"))
                self.entries[index].isStored = true
                self.entries[index].isChanged = false
            }
        }
        return told
    }

    private func append(
        _ entry: Entry, _ reason: Reason, origin: Origin, at time: Timestamp, to batch: inout EventBatch
    ) {
        let cause = reason == .sampled ? "sample" : "rate_limit"
        let count = entry.count == 1 ? "1 event" : "\(entry.count) events"
        var fields: [UInt8] = []
        fields.append("\"route\":")
        JSONText.append(self.stream, to: &fields)
        batch.append(
            SourceGap(
                reason: reason.rawValue, count: entry.count, from: "\(entry.from)", to: "\(entry.to)",
                message: "\(count) left out of the stream \(self.stream) by its \(cause); the stream all has them"),
            origin: batch.origin(origin), at: time, baseFields: fields)
        batch.records[batch.count - 1].streams = self.streamBit | EventBatch.Record.asideBit
    }

    // MARK: Across restarts

    /// Under which name its checkpoints are kept; no input can have it.
    static func checkpointOwner(of stream: String) -> String { "stream/\(stream)" }

    /// Takes up what the last run of the relay left untold.
    mutating func restore(_ checkpoints: [String: [UInt8]]) {
        for (index, reason) in Reason.allCases.enumerated() {
            guard let value = checkpoints[reason.rawValue] else { continue }
            let numbers = String(decoding: value, as: UTF8.self).split(separator: " ").compactMap { UInt64($0) }
            guard numbers.count == 3, numbers[0] > 0 else { continue }
            self.entries[index] = Entry(count: numbers[0], from: numbers[1], to: numbers[2], isStored: true)
        }
    }

    private func checkpoint(_ reason: Reason, _ value: String?) -> Checkpoint {
        Checkpoint(
            input: Self.checkpointOwner(of: self.stream), key: reason.rawValue, value: value.map { Array($0.utf8) })
    }

    private static func index(_ reason: Reason) -> Int { reason == .sampled ? 0 : 1 }
}
