import Dispatch
import NIOCore
import TailraceEvent
import TailraceHub
import TailraceLog
import TailraceTesting
import Testing

@Suite struct BackfillTests {
    /// What a reader asks for in the random tests.
    struct Wish: Sendable {
        var start: OpenRequest.Start
        var filter: String
        var form: WireForm
        var writesPerTurn: Int

        static func random(head: UInt64, epoch: String, using random: inout SeededGenerator) -> Wish {
            let position = Position(epoch: epoch, seq: UInt64.random(in: 0...head, using: &random))
            let start: OpenRequest.Start =
                switch Int.random(in: 0..<3, using: &random) {
                case 0: .live
                case 1: .from(position)
                default: .last(random.pick([1, 10, 700, 100_000]))
                }
            return Wish(
                start: start, filter: random.pick(["", "", "even", "odd", "nothing"]),
                form: random.pick([
                    .webSocket(.shared), .webSocket(.shared), .webSocket(.none), .lines, .serverSentEvents, .messages,
                    .webSocket(.independent(windowBits: Int.random(in: 9...15, using: &random))),
                ]),
                writesPerTurn: random.pick([.max, .max, 1, 2, 5]))
        }

        /// The numbers that a reader gets after a position.
        func expected(after: UInt64, through head: UInt64) -> [UInt64] {
            guard after < head else { return [] }
            return (after + 1...head).filter {
                switch self.filter {
                case "even": $0 % 2 == 0
                case "odd": $0 % 2 == 1
                case "nothing": false
                default: true
                }
            }
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func `readers that open while much is written get everything once and in order`(seed: UInt64) async throws {
        try await Relay.run { relay in
            var random = SeededGenerator(seed: seed)
            try relay.publish(count: Int.random(in: 0...1500, using: &random))
            var readers: [(reader: Reader, wish: Wish, headWhenAsked: UInt64)] = []
            for _ in 0..<60 {
                if readers.count < 16, Bool.random(using: &random) {
                    let wish = Wish.random(head: relay.log.head, epoch: relay.log.epoch, using: &random)
                    let reader = try await relay.reader(wish.form, loop: readers.count % 2) {
                        $0.writesPerTurn = wish.writesPerTurn
                    }
                    readers.append((reader, wish, relay.log.head))
                    try await reader.open(wish.start, filter: wish.filter)
                }
                try relay.publish(count: random.pick([1, 1, 1, 3, 50, 700]))
            }
            for (reader, wish, headWhenAsked) in readers {
                try await reader.wait("opened") { !$0.opened.isEmpty }
                let opened = try #require(try await reader.see(\.opened).first)
                let after = try #require(Position(opened.from)).seq
                let expected = wish.expected(after: after, through: relay.log.head)
                try await reader.waitFor(expected)
                #expect(try await reader.see(\.seqs) == expected, "\(wish)")
                #expect(try await reader.see(\.gaps).isEmpty, "\(wish)")
                Self.checkStart(wish, after: after, headWhenAsked: headWhenAsked, head: relay.log.head)
            }
        }
    }

    private static func checkStart(_ wish: Wish, after: UInt64, headWhenAsked: UInt64, head: UInt64) {
        switch wish.start {
        case .from(let position): #expect(after == position.seq)
        case .last(let count):
            // Of those that were there already no more than were asked for, and fewer only if there were fewer.
            let all = wish.expected(after: 0, through: headWhenAsked).count
            #expect(wish.expected(after: after, through: headWhenAsked).count <= count)
            #expect(wish.expected(after: after, through: head).count >= min(count, all))
        case .live, .since: #expect(after >= headWhenAsked)
        }
    }

    @Test(arguments: [0, 1, 7, 250, 99_999])
    func `the last matching events come first`(count: Int) async throws {
        try await Relay.run { relay in
            for _ in 0..<5 { try relay.publish(count: 400) }
            let reader = try await relay.reader()
            try await reader.goLive(.last(count), filter: "even")
            let expected = (1...1000).map { UInt64($0 * 2) }.suffix(count)
            #expect(try await reader.see(\.seqs) == Array(expected))
        }
    }

    @Test func `a reader that comes to the edge while it moves on far misses nothing`() async throws {
        try await Relay.run { relay in
            try relay.publish(count: 3)
            let reader = try await relay.reader { transport in
                transport.onWrite = { [unowned transport] in
                    guard !transport.streamed.isEmpty else { return }
                    transport.onWrite = nil
                    // The hub gets to it only when the reader, who sees the old edge, has asked to be let in.
                    let asked = DispatchSemaphore(value: 0)
                    relay.hubLoop.execute { asked.wait() }
                    #expect(throws: Never.self) { try relay.publish(count: 3000) }
                    transport.onNextTurn { _ in asked.signal() }
                }
            }
            try await reader.open(.from(relay.log.position(of: 0)))
            try await reader.waitFor(1...3003)
            #expect(try await reader.see(\.seqs) == Array(1...3003))
        }
    }

    @Test func `a reader that was evicted while it was away is told the exact count`() async throws {
        try await Relay.run(memoryBytes: 200_000) { relay in
            for _ in 0..<20 { try relay.publish(count: 600) }
            let oldest = relay.log.oldest
            #expect(oldest > 1)
            let reader = try await relay.reader()
            try await reader.goLive(.from(relay.log.position(of: 5)))
            let opened = try #require(try await reader.see(\.opened).first)
            #expect(!opened.complete)
            #expect(opened.missing == .init(from: 6, to: oldest - 1, count: oldest - 6, reason: "evicted"))
            #expect(try await reader.see(\.seqs) == Array(oldest...relay.log.head))
        }
    }

    @Test func `a position of another log is answered with what there is`() async throws {
        try await Relay.run { relay in
            try relay.publish(count: 5)
            let reader = try await relay.reader()
            try await reader.goLive(.from(Position(epoch: "elsewhere", seq: 3)))
            let opened = try #require(try await reader.see(\.opened).first)
            #expect(opened.missing?.reason == "unknown-epoch" && opened.missing?.count == nil)
            #expect(try await reader.see(\.seqs) == Array(1...5))
        }
    }

    @Test func `fetching gives a range beside the live stream`() async throws {
        try await Relay.run { relay in
            for _ in 0..<4 { try relay.publish(count: 500) }
            let reader = try await relay.reader()
            try await reader.act { session, _ in session.fetch(from: 1, through: 2) }
            try await reader.goLive(filter: "even")
            try await reader.act { session, _ in
                session.fetch(from: 0, through: 5)
                session.fetch(from: 6, through: 5)
            }
            #expect(try await reader.see(\.problems).map(\.code) == ["request", "request", "request"])
            try await reader.act { session, _ in session.fetch(from: 100, through: 1500) }
            try relay.publish(count: 10)
            try await reader.wait("the range") { !$0.fetched.isEmpty }
            try await reader.waitFor([2002, 2004, 2006, 2008, 2010])
            let (fetched, done, live) = try await reader.see {
                ($0.events.filter { $0.fetched == true }, $0.fetched, $0.seqs)
            }
            #expect(fetched.flatMap(\.events).map(\.seq) == stride(from: 100, through: 1500, by: 2).map(UInt64.init))
            #expect(done == [.init(from: 100, to: 1500, count: 701, complete: true)])
            // They must not enter the window that the live stream is compressed with.
            #expect(fetched.allSatisfy { $0.isCompressed == false && $0.position == nil })
            #expect(live == [2002, 2004, 2006, 2008, 2010])
        }
    }

    @Test func `a range that is too large comes in part and says how far`() async throws {
        try await Relay.run { relay in
            for _ in 0..<30 { try relay.publish(count: 500) }
            let reader = try await relay.reader { $0.writesPerTurn = 2 }
            try await reader.goLive()
            try await reader.act { session, _ in session.fetch(from: 1, through: .max) }
            try await reader.wait("the range") { !$0.fetched.isEmpty }
            let (seqs, done) = try await reader.see { ($0.events.flatMap(\.events).map(\.seq), $0.fetched) }
            #expect(done.count == 1 && done[0].complete == false && done[0].count == seqs.count)
            #expect(seqs == Array(1...done[0].to) && (10_000...11_000).contains(seqs.count))
        }
    }
}
