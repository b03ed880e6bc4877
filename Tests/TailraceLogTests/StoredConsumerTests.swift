import TailraceEvent
import TailraceLog
import Testing

@Suite struct StoredConsumerTests {
    private static func consumer(_ name: String, _ position: String, committed: Int64? = nil) throws -> StoredConsumer {
        StoredConsumer(
            name: name, position: try #require(Position(position)), created: Timestamp(nanoseconds: 1),
            committed: committed.map(Timestamp.init(nanoseconds:)), seen: Timestamp(nanoseconds: 3))
    }

    private static func read(_ log: EventLog) throws -> [StoredConsumer] {
        try log.storedConsumers().consumers.sorted { $0.name < $1.name }
    }

    @Test func `consumers are there after a crash and after a clean end, as they were kept last`() throws {
        let folder = try ScratchLog()
        let log = try folder.open()
        let kept = [try Self.consumer("a", "old:1"), try Self.consumer("b", "new:18446744073709551615", committed: 2)]
        try log.keepConsumers(kept, removing: [])
        #expect(try Self.read(folder.copy().open()) == kept)
        let moved = try Self.consumer("a", "new:7", committed: 9)
        try log.keepConsumers([moved], removing: ["b", "nobody"])
        #expect(try Self.read(folder.copy().open()) == [moved])
        try log.close()
        #expect(try Self.read(folder.copy(["tailrace.db"]).open()) == [moved])
    }

    @Test func `noting when a consumer was used moves nothing and makes none`() throws {
        let folder = try ScratchLog()
        let log = try folder.open()
        var kept = try Self.consumer("a", "x:5", committed: 2)
        try log.keepConsumers([kept], removing: [])
        kept.seen = Timestamp(nanoseconds: 99)
        try log.noteConsumers(seen: ["a": kept.seen, "nobody": kept.seen])
        #expect(try Self.read(log) == [kept])
    }

    @Test(arguments: [1, 2])
    func `a log of an earlier schema gets room for consumers and keeps its events`(schema: Int) throws {
        let folder = try ScratchLog()
        do {
            let log = try folder.open()
            try log.appendNumbered(1...600)
            try log.close()
        }
        if schema == 1 { try folder.execute("DROP TABLE digest; DROP TABLE trigrams") }
        try folder.execute("DROP TABLE consumer; PRAGMA user_version = \(schema)")
        let log = try folder.open()
        #expect(log.notices.isEmpty && log.head == 600)
        try log.keepConsumers([Self.consumer("a", "x:1")], removing: [])
        #expect(try Self.read(log).map(\.name) == ["a"])
        #expect(try folder.number("PRAGMA user_version") == 3)
        #expect(try Reading(log).messages == (1...600).map(String.init))
    }

    @Test func `rows that do not say where their consumer stands are counted, the others read`() throws {
        let folder = try ScratchLog()
        do {
            let log = try folder.open()
            try log.keepConsumers([Self.consumer("a", "x:1"), Self.consumer("b", "x:2")], removing: [])
            try log.close()
        }
        try folder.execute("UPDATE consumer SET position = 'nowhere' WHERE name = 'a'")
        try folder.execute("INSERT INTO consumer VALUES ('c', 'x:3', 'once', NULL, 1)")
        let found = try folder.open().storedConsumers()
        #expect(found.consumers.map(\.name) == ["b"] && found.damaged == 2)
    }

    @Test func `a disk that takes nothing is an error and changes nothing`() throws {
        let folder = try ScratchLog()
        let log = try folder.open()
        try log.keepConsumers([Self.consumer("a", "x:1")], removing: [])
        try folder.execute("CREATE TRIGGER full BEFORE INSERT ON consumer BEGIN SELECT RAISE(ABORT, 'full'); END")
        let error = #expect(throws: LogError.self) {
            try log.keepConsumers([Self.consumer("a", "x:2")], removing: ["a"])
        }
        #expect(error?.kind == .unavailable)
        #expect(try Self.read(log).map(\.position.description) == ["x:1"])
    }

    @Test func `commits without events do not let the write-ahead log grow without end`() throws {
        let folder = try ScratchLog()
        let log = try folder.open()
        // Each writes a page at least, of 4 KiB and its header.
        for seq in 1...3000 { try log.keepConsumers([Self.consumer("a", "x:\(seq)")], removing: []) }
        let size = try #require(folder.size(of: "tailrace.db-wal"))
        #expect(size < 2048 * 4120)
    }

    @Test func `a log in memory keeps none`() throws {
        let log = try EventLog(memoryBytes: 1 << 20)
        try log.keepConsumers([Self.consumer("a", "x:1")], removing: [])
        #expect(try log.storedConsumers().consumers.isEmpty)
    }

    @Test func `positions of all epochs reach as far as what survived`() throws {
        let folder = try ScratchLog()
        let old: String
        do {
            let log = try folder.open()
            old = log.epoch
            try log.appendNumbered(1...10)
            try log.sync()
        }
        try folder.pretendReboot()
        let log = try folder.open()
        try log.appendNumbered(11...12)
        #expect(log.reach(of: Position(epoch: old, seq: 4)) == 4)
        #expect(log.reach(of: Position(epoch: old, seq: 13)) == 10)
        #expect(log.reach(of: log.position(of: 12)) == 12)
        #expect(log.reach(of: Position(epoch: "elsewhere", seq: 1)) == nil)
    }
}
