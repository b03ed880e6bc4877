import TailraceEvent
import TailraceFilter
import TailraceTesting
import Testing

@Suite struct BlockSieveTests {
    /// What a block of these events is known for, told exactly.
    private static func keeps(_ filter: String, _ events: [[String: Any]]) throws -> Bool {
        var block = EventBatch()
        let time: [String: Any] = ["time": "2026-11-22T07:35:12Z"]
        for event in events { block.append(try EventBatch(json: time.merging(event) { $1 })) }
        return Self.keeps(try Filter(parsing: filter), block)
    }

    private static func keeps(_ filter: Filter, _ block: EventBatch) -> Bool {
        let levels = block.records.reduce(UInt16(0)) { $0 | 1 << UInt16($1.level) }
        let folded = block.bytes.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        var trigrams: Set<UInt32> = []
        for start in 0..<max(0, folded.count - 2) {
            trigrams.insert(folded[start..<start + 3].reduce(0) { $0 << 8 | UInt32($1) })
        }
        // As the log does it: where JSON may spell letters differently, nothing is ruled out.
        let isBlind = block.bytes.contains(UInt8(ascii: "\\"))
        return BlockSieve(filter).mayPass(
            BlockKnowledge(levels: levels, origins: block.origins, mayHoldExempt: false)
        ) { wanted in isBlind || wanted.allSatisfy { trigrams.contains($0) } }
    }

    @Test(
        arguments: [
            ("level>=error", false), ("level<=info", true), ("-level:info", false), ("level:*", true),
            ("-level>=error", true), ("source:shop", true), ("source:web", false), ("-source:shop", false),
            ("host=web-1", true), ("host:db*", false), ("timeout", true), ("TIMEOUT", true), ("refused", false),
            ("timeout refused", false), ("timeout OR refused", true), ("-refused", true), ("-timeout", true),
            ("to", true), ("zq", true), ("unit:nginx", true), ("unit=mysqld", false), ("missing_field:*", false),
            ("missing_field:x", false), ("status:500", true), ("status:404", true), ("ip:10.0.0.0/8", true),
            ("/refused/", true), ("*:refused", false), ("*:web-1", true), ("*:nginx", true),
            ("#(refused)", true), ("path:/api/v9", false), ("msg:refused", false),
        ] as [(String, Bool)])
    func `a block is passed by only where nothing can match`(filter: String, isKept: Bool) throws {
        let event: [String: Any] = [
            "message": "upstream timeout", "level": "info", "source": "shop", "host": "web-1",
            "fields": ["unit": "nginx.service", "status": 500],
        ]
        #expect(try Self.keeps(filter, [event]) == isKept)
    }

    @Test func `a block that may hold a gap is always kept`() throws {
        let sieve = BlockSieve(try Filter(parsing: "nothing level:error"))
        let knowledge = BlockKnowledge(levels: 1 << 3, origins: [], mayHoldExempt: true)
        #expect(sieve.mayPass(knowledge) { _ in false })
        #expect(sieve.asksForText && !sieve.keepsAll)
        #expect(BlockSieve(.everything).keepsAll)
    }

    @Test(arguments: [UInt64(41), 42, 43])
    func `no filter loses an event of a block it passes by`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var passedBy = 0
        for _ in 0..<600 {
            let count = Int.random(in: 1...7, using: &random)
            let text = (0..<count).map { _ in Self.clauses.randomElement(using: &random) ?? "" }.joined(separator: " ")
            guard let filter = try? Filter(parsing: text) else { continue }
            var block = EventBatch()
            for _ in 0..<3 {
                let fields: [String: Any] = [
                    "unit": Self.word(&random), "user": ["name": Self.word(&random)],
                    "n": Int.random(in: 0...3, using: &random),
                ]
                block.append(
                    try EventBatch(json: [
                        "time": "2026-11-22T07:35:12Z", "message": "\(Self.word(&random)) \(Self.word(&random))",
                        "level": Level.allCases.randomElement(using: &random)?.name ?? "", "source": Self.word(&random),
                        "host": "web-\(Int.random(in: 1...2, using: &random))", "fields": fields,
                    ]))
            }
            guard !Self.keeps(filter, block) else { continue }
            passedBy += 1
            var matcher = Matcher(filter, context: MatchContext(streamNumbers: [:]))
            var hits: [Int] = []
            matcher.select(from: block, in: 0..<block.count, firstSeq: 1, into: &hits)
            #expect(hits.isEmpty, "\(text)")
        }
        #expect(passedBy > 50)
    }

    private static func word(_ random: inout SeededGenerator) -> String {
        ["alpha", "BRAVO", "Kilo", "sierra", "naïve", "Ünï", "x\"y\\z", "tab\there", "10.1.2.3"]
            .randomElement(using: &random) ?? ""
    }

    private static let clauses = [
        "alpha", "bravo", "KILO", "kilo", "Sierra", "naïve", "\"x\\\"y\"", "unit:alpha", "unit=BRAVO", "user.name:kilo",
        "unit:*", "n:2", "n>1", "level>=error",
        "level:info", "source:sierra", "host=web-1", "*:alpha", "-", "-", "OR", "OR",
        "(alpha OR bravo)", "-(kilo level<warn)", "unit:(alpha OR sierra)",
        "10.1.2.3", "ip:10.0.0.0/8", "al*a", "/br/i",
    ]
}
