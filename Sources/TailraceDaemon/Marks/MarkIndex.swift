internal import Synchronization
internal import TailraceEvent
internal import TailraceLog

/// Where the newest marks are in the log, so that listing them searches nothing.
///
/// It is kept as checkpoints of the relay's own source, one per slot of a ring, and each is written in the transaction
/// of its mark: index and log never disagree, whatever ends the process.
final class MarkIndex: Sendable {
    /// Older marks stay in the log, where `mark:*` finds them.
    static let maxMarks = 1000

    private struct State {
        /// In the order of their numbers.
        var marks: [(seq: UInt64, slot: Int)] = []
    }

    private let state = Mutex(State())

    init(log: EventLog) throws(LogError) {
        let stored = try log.checkpoints(of: Mark.source)
        let head = log.head
        let marks = stored.compactMap { key, value -> (seq: UInt64, slot: Int)? in
            guard let slot = Self.slot(key), let seq = Self.seq(value), seq <= head else { return nil }
            return (seq, slot)
        }
        self.state.withLock { $0.marks = marks.sorted { $0.seq < $1.seq } }
    }

    /// Takes up a mark that is about to be committed, in the place of the oldest when there are too many; called in the
    /// order of the log.
    func add(_ seq: UInt64) -> Checkpoint {
        let slot = self.state.withLock { state in
            let slot = state.marks.count < Self.maxMarks ? Self.freeSlot(state) : state.marks.removeFirst().slot
            state.marks.append((seq, slot))
            return slot
        }
        return Checkpoint(input: Mark.source, key: "\(Self.prefix)\(slot)", value: Self.bytes(seq))
    }

    /// Numbers of up to `limit` marks behind `seq`, oldest first, among those that the log still has.
    func numbers(after seq: UInt64, in kept: ClosedRange<UInt64>, limit: Int) -> [UInt64] {
        self.state.withLock { state in
            Array(state.marks.lazy.map(\.seq).filter { $0 > seq && kept.contains($0) }.prefix(limit))
        }
    }

    private static func freeSlot(_ state: State) -> Int {
        let used = Set(state.marks.map(\.slot))
        return (0..<Self.maxMarks).first { !used.contains($0) } ?? 0
    }

    private static let prefix = "mark-"

    private static func slot(_ key: String) -> Int? {
        guard key.hasPrefix(Self.prefix), let slot = Int(key.dropFirst(Self.prefix.count)) else { return nil }
        return (0..<Self.maxMarks).contains(slot) ? slot : nil
    }

    private static func bytes(_ seq: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: seq >> ($0 * 8)) } }

    private static func seq(_ bytes: [UInt8]) -> UInt64? {
        guard bytes.count == 8 else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
