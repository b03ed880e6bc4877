internal import NIOCore

/// The members that a group has on one event loop. Frames reach them in the order the hub made them, so who is in step
/// with the shared stream is decided here, per message, without a race.
final class GroupMembers {
    private(set) var members: [ReaderSession] = []
    /// The last seq of the newest frame.
    private(set) var last: UInt64
    /// Matching events so far, for counting what a held member did not get.
    private(set) var matched: UInt64 = 0

    init(last: UInt64) { self.last = last }

    var isEmpty: Bool { self.members.isEmpty }

    func join(_ member: ReaderSession, at last: UInt64) {
        self.last = max(self.last, last)
        member.slot = self.members.count
        self.members.append(member)
    }

    /// Constant time: the last member takes the place.
    func leave(_ member: ReaderSession) {
        guard let slot = member.slot, slot < self.members.count, self.members[slot] === member else { return }
        let moved = self.members.removeLast()
        if moved !== member {
            self.members[slot] = moved
            moved.slot = slot
        }
        member.slot = nil
    }

    func deliver(_ frame: Frame, statistics: HubStatistics) {
        self.last = frame.last
        self.matched += frame.matched
        var written = 0
        // Backwards, since a member that falls behind leaves and the last one takes its place.
        for index in self.members.indices.reversed() where self.members[index].take(frame) { written += 1 }
        statistics.framesWritten.add(written)
        statistics.eventsDelivered.add(written * frame.count)
        guard written > 0, frame.count > 0, let since = frame.since else { return }
        statistics.delivery.observe(nanoseconds: (NIODeadline.now() - since).nanoseconds)
    }

    func tell(_ message: ControlMessage) {
        var forms: [WireForm: ByteBuffer] = [:]
        for member in self.members {
            let form = member.transport.form
            if message.type == "stats", form == .lines || form == .serverSentEvents { continue }
            let buffer = forms[form] ?? form.control(message)
            forms[form] = buffer
            member.tell(buffer)
        }
    }
}

/// All that the hub has on one event loop: touched on that loop only.
final class LoopReaders {
    var groups: [Int: GroupMembers] = [:]
    /// Every open reader, so that stopping can reach them.
    var sessions: [ObjectIdentifier: ReaderSession] = [:]
    let panelViewers = PanelViewers()

    func deliver(_ frame: Frame, to group: Int, statistics: HubStatistics) {
        self.groups[group]?.deliver(frame, statistics: statistics)
    }

    func removeIfEmpty(_ group: Int) {
        if self.groups[group]?.isEmpty == true { self.groups[group] = nil }
    }
}
