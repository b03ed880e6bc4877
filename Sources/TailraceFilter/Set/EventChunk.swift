import TailraceEvent

/// Up to 64 events of a batch, as words with a bit per event.
struct EventChunk {
    private var start = 0
    private var firstSeq: UInt64 = 0
    /// By `Level.rawValue`.
    private(set) var levels = [UInt64](repeating: 0, count: 16)
    private var streams: [UInt64] = []
    private var origins: [Origin] = []
    private var originTexts: [(source: [UInt8], host: [UInt8])] = []
    private var originEvents: [UInt64] = []
    /// Counts the lists of origins that came, so that answers about one are kept while it stays.
    private var originsNumber: UInt64 = 0
    /// By test: of which list, and the bits of the origins that pass.
    var originMemos: [(number: UInt64, passing: UInt64)] = []

    mutating func begin(_ batch: borrowing EventBatch, _ range: Range<Int>, firstSeq: UInt64) {
        self.start = range.lowerBound
        self.firstSeq = firstSeq
        self.meet(batch.origins)
        for index in self.levels.indices { self.levels[index] = 0 }
        for index in self.originEvents.indices { self.originEvents[index] = 0 }
        self.streams.removeAll(keepingCapacity: true)
        for index in range {
            let record = batch.records[index]
            let bit: UInt64 = 1 << UInt64(index - range.lowerBound)
            self.levels[Int(record.level & 15)] |= bit
            self.originEvents[Int(record.origin)] |= bit
            self.streams.append(record.streams)
        }
    }

    private mutating func meet(_ origins: [Origin]) {
        guard self.origins != origins || self.originsNumber == 0 else { return }
        self.origins = origins
        self.originTexts = origins.map { (Array($0.source.utf8), Array($0.host.utf8)) }
        self.originEvents = [UInt64](repeating: 0, count: origins.count)
        self.originsNumber += 1
    }

    func place(of event: Int) -> (index: Int, seq: UInt64) { (self.start + event, self.firstSeq &+ UInt64(event)) }

    func ofLevels(_ mask: UInt16) -> UInt64 {
        var events: UInt64 = 0
        for level in 0..<16 where mask & 1 << UInt16(level) != 0 { events |= self.levels[level] }
        return events
    }

    func inAnyStream(_ mask: UInt64) -> UInt64 {
        var events: UInt64 = 0
        for (event, streams) in self.streams.enumerated() where streams & mask != 0 { events |= 1 << UInt64(event) }
        return events
    }

    mutating func passing(_ test: OriginTest, memo: Int, _ scratch: MatchScratch) -> UInt64 {
        var events: UInt64 = 0
        if self.origins.count > 64 {
            for origin in self.origins.indices where self.originEvents[origin] != 0 {
                if self.passes(test, origin, scratch) { events |= self.originEvents[origin] }
            }
            return events
        }
        if self.originMemos[memo].number != self.originsNumber {
            var passing: UInt64 = 0
            for origin in self.origins.indices where self.passes(test, origin, scratch) {
                passing |= 1 << UInt64(origin)
            }
            self.originMemos[memo] = (self.originsNumber, passing)
        }
        for origin in self.originMemos[memo].passing.places { events |= self.originEvents[origin] }
        return events
    }

    private func passes(_ test: OriginTest, _ origin: Int, _ scratch: MatchScratch) -> Bool {
        let text = test.part == .source ? self.originTexts[origin].source : self.originTexts[origin].host
        return test.check.passes(text.span, .string, scratch)
    }
}

extension UInt64 {
    var places: BitPlaces { BitPlaces(self) }
}

/// The places of the bits that are set in a word, lowest first.
package struct BitPlaces: Sequence, IteratorProtocol {
    private var rest: UInt64

    package init(_ word: UInt64) { self.rest = word }

    package mutating func next() -> Int? {
        guard self.rest != 0 else { return nil }
        defer { self.rest &= self.rest &- 1 }
        return self.rest.trailingZeroBitCount
    }
}
