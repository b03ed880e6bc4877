import TailraceEvent
import TailraceHub
import TailraceLog
import TailraceTesting
import Testing

@Suite struct SlowReaderTests {
    @Test func `a reader that stalls falls behind, catches up and goes on`() async throws {
        try await Relay.run { relay in
            let (slow, healthy) = (try await relay.reader(), try await relay.reader())
            for reader in [slow, healthy] { try await reader.goLive() }
            try relay.publish(count: 1)
            for reader in [slow, healthy] { try await reader.waitFor([1]) }
            try await slow.act { _, transport in transport.isWritable = false }
            for _ in 0..<50 { try relay.publish(count: 100) }
            try await healthy.waitFor(1...5001)
            #expect(try await slow.see(\.seqs) == [1])
            #expect(relay.hub.statistics.fellBehind.value == 1)
            try await slow.act { _, transport in transport.setWritable(true) }
            try await slow.waitFor(1...5001)
            for _ in 0..<20 { try relay.publish(count: 1) }
            for reader in [slow, healthy] {
                try await reader.waitFor(1...5021)
                #expect(try await reader.see(\.seqs) == Array(1...5021))
                #expect(try await reader.see(\.gaps).isEmpty)
            }
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `readers that stall at random lose nothing`(seed: UInt64) async throws {
        try await Relay.run { relay in
            var random = SeededGenerator(seed: seed)
            var readers: [Reader] = []
            for number in 0..<8 {
                let writesPerTurn = random.pick([1, 2, 3, 10, .max])
                let form = random.pick([
                    WireForm.webSocket(.shared), .lines, .messages, .webSocket(.independent(windowBits: 10)),
                ])
                readers.append(try await relay.reader(form, loop: number % 2) { $0.writesPerTurn = writesPerTurn })
            }
            for reader in readers { try await reader.goLive() }
            for _ in 0..<150 {
                try relay.publish(count: random.pick([1, 2, 30, 300]))
                let isWritable = Bool.random(using: &random)
                try await random.pick(readers).act { _, transport in transport.setWritable(isWritable) }
            }
            for reader in readers {
                try await reader.act { _, transport in transport.setWritable(true) }
                try await reader.waitFor(1...relay.log.head)
                #expect(try await reader.see(\.seqs) == Array(1...relay.log.head))
                #expect(try await reader.see(\.gaps).isEmpty)
            }
        }
    }

    @Test func `what was evicted while a reader stalled is one gap of exact count`() async throws {
        try await Relay.run(memoryBytes: 200_000) { relay in
            let reader = try await relay.reader()
            try await reader.goLive()
            try relay.publish(count: 10)
            try await reader.waitFor(1...10)
            try await reader.act { _, transport in transport.isWritable = false }
            for _ in 0..<30 { try relay.publish(count: 600) }
            // It leaves the group at the first frame that it can't take.
            let peer = try await relay.reader()
            try await peer.goLive()
            try await reader.act { _, transport in transport.setWritable(true) }
            let (head, oldest) = (relay.log.head, relay.log.oldest)
            #expect(oldest > 11)
            try await reader.wait("the newest event") { $0.seqs.last == head }
            #expect(try await reader.see(\.seqs) == Array(1...10) + Array(oldest...head))
            #expect(
                try await reader.see(\.gaps)
                    == [.init(from: 11, to: oldest - 1, count: oldest - 11, reason: "slow")])
        }
    }

    @Test func `a reader that never reads holds no events`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            try await reader.goLive()
            try await reader.act { _, transport in transport.isWritable = false }
            let before = try await reader.see { $0.messages.count }
            for _ in 0..<100 { try relay.publish(count: 100) }
            let peer = try await relay.reader()
            try await peer.goLive()
            #expect(try await reader.see { $0.messages.count } == before)
            #expect(relay.hub.statistics.readersLive.value == 1)
        }
    }
}
