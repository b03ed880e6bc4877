import TailraceEvent
@testable import TailraceFilter
import TailraceTesting
import Testing

@Suite struct MatcherSetTests {
    /// A set beside the matchers that it has to agree with.
    struct Pair: ~Copyable {
        var set = MatcherSet(context: context, maxFilters: 1000)
        var filters: [Int: (filter: Filter, bit: Int?)] = [:]

        static let context = MatchContext(streamNumbers: ["errors": 1, "web": 2])

        mutating func insert(_ filter: Filter, bit: Int? = nil) {
            guard let member = self.set.insert(filter, streamBit: bit) else { return }
            self.filters[member] = (filter, bit)
        }

        mutating func remove(_ member: Int) {
            self.set.remove(member)
            self.filters[member] = nil
        }

        mutating func compile() {
            let job = self.set.makeJob()
            self.set.adopt(job.run())
        }

        /// Compares the answers of set and matchers about a batch.
        mutating func check(_ batch: EventBatch, firstSeq: UInt64) {
            var start = 0
            while start < batch.count {
                let end = min(batch.count, start + MatcherSet.maxChunk)
                self.check(batch, start..<end, firstSeq: firstSeq + UInt64(start))
                start = end
            }
        }

        private mutating func check(_ batch: EventBatch, _ range: Range<Int>, firstSeq: UInt64) {
            let members = self.filters.keys.sorted()
            var answers: [(UInt64, UInt64)] = []
            self.set.match(batch, in: range, firstSeq: firstSeq, members) { answers.append(($1, $2)) }
            for (member, answer) in zip(members, answers) {
                guard let (filter, bit) = self.filters[member] else { continue }
                var indexes: [Int] = []
                var matcher = Matcher(filter, context: Self.context)
                matcher.select(from: batch, in: range, firstSeq: firstSeq, into: &indexes)
                let inStream = range.filter { index in
                    bit.map { batch.records[index].streams & 1 << UInt64($0) != 0 } ?? true
                }
                let expected = Set(indexes).intersection(inStream)
                let found = Set(answer.1.places.map { $0 + range.lowerBound })
                let differing = found.symmetricDifference(expected).sorted().prefix(3).map {
                    "\(batch.message(at: $0)) \(batch.fields(at: $0))"
                }
                #expect(differing.isEmpty, "\(filter.canonical) on \(differing)")
                #expect(Set(answer.0.places.map { $0 + range.lowerBound }) == Set(inStream))
            }
        }
    }

    @Test(arguments: [UInt64(41), 42, 43, 44])
    func `a set says what each matcher says while filters come and go`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var source = RandomEvents(random: SeededGenerator(seed: seed &* 77))
        var pair = Pair()
        for round in 0..<24 {
            for _ in 0..<Int.random(in: 0...14, using: &random) {
                guard let filter = try? Filter(parsing: source.filter()) else { continue }
                pair.insert(filter, bit: [nil, 1, 2].randomElement(using: &random) ?? nil)
            }
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                guard let member = pair.filters.keys.sorted().randomElement(using: &random) else { break }
                pair.remove(member)
            }
            if round % 3 == 1 { pair.compile() }
            pair.check(source.batch(count: Int.random(in: 1...100, using: &random)), firstSeq: UInt64(round * 100 + 1))
        }
    }

    @Test(arguments: [UInt64(51), 52, 53])
    func `comparisons and ranges are answered together as each is by itself`(seed: UInt64) throws {
        var source = RandomOrders(random: SeededGenerator(seed: seed))
        var events = RandomEvents(random: SeededGenerator(seed: seed &* 77))
        var pair = Pair()
        for round in 0..<16 {
            for _ in 0..<Int.random(in: 0...30, using: &source.random) {
                pair.insert(try Filter(parsing: source.filter()))
            }
            for _ in 0..<Int.random(in: 0...15, using: &source.random) {
                guard let member = pair.filters.keys.sorted().randomElement(using: &source.random) else { break }
                pair.remove(member)
            }
            var batch = EventBatch()
            for _ in 0..<Int.random(in: 1...100, using: &source.random) {
                events.append("", source.fields(), to: &batch)
            }
            pair.check(batch, firstSeq: UInt64(round * 100 + 1))
        }
    }

    @Test func `a range holds one value of an array, not its two ends two of them`() throws {
        var pair = Pair()
        for text in ["n:3..5", "n>=3 n<=5", "n>5", "n<3", "n:..3", "n:5.."] {
            pair.insert(try Filter(parsing: text))
        }
        var events = RandomEvents(random: SeededGenerator(seed: 7))
        var batch = EventBatch()
        for fields in ["\"n\":[1,9]", "\"n\":[1,[9,4]]", "\"n\":[]", "\"n\":[\"4\",\"x\"]"] {
            events.append("", fields, to: &batch)
        }
        pair.check(batch, firstSeq: 1)
        var answers: [UInt64] = []
        pair.set.match(batch, in: 0..<4, firstSeq: 1, [0, 1]) { answers.append($2) }
        #expect(answers == [0b1010, 0b1011])
    }

    @Test func `what was compiled while filters came and went is taken for those that are there`() throws {
        var source = RandomEvents(random: SeededGenerator(seed: 5))
        var pair = Pair()
        for word in 0..<40 { pair.insert(try Filter(parsing: "w\(word)")) }
        let job = pair.set.makeJob()
        for member in pair.filters.keys.sorted().prefix(20) { pair.remove(member) }
        for word in 0..<20 { pair.insert(try Filter(parsing: "a\(word) OR path:/x\(word)/")) }
        let compiled = job.run()
        pair.set.adopt(compiled)
        let scanned = pair.set.statistics.scanned
        #expect(scanned == 40)
        var batch = EventBatch()
        for number in 0..<60 { source.append("W\(number) a\(number)", "\"path\":\"x\(number)\"", to: &batch) }
        pair.check(batch, firstSeq: 1)
        let wantsCompiling = pair.set.wantsCompiling
        #expect(wantsCompiling)
        pair.compile()
        pair.check(batch, firstSeq: 1)
    }

    @Test func `equal clauses are one, and nothing is left of filters that went`() throws {
        var set = MatcherSet(context: Pair.context, maxFilters: 100)
        var counts: [Int] = []
        let first = set.insert(try Filter(parsing: "timeout level>=warn unit=nginx")) ?? -1
        counts.append(set.statistics.clauses)
        let second = set.insert(try Filter(parsing: "-timeout OR (unit=nginx level>=warn)")) ?? -1
        counts.append(set.statistics.clauses)
        set.remove(first)
        counts.append(set.statistics.clauses)
        set.remove(second)
        counts += [set.statistics.clauses, set.count]
        #expect(counts == [3, 3, 3, 0, 0])
    }

    @Test func `the set is full at its limit, and takes one again when one went`() throws {
        var set = MatcherSet(context: Pair.context, maxFilters: 100)
        let filter = try Filter(parsing: "a")
        var members: [Int] = []
        while let member = set.insert(filter) { members.append(member) }
        #expect(members.count == 100)
        set.remove(members[7])
        let again = set.insert(filter)
        #expect(again == members[7])
    }

    @Test func `patterns over the limit are left out of the scan, the dearest first, and still found`() throws {
        var pair = Pair()
        for number in 0..<40 {
            pair.insert(try Filter(parsing: "/x{\(number + 900)}y[abc]{2000}/ OR z\(number)"))
        }
        let compiled = pair.set.makeJob().run()
        pair.set.adopt(compiled)
        #expect(compiled.leftOut > 20 && compiled.leftOut < 40)
        var source = RandomEvents(random: SeededGenerator(seed: 6))
        var batch = EventBatch()
        for number in 0..<10 {
            let text = String(repeating: "x", count: 895 + number * 4) + "y" + String(repeating: "abca", count: 500)
            source.append(text, "", to: &batch)
            source.append("z\(number)", "", to: &batch)
        }
        pair.check(batch, firstSeq: 1)
    }
}
