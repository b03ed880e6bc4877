import TailraceEvent
import TailraceLog
import TailraceTesting
import Testing

@Suite struct RetentionTests {
    /// Incompressible messages, so that sizes can be told beforehand.
    private static func batch(
        _ count: Int, received: Timestamp = .now(), using random: inout SeededGenerator
    ) -> EventBatch {
        EventBatch(
            (0..<count).map { _ in
                let letters = (0..<100).map { _ in Self.letters[Int.random(in: 0..<64, using: &random)] }
                return Sample(
                    time: received.nanoseconds, received: received.nanoseconds,
                    message: String(decoding: letters, as: UTF8.self))
            })
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    @Test func `the oldest blocks go when the log is larger than it may be`() throws {
        var random = SeededGenerator(seed: 1)
        let folder = try ScratchLog()
        let limit: Int64 = 400_000
        let log = try folder.open(memory: 1, maxBytes: limit)
        var oldest: UInt64 = 1
        for _ in 0..<30 {
            _ = try log.append(Self.batch(600, using: &random), checkpoints: [])
            try log.tidy()
            #expect(log.usedBytes <= limit)
            #expect(log.oldest >= oldest)
            oldest = log.oldest
        }
        #expect(oldest > 1 && oldest < log.head)
        let reading = try Reading(log)
        #expect(reading.holes == [.init(range: 1...oldest - 1, reason: .evicted)])
        #expect(reading.events.count == Int(log.head - oldest + 1))
        let resumption = try log.resume(from: log.position(of: 10))
        #expect(
            resumption.text == "after \(oldest - 1), lost 11...\(oldest - 1) (\(oldest - 11)) evicted")
        #expect(try log.resume(from: log.position(of: oldest - 1)).text == "after \(oldest - 1)")
        #expect(try log.readBackwards(through: oldest - 1) == nil)
    }

    @Test func `blocks older than the age go, and the newest one always stays`() throws {
        var random = SeededGenerator(seed: 2)
        let folder = try ScratchLog()
        let log = try folder.open(maxAge: .seconds(3600))
        let now = Timestamp.now().nanoseconds
        for minutes in [300, 200, 61, 59, 10] {
            let received = Timestamp(nanoseconds: now - Int64(minutes) * 60_000_000_000)
            _ = try log.append(Self.batch(600, received: received, using: &random), checkpoints: [])
        }
        try log.tidy()
        #expect((log.oldest, log.head) == (1801, 3000))
        let old = try ScratchLog().open(maxAge: .seconds(1))
        for _ in 0..<3 {
            let received = Timestamp(nanoseconds: now - 60_000_000_000)
            _ = try old.append(Self.batch(600, received: received, using: &random), checkpoints: [])
        }
        try old.tidy()
        #expect((old.oldest, old.head) == (1201, 1800))
        #expect(try Reading(old, after: 1200).events.count == 600)
    }

    @Test func `numbers go on after everything else was taken`() throws {
        var random = SeededGenerator(seed: 3)
        let folder = try ScratchLog()
        do {
            let log = try folder.open(maxBytes: 1)
            for _ in 0..<3 { _ = try log.append(Self.batch(600, using: &random), checkpoints: []) }
            try log.tidy()
            try log.close()
        }
        let log = try folder.open()
        #expect((log.oldest, log.head) == (1201, 1800))
        #expect(try log.append(EventBatch(messages: ["next"]), checkpoints: []).first?.firstSeq == 1801)
    }

    @Test func `the write-ahead log is copied once it has grown`() throws {
        var random = SeededGenerator(seed: 4)
        let folder = try ScratchLog()
        let log = try folder.open()
        let before = try folder.copy(["tailrace.db"]).number("SELECT count(*) FROM block")
        #expect(before == 0)
        for _ in 0..<200 {
            _ = try log.append(Self.batch(600, using: &random), checkpoints: [])
            try log.copyWriteAheadLogIfGrown()
        }
        #expect(try folder.copy(["tailrace.db"]).number("SELECT count(*) FROM block") > 0)
    }
}
