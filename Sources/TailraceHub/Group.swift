internal import NIOCore
internal import Synchronization
internal import TailraceDeflate
internal import TailraceEvent
internal import TailraceFilter
internal import TailraceLog

/// What readers and workers know of a group: its lens and how far it has come.
package final class GroupHandle: Sendable {
    package let id: Int
    package let lens: Lens
    /// Everything up to here has been considered for the members; readers on their way to the edge read up to it.
    let edge: Atomic<UInt64>

    init(id: Int, lens: Lens, edge: UInt64) {
        self.id = id
        self.lens = lens
        self.edge = Atomic(edge)
    }
}

/// Readers at the live edge with the same lens: events are matched, encoded, compressed and framed once for all of
/// them.
///
/// Confined to the hub's executor. Members live on their connections' event loops (`GroupMembers`); here is only how
/// many there are and what forms they need.
final class Group {
    let handle: GroupHandle
    var limits: BatchLimits
    /// Members and readers on their way: the group ends when there are none.
    var attached = 0
    /// Members that get events, by form.
    var forms = FormCounts()
    /// Members that only get counts.
    var held = 0
    /// Indexes of the event loops that have members.
    var loops: [Int: Int] = [:]
    /// When the next frame may leave; frames are spaced by what the last one cost.
    var nextFlush: NIODeadline = .now()
    var flushTimer: Scheduled<Void>?
    /// When the oldest event that members wait for was committed.
    var waitsSince: NIODeadline?
    private(set) var totals = GroupTotals()
    /// Where it stands among the lenses that are matched; nil while it has no members.
    var live: LiveLenses.Place?

    private var message = EventsMessage()
    /// Those in `message`, to be called out behind it.
    private var marks: [ControlMessage] = []
    private let epoch: String
    /// The last seq that was matched; `edge` follows it when the events leave.
    private(set) var considered: UInt64
    private var pendingFirst: UInt64
    /// Nobody wanted the events when they were matched, so that they were only counted.
    private var isOnlyCounted = false
    private var sampler: Sampler?
    private var sharedStream: SharedStream

    init(handle: GroupHandle, limits: BatchLimits, epoch: String) {
        self.handle = handle
        self.limits = limits
        self.epoch = epoch
        self.considered = handle.edge.load(ordering: .acquiring)
        self.pendingFirst = self.considered + 1
        self.sampler = handle.lens.maxRate.map { Sampler(eventsPerSecond: $0) }
        self.sharedStream = SharedStream()
    }

    var edge: UInt64 { self.handle.edge.load(ordering: .acquiring) }
    var hasMembers: Bool { self.forms.total + self.held > 0 }
    /// How far apart its frames are now.
    var pace: TimeAmount { Pace.delay(members: self.forms.total, limit: self.limits.maxDelay) }
    /// There is something that members wait for.
    var hasPending: Bool { self.message.matched > 0 }
    var isFull: Bool {
        self.message.count >= self.limits.maxEvents || self.message.bytes >= self.limits.maxBytes
    }

    /// A new member: the shared stream must begin anew some time soon so that it can take part.
    func memberWaitsForReset() { self.sharedStream.isAwaited = true }

    /// Takes matched events for the members; `flush` is called whenever a message is full.
    func take(_ events: MatchedEvents, of batch: borrowing EventBatch, flush: (UInt64) -> Void) {
        let count = events.range.count
        // A group that was made or advanced meanwhile may have considered a part already.
        var start =
            self.considered < events.firstSeq ? 0 : Int(min(UInt64(count), self.considered - events.firstSeq + 1))
        if events.matched == 0, start < count {
            // The common case of many lenses: nothing to put into a message, nothing to call out.
            self.takePart(events, start..<count, of: batch, mark: nil)
            start = count
        }
        let ownOrigin = start < count ? batch.ownOrigin : nil
        while start < count {
            // A part at a time, so that a message never exceeds its limit.
            let room = max(1, self.limits.maxEvents - self.message.count)
            var end = min(count, start + room)
            // A mark ends its message, so that it is called out before anything that comes behind it.
            let mark = ownOrigin.flatMap { own in
                (start..<end).first { batch.isMark(at: events.range.lowerBound + $0, ownOrigin: own) }
            }
            if let mark { end = mark + 1 }
            self.takePart(events, start..<end, of: batch, mark: mark)
            if self.isFull || !self.marks.isEmpty { flush(self.considered) }
            start = end
        }
        if self.message.matched == 0 { self.handle.edge.store(self.considered, ordering: .releasing) }
    }

    private func takePart(
        _ events: MatchedEvents, _ part: Range<Int>, of batch: borrowing EventBatch, mark: Int?
    ) {
        let mask = UInt64.max << UInt64(part.lowerBound) & UInt64.max >> UInt64(64 - part.upperBound)
        let (seen, matched) = ((events.inStream & mask).nonzeroBitCount, (events.matched & mask).nonzeroBitCount)
        self.message.seen += seen
        self.totals.seen += UInt64(seen)
        self.considered = events.firstSeq + UInt64(part.upperBound) - 1
        guard matched > 0 else { return }
        self.message.matched += matched
        self.totals.matched += UInt64(matched)
        let encodes = self.forms.total > 0
        if !encodes { self.isOnlyCounted = true }
        for event in BitPlaces(events.matched & mask) {
            let (index, seq) = (events.range.lowerBound + event, events.firstSeq + UInt64(event))
            let level = batch.records[index].level
            self.totals.matchedLevels[Int(level)] += 1
            guard encodes else { continue }
            if event == mark {
                self.marks.append(.mark(batch, at: index, position: Position(epoch: self.epoch, seq: seq)))
            } else if self.sampler?.admits(level: level, seq: seq) == false {
                continue
            }
            self.message.append(batch, at: index, seq: seq, fields: self.handle.lens.fields)
        }
    }

    /// Nobody waited for the events up to here.
    func skip(through seq: UInt64) {
        guard seq > self.considered else { return }
        self.message.clear()
        self.advance(through: seq)
    }

    /// How long the members' lens has taken to match.
    func spent(_ nanoseconds: UInt64) { self.totals.matchNanoseconds = nanoseconds }

    private func advance(through seq: UInt64) {
        self.considered = seq
        self.pendingFirst = seq + 1
        self.handle.edge.store(seq, ordering: .releasing)
    }

    /// Makes the frame for all that was taken since the last one, up to `last`; nil if members need not hear of it.
    func makeFrame(through last: UInt64, position: Position, statistics: HubStatistics) -> Frame? {
        guard self.message.matched > 0 else { return nil }
        defer {
            self.message.clear()
            self.marks.removeAll()
            self.isOnlyCounted = false
            self.advance(through: last)
        }
        var frame = Frame(first: self.pendingFirst, last: last)
        frame.count = self.message.count
        frame.since = self.waitsSince
        frame.matched = UInt64(self.message.matched)
        frame.isOnlyCounted = self.isOnlyCounted
        frame.lead = self.sampler?.takeGap().map {
            .gap(from: $0.from, through: $0.through, count: $0.count, reason: "sampled")
        }
        if frame.lead != nil { statistics.countGap("sampled") }
        guard frame.count > 0 else { return frame }
        self.fill(&frame, position: position, statistics: statistics)
        statistics.framesMade.add(1)
        statistics.eventsMatched.add(frame.count)
        return frame
    }

    private func fill(_ frame: inout Frame, position: Position, statistics: HubStatistics) {
        if self.forms.wantsLines { frame.lines = self.message.lines() }
        if self.forms.wantsServerSentEvents {
            frame.serverSentEvents = self.message.serverSentEvents(epoch: position.epoch)
        }
        guard self.forms.wantsWebSocket || self.forms.wantsMessages else { return }
        let text = self.message.text(first: frame.first, last: frame.last, position: position)
        self.totals.bytesRaw += UInt64(text.count)
        if self.forms.wantsMessages { self.fillMessages(&frame, text) }
        guard self.forms.wantsWebSocket else {
            self.totals.bytesSent += UInt64(text.count)
            return
        }
        frame.plain = ServerFrame.text(text)
        if !self.marks.isEmpty {
            frame.marks = ByteBuffer(bytes: self.marks.flatMap { ServerFrame.text($0.json).readableBytesView })
        }
        if self.forms.wantsShared {
            let compressed = self.sharedStream.compress(
                text, events: self.message.count, members: self.forms.total)
            frame.shared = compressed.frame
            frame.sharedBegins = compressed.begins
            statistics.countCompression(from: text.count, to: compressed.frame.readableBytes)
            if compressed.begins { statistics.sharedResets.add(1) }
        }
        for bits in self.forms.windowBits {
            let compressed = LoneMessage.compress(text, windowBits: bits)
            frame.independent[bits] = compressed
            statistics.countCompression(from: text.count, to: compressed.readableBytes)
        }
        self.totals.bytesSent += UInt64((frame.shared ?? frame.plain)?.readableBytes ?? 0)
    }

    private func fillMessages(_ frame: inout Frame, _ text: [UInt8]) {
        frame.messages = ServerSentMessage.text(text)
        guard !self.marks.isEmpty else { return }
        frame.markMessages = ByteBuffer(
            bytes: self.marks.flatMap { ServerSentMessage.text($0.json).readableBytesView })
    }
}

/// Counts of a group since it began, for its members' `stats`.
struct GroupTotals: Sendable {
    var seen: UInt64 = 0
    var matched: UInt64 = 0
    var matchedLevels = [UInt64](repeating: 0, count: Level.allCases.count + 1)
    var bytesRaw: UInt64 = 0
    var bytesSent: UInt64 = 0
    var matchNanoseconds: UInt64 = 0
}

extension HubStatistics {
    func countCompression(from before: Int, to after: Int) {
        self.compressions.add(1)
        self.bytesBeforeCompression.add(before)
        self.bytesAfterCompression.add(after)
    }
}
