import TailraceEvent
import TailraceHub
import TailraceLog
import TailraceTesting
import Testing

@Suite struct HoldTests {
    @Test func `a release behind a hold names exactly what was skipped`() async throws {
        try await Relay.run { relay in
            let (held, peer) = (try await relay.reader(), try await relay.reader())
            for reader in [held, peer] { try await reader.goLive(filter: "even") }
            try relay.publish(count: 10)
            try await held.waitFor([2, 4, 6, 8, 10])
            try await held.act { session, _ in session.hold() }
            for _ in 0..<50 { try relay.publish(count: 5) }
            try await peer.waitFor((1...130).map { UInt64($0 * 2) })
            #expect(try await held.see(\.seqs) == [2, 4, 6, 8, 10])
            try await held.act { session, _ in session.release(play: false) }
            try relay.publish(count: 4)
            try await held.waitFor([2, 4, 6, 8, 10, 262, 264])
            #expect(try await held.see(\.seqs) == [2, 4, 6, 8, 10, 262, 264])
            let gaps = try await held.see(\.gaps)
            #expect(gaps.count == 1 && gaps[0].count == 125 && gaps[0].reason == "paused")
            #expect(gaps[0].from == 11 && (260...261).contains(gaps[0].to))
            #expect(try await held.see { $0.notices("live").count } == 2)
        }
    }

    @Test func `a release that plays goes on where it was held`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            try await reader.goLive()
            try relay.publish(count: 3)
            try await reader.waitFor(1...3)
            try await reader.act { session, _ in session.hold() }
            for _ in 0..<30 { try relay.publish(count: 70) }
            try await reader.act { session, _ in session.release(play: true) }
            try relay.publish(count: 1)
            try await reader.waitFor(1...2104)
            #expect(try await reader.see(\.seqs) == Array(1...2104))
            #expect(try await reader.see(\.gaps).isEmpty)
        }
    }

    @Test(arguments: [nil, 1000]) func `a hold sent right behind an open, or a rate behind a hold, keeps events away`(
        rate: Int?
    ) async throws {
        try await Relay.run { relay in
            let (held, peer) = (try await relay.reader(), try await relay.reader())
            try await peer.goLive()
            try await held.act { session, _ in
                session.open(OpenRequest(stream: "all", filter: "", start: .live))
                session.hold()
            }
            try await held.wait("live") { $0.notices("live").count == 1 }
            if let rate {
                try await held.act { session, _ in session.setRate(rate) }
                try await held.wait("live") { $0.notices("live").count == 2 }
            }
            try relay.publish(count: 5)
            try await peer.waitFor(1...5)
            #expect(try await held.see(\.seqs).isEmpty)
            try await held.act { session, _ in session.release(play: false) }
            try await held.wait("the gap") { $0.gaps.count == 1 }
            #expect(try await held.see(\.gaps)[0].count == 5)
        }
    }

    @Test func `a hold during which nothing matched leaves no gap`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            try await reader.goLive(filter: "even")
            try await reader.act { session, _ in session.hold() }
            try relay.publish(count: 1)
            try await reader.act { session, _ in session.release(play: false) }
            try relay.publish(count: 1)
            try await reader.waitFor([2])
            #expect(try await reader.see(\.gaps).isEmpty)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `holding, releasing and playing at random loses nothing untold`(seed: UInt64) async throws {
        try await Relay.run { relay in
            var random = SeededGenerator(seed: seed)
            var readers: [Reader] = []
            for number in 0..<4 {
                readers.append(try await relay.reader(random.pick([.webSocket(.shared), .lines]), loop: number % 2))
            }
            for reader in readers { try await reader.goLive(filter: "even") }
            for _ in 0..<200 {
                try relay.publish(count: random.pick([1, 2, 3, 60, 700]))
                let action = Int.random(in: 0..<5, using: &random)
                try await random.pick(readers).act { session, transport in
                    switch action {
                    case 0: session.hold()
                    case 1: session.release(play: false)
                    case 2: session.release(play: true)
                    case 3: transport.isWritable = false
                    default: transport.setWritable(true)
                    }
                }
            }
            for reader in readers {
                try await reader.act { session, transport in
                    transport.setWritable(true)
                    session.release(play: false)
                }
            }
            // The last word: whoever has it has had everything before.
            try relay.publish("even the last")
            let head = relay.log.head
            let all = (1...head).filter { $0 % 2 == 0 }.count + (head % 2 == 0 ? 0 : 1)
            for reader in readers {
                try await reader.wait("the last event") { $0.seqs.last == head }
                let (seqs, gaps) = try await reader.see { ($0.seqs, $0.gaps) }
                #expect(zip(seqs, seqs.dropFirst()).allSatisfy { $0 < $1 })
                #expect(gaps.allSatisfy { $0.reason == "paused" })
                #expect(seqs.count + Int(gaps.reduce(0) { $0 + $1.count }) == all)
                for gap in gaps { #expect(!seqs.contains { gap.from <= $0 && $0 <= gap.to }) }
            }
        }
    }
}
