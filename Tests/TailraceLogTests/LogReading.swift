import Foundation
import TailraceEvent
import TailraceLog
import Testing

/// Everything that reading from one number to the end of the log gave, in order.
struct Reading: Equatable {
    struct Hole: Equatable {
        var range: ClosedRange<UInt64>
        var reason: MissingReason
    }

    var events: [UInt64: Sample] = [:]
    var holes: [Hole] = []
    /// Every number was an event or in a hole, once and in order.
    var isGapless = true

    init(_ log: EventLog, after start: UInt64 = 0, through end: UInt64 = .max, maxEvents: Int = 1000) throws {
        var cursor = start
        reading: while true {
            switch try log.read(after: cursor, through: end, maxEvents: maxEvents) {
            case .atEnd: break reading
            case .missing(let from, let through, let reason):
                self.isGapless = self.isGapless && from == cursor + 1 && through >= from
                self.holes.append(Hole(range: from...through, reason: reason))
                cursor = through
            case .slices(let slices):
                self.isGapless = self.isGapless && !slices.isEmpty
                if slices.isEmpty { break reading }
                for slice in slices {
                    self.isGapless = self.isGapless && slice.firstSeq == cursor + 1
                    for (seq, sample) in zip(slice.firstSeq...slice.lastSeq, slice.samples) {
                        self.events[seq] = sample
                    }
                    cursor = slice.lastSeq
                }
            }
        }
        self.isGapless = self.isGapless && cursor == max(start, min(end, log.head))
    }

    /// The events' messages, oldest first.
    var messages: [String] { self.events.keys.sorted().compactMap { self.events[$0]?.message } }
}

extension EventLog {
    func append(_ messages: String..., checkpoints: [Checkpoint] = []) throws {
        _ = try self.append(EventBatch(messages: messages), checkpoints: checkpoints)
    }

    /// Appends on a thread of its own, beside the test.
    func appendBeside(_ body: @escaping @Sendable () throws -> Void) -> Thread {
        let thread = Thread {
            do { try body() } catch { Issue.record(error) }
        }
        thread.start()
        return thread
    }

    /// Appends events with these numbers as their messages, `size` to a commit.
    func appendNumbered(_ numbers: ClosedRange<Int>, size: Int = 1) throws {
        var next = numbers.lowerBound
        while next <= numbers.upperBound {
            let end = min(numbers.upperBound, next + size - 1)
            _ = try self.append(EventBatch(messages: (next...end).map(String.init)), checkpoints: [])
            next = end + 1
        }
    }
}

extension Resumption {
    /// `after 10, lost 11...13 (3) power-loss`
    var text: String {
        guard let missing = self.missing else { return "after \(self.after)" }
        let count = missing.count.map(String.init) ?? "?"
        return "after \(self.after), lost \(missing.from)...\(missing.through) (\(count)) \(missing.reason.rawValue)"
    }
}
