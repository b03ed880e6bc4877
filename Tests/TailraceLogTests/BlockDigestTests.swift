import Foundation
import TailraceEvent
import TailraceLog
import TailraceTesting
import Testing

@Suite struct BlockDigestTests {
    @Test(arguments: [UInt64(1), 2, 3])
    func `what is known of a block is what its events say`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for count in [1, 3, 200] {
            let samples = Sample.many(count, using: &random)
            let digest = BlockDigest(of: StoredBlock(firstSeq: 7, batch: EventBatch(samples)))
            #expect((digest.first, digest.last) == (7, UInt64(6 + count)))
            #expect(digest.times.lowerBound == samples.map(\.time).min())
            #expect(digest.times.upperBound == samples.map(\.time).max())
            for (number, counted) in digest.levelCounts.enumerated() {
                #expect(counted == samples.filter { Int($0.level?.rawValue ?? 0) == number }.count)
            }
            for entry in try #require(digest.originCounts) {
                #expect(entry.count == samples.filter { $0.source == entry.origin.source }.count)
            }
        }
    }

    @Test func `a block that may hold a gap says so`() {
        func mayHoldExempt(_ level: Level, _ fields: String) -> Bool {
            let sample = Sample(level: level, message: "m", fields: fields)
            return BlockDigest(of: StoredBlock(firstSeq: 1, batch: EventBatch([sample]))).mayHoldExempt
        }
        #expect(mayHoldExempt(.warn, "\"a\":1,\"gap\":{\"reason\":\"dropped\"}"))
        #expect(mayHoldExempt(.warn, "\"\\u0067ap\":{\"reason\":\"dropped\"}"))
        #expect(!mayHoldExempt(.info, "\"gap\":{\"reason\":\"dropped\"}"))
        #expect(!mayHoldExempt(.warn, "\"a\":\"no hole here\""))
    }

    @Test func `a block with a note, or with what is not in all, says so`() throws {
        var batch = EventBatch([Sample(level: .info, message: "m", fields: "")])
        #expect(!BlockDigest(of: StoredBlock(firstSeq: 1, batch: batch)).hasAsides)
        let subject = Position(epoch: "e", seq: 1)
        batch.append(
            Mark(subject: subject, text: "seen", user: "u", peer: nil), host: "h", at: Timestamp(nanoseconds: 5),
            streams: 0)
        #expect(BlockDigest(of: StoredBlock(firstSeq: 1, batch: batch)).mayHoldExempt)
        batch.records[0].streams = EventBatch.Record.asideBit | 1
        let digest = BlockDigest(of: StoredBlock(firstSeq: 1, batch: batch))
        #expect(digest.hasAsides && digest.mayHoldExempt)
    }

    @Test(arguments: [UInt64(4), 5])
    func `every trigram of a block's bytes is found, and most others are not`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        let words = (0..<400).map { _ in String((0..<12).map { _ in random.pick(letters) }) }
        // As in a log, few words stand in it often.
        let text = (0..<4000).map { _ in random.pick(Array(words.prefix(200))) }.joined(separator: " ")
        let bytes = Array((text + words.prefix(200).joined(separator: " ")).uppercased().utf8)
        let trigrams = BlockTrigrams(of: bytes)
        for word in words.prefix(200) { #expect(trigrams.mayHold(Self.trigrams(of: word))) }
        let mistaken = words.suffix(200).filter { trigrams.mayHold(Self.trigrams(of: $0)) }
        #expect(mistaken.count < 10)
    }

    @Test(arguments: [UInt64(6), 7, 8])
    func `a text of any bytes and length has all the trigrams that stand in it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for length in Array(0...40) + [1000] {
            // No two bytes that fold to ASCII letters, no backslash: nothing makes the map blind.
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...0xBE, using: &random) }.map { $0 == 0x5C ? 0 : $0 }
            let folded = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            let trigrams = BlockTrigrams(of: bytes)
            #expect(Self.trigrams(of: folded).allSatisfy { trigrams.mayHold([$0]) }, "\(bytes)")
            if length < 3 { #expect(!trigrams.mayHold([0x616263])) }
        }
    }

    @Test(arguments: ["a\\u0062c", "a\\/b", "ſome", "\u{212A}elvin"])
    func `where letters have several forms nothing is ruled out`(text: String) {
        #expect(BlockTrigrams(of: Array(text.utf8)).mayHold(Self.trigrams(of: "absent")))
    }

    private static func trigrams(of word: String) -> [UInt32] { Self.trigrams(of: Array(word.utf8)) }

    private static func trigrams(of bytes: [UInt8]) -> [UInt32] {
        (0..<max(0, bytes.count - 2)).map { start in
            bytes[start..<start + 3].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}

@Suite struct CandidateTests {
    private static func search(
        _ range: ClosedRange<UInt64> = 1...UInt64.max, times: ClosedRange<Int64> = Int64.min...Int64.max,
        down: Bool = false, limit: Int = 1000
    ) -> BlockSearch {
        BlockSearch(
            from: range.lowerBound, through: range.upperBound, times: times, isDescending: down, withTrigrams: true,
            limit: limit)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `candidates hold every event of the range and time that is searched for`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try ScratchLog()
        let log = try folder.open(memory: 1)
        var times: [Int64] = []
        for step in 0..<60 {
            let samples = (0..<random.pick([1, 2, 40, 700])).map { _ in
                Sample(time: Int64(step * 10 + Int.random(in: -15...15, using: &random)), message: "m")
            }
            times += samples.map(\.time)
            _ = try log.append(EventBatch(samples), checkpoints: [])
        }
        for _ in 0..<60 {
            let from = UInt64.random(in: 1...log.head, using: &random)
            let range = from...UInt64.random(in: from...log.head, using: &random)
            let start = Int64.random(in: -20...620, using: &random)
            let span = start...(start + .random(in: 0...100, using: &random))
            let down = Bool.random(using: &random)
            let found = try log.candidates(Self.search(range, times: span, down: down))
            let starts = found.map(\.range.lowerBound)
            #expect(starts == (down ? starts.sorted(by: >) : starts.sorted()))
            for (left, right) in zip(found, found.dropFirst()) { #expect(!left.range.overlaps(right.range)) }
            for seq in range where span.contains(times[Int(seq) - 1]) {
                #expect(found.contains { $0.range.contains(seq) })
            }
            let few = try log.candidates(Self.search(range, times: span, down: down, limit: 2))
            #expect(few.map(\.range) == found.prefix(2).map(\.range))
        }
    }

    @Test func `blocks that a time rules out are no candidates`() throws {
        let folder = try ScratchLog()
        let log = try folder.open(memory: 1)
        for hour in 0..<10 {
            _ = try log.append(
                EventBatch((0..<600).map { Sample(time: Int64(hour * 1000 + $0), message: "m") }), checkpoints: [])
        }
        let found = try log.candidates(Self.search(times: 3100...4200))
        #expect(found.map(\.range) == [1801...2400, 2401...3000])
        #expect(found.allSatisfy { $0.digest?.levelCounts[0] == 600 && $0.trigrams != nil })
        #expect(try log.times() == 0...9599)
        #expect(try log.seqBefore(time: Timestamp(nanoseconds: 5000)) == 3000)
    }

    @Test func `small commits of the last run are merged with those of this one`() throws {
        let folder = try ScratchLog()
        do {
            let log = try folder.open()
            try log.appendNumbered(1...300)
            try log.close()
        }
        let log = try folder.open(memory: 1)
        try log.appendNumbered(301...600)
        #expect(try folder.number("SELECT count(*) FROM digest") == 1)
        #expect(try folder.number("SELECT last FROM digest") == 512)
        #expect(try Reading(log).messages == (1...600).map(String.init))
    }

    @Test func `a log of the first schema opens, is read and searched, and new blocks get digests`() throws {
        let folder = try ScratchLog()
        do {
            let log = try folder.open()
            try log.appendNumbered(1...3000, size: 1000)
            try log.append("small")
            try log.close()
        }
        try folder.execute("DROP TABLE digest; DROP TABLE trigrams; DROP TABLE consumer; PRAGMA user_version = 1")
        let log = try folder.open(memory: 1)
        #expect(log.notices.isEmpty && log.head == 3001)
        #expect(try log.candidates(Self.search()).map(\.range) == [1...1000, 1001...2000, 2001...3000, 3001...3001])
        try log.appendNumbered(3002...4000, size: 999)
        #expect(try folder.number("PRAGMA user_version") == 3)
        #expect(try folder.number("SELECT count(*) FROM digest") == 1)
        #expect(try Reading(log).events.count == 4000)
        let covered = try log.candidates(Self.search(2500...4000, down: true)).map(\.range)
        #expect(covered == [3001...4000, 2001...3000])
    }

    @Test func `G10 a log of a later version is refused and left as it is`() throws {
        let folder = try ScratchLog()
        do {
            let log = try folder.open()
            try log.append("precious")
            try log.close()
        }
        try folder.execute("PRAGMA user_version = 4")
        let error = #expect(throws: LogError.self) { try folder.open() }
        #expect(error?.message.contains("newer version (schema 4; this one knows 3)") == true)
        #expect(error?.hint.contains("install that version again") == true)
        #expect(!folder.files.contains { $0.contains(".damaged-") })
        try folder.execute("PRAGMA user_version = 3")
        #expect(try folder.open().head == 1)
    }

    @Test func `digests leave with their blocks`() throws {
        let folder = try ScratchLog()
        let log = try folder.open(maxAge: .seconds(3600))
        let now = Timestamp.now().nanoseconds
        for minutes in [300, 200, 10] {
            let received = now - Int64(minutes) * 60_000_000_000
            let samples = (0..<600).map { _ in Sample(time: received, received: received, message: "m") }
            _ = try log.append(EventBatch(samples), checkpoints: [])
        }
        try log.tidy()
        for table in ["block", "digest", "trigrams"] {
            #expect(try folder.number("SELECT min(first) FROM \(table)") == 1201)
            #expect(try folder.number("SELECT count(*) FROM \(table)") == 1)
        }
    }

    @Test(arguments: ["facts = zeroblob(length(facts))", "time_first = time_first - 1"])
    func `a digest that was changed is not believed`(damage: String) throws {
        let folder = try ScratchLog()
        let log = try folder.open(memory: 1)
        try log.appendNumbered(1...2000, size: 1000)
        try folder.execute("UPDATE digest SET \(damage) WHERE first = 1")
        try folder.execute("UPDATE trigrams SET bits = zeroblob(length(bits)) WHERE first = 1")
        let found = try log.candidates(Self.search())
        #expect(found.map(\.range) == [1...1000, 1001...2000])
        #expect(found[0].digest == nil && found[0].trigrams == nil && found[1].digest != nil)
    }
}
