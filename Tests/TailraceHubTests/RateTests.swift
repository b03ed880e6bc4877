import TailraceEvent
import TailraceHub
import TailraceLog
import Testing

@Suite struct RateTests {
    @Test(arguments: [WireForm.webSocket(.shared), .lines])
    func `what a rate leaves out is told to the last event`(form: WireForm) async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader(form)
            try await reader.goLive(filter: "even", maxRate: 100)
            for _ in 0..<100 { try relay.publish(count: 60) }
            try await reader.wait("everything, sent or told") { $0.seqs.count + Int($0.lost) >= 3000 }
            let (seqs, gaps) = try await reader.see { ($0.seqs, $0.gaps) }
            #expect(seqs.count + Int(gaps.reduce(0) { $0 + $1.count }) == 3000)
            // One second's worth at once, and what time brought since.
            #expect(seqs.count >= 100 && seqs.count < 3000)
            #expect(!gaps.isEmpty && gaps.allSatisfy { $0.reason == "sampled" && $0.from <= $0.to })
            #expect(zip(seqs, seqs.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test func `errors are left out last`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            try await reader.goLive(maxRate: 50)
            try relay.publish((0..<1000).map(String.init), level: .info)
            try relay.publish((0..<50).map(String.init), level: .error)
            try await reader.wait("everything, sent or told") { $0.seqs.count + Int($0.lost) >= 1050 }
            #expect(try await reader.see { $0.streamed.count { $0.level == "error" } } == 50)
        }
    }

    @Test func `a rate can be set and lifted on the way`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            try await reader.goLive()
            try relay.publish(count: 10)
            try await reader.waitFor(1...10)
            try await reader.act { session, _ in session.setRate(20) }
            try await reader.wait("live with a rate") { $0.notices("live").count == 2 }
            for _ in 0..<10 { try relay.publish(count: 100) }
            try await reader.wait("everything, sent or told") { $0.seqs.count + Int($0.lost) >= 1010 }
            try await reader.act { session, _ in session.setRate(nil) }
            try await reader.wait("live without one") { $0.notices("live").count == 3 }
            let (before, lost) = try await reader.see { ($0.seqs.count, $0.lost) }
            #expect(lost > 0)
            for _ in 0..<10 { try relay.publish(count: 100) }
            try await reader.wait("all of the rest") { $0.seqs.count == before + 1000 }
            #expect(try await reader.see(\.lost) == lost)
        }
    }

    @Test func `a rate set right behind an open does not lose the reader`() async throws {
        try await Relay.run { relay in
            try relay.publish(count: 100)
            let start = OpenRequest.Start.from(relay.log.position(of: 0))
            let reader = try await relay.reader { transport in
                // The first message says that it is opened; the hub is asked for the group and can't have answered.
                transport.onWrite = { [unowned transport] in
                    transport.onWrite = nil
                    transport.onNextTurn { $0.session?.setRate(1_000_000) }
                }
            }
            try await reader.open(start)
            try await reader.waitFor(1...100)
            try await reader.wait("live") { $0.isLive }
            try relay.publish(count: 1)
            try await reader.waitFor(1...101)
            #expect(try await reader.see(\.seqs) == Array(1...101))
        }
    }

    @Test func `a rate set while catching up since a time leaves older events out still`() async throws {
        try await Relay.run { relay in
            var batch = EventBatch()
            let origin = batch.origin(Origin(source: "s", host: "h"))
            for number in 0..<3000 {
                batch.append(
                    time: Timestamp(nanoseconds: number % 2 == 0 ? 1_000 : 2_000), received: .now(), level: .info,
                    origin: origin, message: Array("x".utf8).span, fields: [UInt8]().span)
            }
            relay.hub.publish(try relay.log.append(batch, checkpoints: []))
            let reader = try await relay.reader { transport in
                transport.onWrite = { [unowned transport] in
                    guard !transport.streamed.isEmpty else { return }
                    transport.onWrite = nil
                    transport.onNextTurn { $0.session?.setRate(1_000_000) }
                }
            }
            try await reader.goLive(.since(Timestamp(nanoseconds: 1_500)))
            #expect(try await reader.see(\.seqs) == (1...1500).map { UInt64($0 * 2) })
        }
    }
}
