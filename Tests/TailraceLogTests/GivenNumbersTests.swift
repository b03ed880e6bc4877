import TailraceEvent
import TailraceLog
import Testing

@Suite struct GivenNumbersTests {
    private static func open(_ folder: ScratchLog, _ numbers: EventLog.Numbers) throws -> EventLog {
        try EventLog(
            settings: .init(
                path: folder.path, maxBytes: 1 << 40, maxAge: .seconds(1_000_000), sync: .group(.milliseconds(100)),
                memoryBytes: 1 << 20, numbers: numbers))
    }

    @Test func `a log begins at a number that is given, and goes on there after a crash and a power loss`() throws {
        let folder = try ScratchLog()
        let given = EventLog.GivenNumbers(epoch: "stream1", after: 5_000_000_000)
        do {
            let log = try Self.open(folder, .givenAnew(given))
            #expect(log.head == 5_000_000_000 && log.oldest == 5_000_000_001 && log.epoch == "stream1")
        }
        for _ in 0..<2 {
            let log = try Self.open(folder, .given)
            let before = log.head
            try log.append("one", checkpoints: [Checkpoint(input: "fleet", key: "place", value: [1])])
            #expect(log.head == before + 1 && log.oldest == 5_000_000_001 && log.epoch == "stream1")
            #expect(try Reading(log, after: 5_000_000_000).isGapless)
            try folder.pretendReboot()
        }
    }

    @Test func `a log that begins anew keeps no event and no place, and positions of before are unknown`() throws {
        let folder = try ScratchLog()
        do {
            let log = try Self.open(folder, .givenAnew(.init(epoch: "stream1", after: 0)))
            try log.append("one", "two", checkpoints: [Checkpoint(input: "fleet", key: "place", value: [1])])
            try log.keepConsumers(
                [
                    StoredConsumer(
                        name: "bot", position: log.position(of: 1), created: Timestamp(nanoseconds: 1), committed: nil,
                        seen: Timestamp(nanoseconds: 1))
                ], removing: [])
        }
        let log = try Self.open(folder, .givenAnew(.init(epoch: "stream2", after: 10)))
        #expect(log.head == 10 && log.oldest == 11)
        #expect(try log.checkpoints(of: "fleet").isEmpty)
        #expect(try log.storedConsumers().consumers.map(\.name) == ["bot"])
        try log.append("three")
        #expect(try Reading(log, after: 10).messages == ["three"])
        let resumption = try log.resume(from: Position(epoch: "stream1", seq: 1))
        #expect(resumption.after == 10 && resumption.missing?.reason == .unknownEpoch)
    }

    @Test func `numbers that were given again in the same epoch leave what is older as evicted`() throws {
        let folder = try ScratchLog()
        do {
            let log = try Self.open(folder, .givenAnew(.init(epoch: "stream1", after: 0)))
            try log.append("one", "two")
        }
        let log = try Self.open(folder, .givenAnew(.init(epoch: "stream1", after: 100)))
        let resumption = try log.resume(from: Position(epoch: "stream1", seq: 1))
        #expect(resumption.text == "after 100, lost 2...100 (99) evicted")
    }

    @Test func `a hub's log and a relay's are never mixed: the other one is moved aside`() throws {
        let folder = try ScratchLog()
        try folder.open().append("mine")
        do {
            let hub = try Self.open(folder, .given)
            #expect(hub.head == 0 && hub.notices.count == 1)
            #expect(folder.files.contains { $0.hasPrefix("tailrace.db.local-") })
            try hub.append("theirs")
        }
        let relay = try folder.open()
        #expect(relay.head == 0 && folder.files.contains { $0.hasPrefix("tailrace.db.fleet-") })
    }

    @Test func `a number that stands for no event is stored, and is no event`() throws {
        let folder = try ScratchLog()
        let log = try Self.open(folder, .givenAnew(.init(epoch: "stream1", after: 0)))
        var batch = EventBatch(messages: ["a", "b"])
        batch.spread(to: [1, 3], among: 5, at: Timestamp(nanoseconds: 9))
        #expect(batch.records.map(\.isFiller) == [true, false, true, false, true])
        _ = try log.append(batch, checkpoints: [])
        _ = try log.append(
            .fillers(3, origin: Origin(source: "s", host: "h"), at: Timestamp(nanoseconds: 9)), checkpoints: [])
        #expect(log.head == 8)
        for log in [log, try Self.open(folder.copy(), .given)] {
            let isEvent = try (1...8).map { try log.event($0) != nil }
            #expect(isEvent == [false, true, false, true, false, false, false, false])
            #expect(try Reading(log).messages.filter { !$0.isEmpty } == ["a", "b"])
        }
    }
}
