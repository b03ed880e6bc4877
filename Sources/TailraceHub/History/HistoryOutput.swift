internal import TailraceEvent
internal import TailraceLog

/// What becomes of the events that a search finds: an answer that is written as it goes, or counts told at the end.
protocol HistoryOutput: AnyObject {
    /// Text that is complete so far; whoever drives the search takes it away.
    var text: [UInt8] { get set }
    /// Wants no more events.
    var isFull: Bool { get }

    /// Once, before anything else; may read from disk.
    func begin(_ query: HistoryQuery, log: EventLog) throws(LogError)
    /// Takes events, as indexes into a block, in the query's order; returns how many it wanted.
    func take(_ hits: ArraySlice<Int>, of block: StoredBlock) -> Int
    /// True for a block that counts by its digest alone.
    func counts(_ digest: BlockDigest) -> Bool
    func take(_ digest: BlockDigest)
    func take(_ hole: HistoryHole)
    /// The reader has heard nothing for a while.
    func progress(_ progress: HistoryProgress)
    func end(_ end: HistoryEnd)
}

extension HistoryOutput {
    var isFull: Bool { false }
    func begin(_ query: HistoryQuery, log: EventLog) throws(LogError) {}
    func counts(_ digest: BlockDigest) -> Bool { false }
    func take(_ digest: BlockDigest) {}
    func take(_ hole: HistoryHole) {}
    func progress(_ progress: HistoryProgress) {}
}

/// How far a search is.
struct HistoryProgress: Sendable {
    var position: Position
    /// Events looked at, or passed by with their block.
    var searched: Int
    /// The share of the range that is done, 0…1.
    var share: Double
}

/// How a search ended.
struct HistoryEnd: Sendable {
    enum Cut: String, Sendable {
        /// As many events as were asked for.
        case limit
        /// `[history] max_time`
        case time
        /// `[history] max_searched`
        case searched
        /// More holes than an answer lists.
        case missing
        /// The relay stops.
        case stopping
    }

    /// Where to go on, in `from`; nil when the range is done.
    var next: Position?
    /// Why there is a `next`.
    var cut: Cut?
    /// What is done, in either case.
    var position: Position
    /// Events that matched.
    var matched: Int
    /// Events looked at, or passed by with their block.
    var searched: Int
    var holes: [HistoryHole]
    /// Why the log could not be read on.
    var failure: String?

    var isComplete: Bool { self.next == nil && self.failure == nil }

    /// The members that every answer ends with.
    func write(into object: inout JSONObject) {
        if let next = self.next { object.member("next", next.description) } else { object.null("next") }
        object.member("complete", self.isComplete)
        if let cut = self.cut { object.member("cut", cut.rawValue) }
        object.member("position", self.position.description)
        object.member("matched", self.matched)
        object.member("searched", self.searched)
        object.member("missing", objects: self.holes.map { hole in { hole.write(into: &$0) } })
        if let failure = self.failure { object.member("error", failure) }
    }
}

extension HistoryHole {
    func write(into object: inout JSONObject) {
        object.member("from", self.from)
        object.member("to", self.through)
        if self.reason == .unknownEpoch {
            object.null("count")
        } else {
            object.member("count", self.through - self.from + 1)
        }
        object.member("reason", self.reason.rawValue)
    }
}

extension HistoryRequest.Order {
    /// The name in a URL.
    var name: String { self.rawValue }
}
