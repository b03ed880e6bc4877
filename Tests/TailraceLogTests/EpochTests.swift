import TailraceEvent
import TailraceLog
import Testing

@Suite struct EpochTests {
    /// A log of ten events that were synced and five that were told to readers and lost with the machine's power.
    private static func lostTail() throws -> (folder: ScratchLog, old: String) {
        let folder = try ScratchLog()
        let log = try folder.open()
        try log.appendNumbered(1...10)
        try log.sync()
        #expect(log.durable == 10)
        let survivor = try folder.copy()
        try log.appendNumbered(11...15)
        try survivor.pretendReboot()
        return (survivor, log.epoch)
    }

    @Test func `after a power loss no position means another event`() throws {
        let (folder, old) = try Self.lostTail()
        let log = try folder.open()
        #expect(log.epoch != old && log.notices.count == 1)
        #expect(log.head == 10)
        for number in ["eleven", "twelve", "thirteen"] { try log.append(number) }
        #expect(log.position(of: 10) == Position(epoch: log.epoch, seq: 10))
        #expect(try log.resume(from: log.position(of: 10)).text == "after 10")
        #expect(try log.resume(from: Position(epoch: old, seq: 0)).text == "after 0")
        #expect(try log.resume(from: Position(epoch: old, seq: 5)).text == "after 5")
        #expect(try log.resume(from: Position(epoch: old, seq: 10)).text == "after 10")
        #expect(
            try log.resume(from: Position(epoch: old, seq: 13)).text == "after 10, lost 11...13 (3) power-loss")
        #expect(try log.resume(from: Position(epoch: log.epoch, seq: 12)).text == "after 12")
        #expect(try log.resume(from: Position(epoch: log.epoch, seq: 13)).text == "after 13")
        #expect(throws: PositionError.future(head: 13)) {
            try log.resume(from: Position(epoch: log.epoch, seq: 14))
        }
    }

    @Test func `a position of a log that nobody knows begins at the oldest event and says so`() throws {
        let log = try EventLog(memoryBytes: 1 << 20)
        try log.appendNumbered(1...5)
        let resumption = try log.resume(from: Position(epoch: "elsewhere", seq: 3))
        #expect(resumption.after == 0)
        #expect(resumption.missing?.reason == .unknownEpoch && resumption.missing?.count == nil)
        #expect(try log.resume(from: Position(epoch: "elsewhere", seq: .max)).after == 0)
    }

    @Test func `an epoch lasts over crashes of the process and clean ends`() throws {
        let folder = try ScratchLog()
        let epoch: String
        do {
            let log = try folder.open()
            epoch = log.epoch
            try log.append("one")
        }
        do {
            let log = try folder.open()
            #expect(log.epoch == epoch)
            try log.append("two")
            try log.close()
        }
        // Everything was durable, the mark too, so what happened to the machine since does not matter.
        let survivor = try folder.copy(["tailrace.db"])
        try survivor.pretendReboot()
        let log = try survivor.open()
        #expect(log.epoch == epoch && log.notices.isEmpty && log.head == 2)
    }

    @Test func `a log that syncs every commit keeps its epoch over a power loss`() throws {
        let folder = try ScratchLog()
        do {
            let log = try folder.open(sync: .always)
            try log.append("one")
            #expect(log.durable == 1)
        }
        try folder.pretendReboot()
        #expect(try folder.open(sync: .always).notices.isEmpty)
    }

    @Test func `a power loss before the first sync after a clean end is noticed`() throws {
        let folder = try ScratchLog()
        let old: String
        do {
            let log = try folder.open()
            old = log.epoch
            try log.appendNumbered(1...3)
            try log.close()
        }
        let log = try folder.open()
        try log.appendNumbered(4...5)
        // Nothing was synced: the write-ahead log is gone with the power.
        let survivor = try folder.copy(["tailrace.db"])
        try survivor.pretendReboot()
        let next = try survivor.open()
        #expect(next.epoch != old && next.head == 3)
        #expect(
            try next.resume(from: Position(epoch: old, seq: 5)).text == "after 3, lost 4...5 (2) power-loss")
    }

    @Test func `two power losses in a row leave three epochs that are told apart`() throws {
        let (folder, first) = try Self.lostTail()
        let second = try folder.open().epoch
        try folder.pretendReboot()
        let log = try folder.open()
        #expect(Set([first, second, log.epoch]).count == 3)
        try log.append("eleven")
        #expect(log.position(of: 11).epoch == log.epoch)
        #expect(
            try log.resume(from: Position(epoch: second, seq: 12)).text == "after 10, lost 11...12 (2) power-loss")
        #expect(try log.resume(from: Position(epoch: first, seq: 15)).missing?.count == 5)
        #expect(try log.resume(from: Position(epoch: second, seq: 10)).text == "after 10")
    }

    @Test func `a lost tail whose successors were evicted is two holes`() throws {
        let (folder, old) = try Self.lostTail()
        let log = try folder.open(memory: 1, maxBytes: 1)
        try log.appendNumbered(11...4000, size: 1000)
        try log.tidy()
        #expect(log.oldest > 11)
        let resumption = try log.resume(from: Position(epoch: old, seq: 13))
        #expect(resumption.text == "after 10, lost 11...13 (3) power-loss")
        let reading = try Reading(log, after: resumption.after)
        #expect(reading.isGapless)
        #expect(reading.holes == [.init(range: 11...log.oldest - 1, reason: .evicted)])
    }
}
