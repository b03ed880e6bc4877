import TailraceEvent
import TailraceHub
import TailraceLog
import Testing

/// The decoder keeps its window as a client does, so every message that arrives has been read in order and in full.
@Suite struct CompressionTests {
    @Test func `readers of one lens share one compression per frame`() async throws {
        try await Relay.run { relay in
            var readers: [Reader] = []
            for number in 0..<6 { readers.append(try await relay.reader(loop: number % 2)) }
            for reader in readers { try await reader.goLive() }
            // Until all of them read the shared stream; a frame each.
            let warmUp: UInt64 = 110
            for seq in 1...warmUp {
                try relay.publish(count: 1)
                for reader in readers { try await reader.waitFor(1...seq) }
            }
            let statistics = relay.hub.statistics
            let before = (statistics.framesMade.value, statistics.compressions.value, statistics.framesWritten.value)
            for seq in warmUp + 1...warmUp + 100 {
                try relay.publish(count: 1)
                for reader in readers { try await reader.waitFor(1...seq) }
            }
            #expect(statistics.framesMade.value - before.0 == 100)
            #expect(statistics.compressions.value - before.1 == 100)
            #expect(statistics.framesWritten.value - before.2 == 600)
            for reader in readers {
                #expect(try await reader.see { $0.events.suffix(100).allSatisfy { $0.isCompressed == true } })
                #expect(try await reader.see(\.seqs) == Array(1...warmUp + 100))
            }
        }
    }

    @Test func `readers that join at different times each come into step and read everything`() async throws {
        try await Relay.run { relay in
            var readers: [(reader: Reader, from: UInt64)] = []
            for number in 0..<12 {
                let reader = try await relay.reader(loop: number % 2)
                try await reader.goLive(number % 3 == 0 ? .last(5) : .live)
                readers.append((reader, relay.log.head))
                for _ in 0..<17 {
                    try relay.publish(count: 1)
                    let head = relay.log.head
                    try await readers[0].reader.wait("\(head)") { $0.seqs.last == head }
                }
            }
            for _ in 0..<120 {
                try relay.publish(count: 1)
                let head = relay.log.head
                try await readers[0].reader.wait("\(head)") { $0.seqs.last == head }
            }
            let head = relay.log.head
            for (reader, from) in readers {
                try await reader.wait("the newest event") { $0.seqs.last == head }
                let (seqs, events) = try await reader.see { ($0.seqs, $0.events) }
                #expect(seqs.suffix(Int(head - from)) == Array(from + 1...head)[...])
                #expect(events.suffix(60).allSatisfy { $0.isCompressed == true })
            }
            // A reset serves all who wait; on a slow machine every join may find its own.
            #expect(relay.hub.statistics.sharedResets.value <= readers.count + 1)
        }
    }

    @Test func `a reader that left the shared stream reads it again from a new beginning`() async throws {
        try await Relay.run { relay in
            let (reader, peer) = (try await relay.reader(), try await relay.reader())
            for each in [reader, peer] { try await each.goLive() }
            for round in 0..<4 {
                for _ in 0..<60 {
                    try relay.publish(count: 1)
                    let head = relay.log.head
                    try await peer.wait("\(head)") { $0.seqs.last == head }
                }
                let head = relay.log.head
                try await reader.wait("\(head)") { $0.seqs.last == head }
                // In turn: stalls, holds, asks for a rate and for none.
                try await reader.act { session, transport in
                    switch round {
                    case 0: transport.isWritable = false
                    case 1: session.hold()
                    default: session.setRate(round == 2 ? 1_000_000 : nil)
                    }
                }
                try relay.publish(count: 900)
                try await peer.wait("900 more") { $0.seqs.last == head + 900 }
                try await reader.act { session, transport in
                    transport.setWritable(true)
                    session.release(play: true)
                }
            }
            for _ in 0..<60 { try relay.publish(count: 1) }
            let head = relay.log.head
            for each in [reader, peer] {
                try await each.wait("the newest event") { $0.seqs.last == head }
                #expect(try await each.see(\.seqs) == Array(1...head))
            }
        }
    }

    @Test func `every window that a client may ask for is kept to`() async throws {
        try await Relay.run { relay in
            var readers: [Reader] = []
            for bits in 9...15 {
                readers.append(try await relay.reader(.webSocket(.independent(windowBits: bits)), loop: bits % 2))
            }
            readers.append(try await relay.reader(.webSocket(.none)))
            readers.append(try await relay.reader(.webSocket(.shared)))
            for _ in 0..<3 { try relay.publish(count: 500) }
            for reader in readers { try await reader.goLive(.from(relay.log.position(of: 200))) }
            for _ in 0..<40 { try relay.publish(count: 50) }
            for (index, reader) in readers.enumerated() {
                try await reader.waitFor(201...3500)
                let (seqs, events) = try await reader.see { ($0.seqs, $0.events) }
                #expect(seqs == Array(201...3500))
                if index < 7 { #expect(events.allSatisfy { $0.isCompressed == true }) }
                if index == 7 { #expect(events.allSatisfy { $0.isCompressed == false }) }
            }
        }
    }
}
