import NIOCore
import Synchronization
import TailraceEvent
import TailraceHub
import TailraceLog
import Testing

@Suite struct LensTests {
    /// The events among `count` whose number ends in these two digits: "event 7." for 07, "event 07." is not.
    private static func numbers(ending last: Int, through count: Int) -> [UInt64] {
        (1...count).filter { $0 % 20 == last }.map(UInt64.init)
    }

    @Test(arguments: [4096, 5])
    func `many lenses get each its own, before and after they are compiled and while some leave`(
        together: Int
    ) async throws {
        var settings = Hub.Settings()
        settings.maxLensesTogether = together
        try await Relay.run(settings: settings) { relay in
            var readers: [Reader] = []
            for number in 0..<20 {
                let reader = try await relay.reader(loop: number % 2)
                try await reader.goLive(filter: "\"class \(number).\"")
                readers.append(reader)
            }
            let statistics = relay.hub.statistics
            #expect(statistics.lensesTogether.value == min(20, together))
            #expect(statistics.lensesAlone.value == max(0, 20 - together))
            try Self.publish(200, on: relay)
            for (number, reader) in readers.enumerated() {
                try await reader.waitFor(Self.numbers(ending: number, through: 200))
            }
            // With more lenses than this the texts are looked for together, as soon as they are compiled.
            if together > 8 {
                let deadline = ContinuousClock.now + .seconds(20)
                while statistics.scanPatterns.value < 20, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(statistics.scanPatterns.value == 20)
            }
            for reader in readers[..<10] { try await reader.close() }
            try Self.publish(200, on: relay)
            for (number, reader) in readers.enumerated().dropFirst(10) {
                try await reader.waitFor(Self.numbers(ending: number, through: 400))
                #expect(try await reader.see(\.seqs) == Self.numbers(ending: number, through: 400))
            }
            #expect(statistics.lensesTogether.value + statistics.lensesAlone.value == 10)
        }
    }

    @Test func `a lens without members is not matched, and joins where the relay is`() async throws {
        try await Relay.run { relay in
            let first = try await relay.reader()
            try await first.goLive(filter: "class")
            #expect(relay.hub.statistics.lensesTogether.value == 1)
            try await first.close()
            let other = try await relay.reader()
            try await other.goLive(filter: "5.")
            #expect(relay.hub.statistics.lensesTogether.value == 1)
            try Self.publish(40, on: relay)
            try await other.waitFor([5, 15, 25, 35])
            let again = try await relay.reader()
            try await again.open(.from(relay.log.position(of: 30)), filter: "class")
            try await again.wait("live") { $0.isLive }
            try Self.publish(10, on: relay)
            try await again.waitFor(Array(31...50))
            #expect(try await again.see(\.seqs) == Array(31...50))
        }
    }

    private static func publish(_ count: Int, on relay: Relay) throws {
        let first = Int(relay.log.head) + 1
        for start in stride(from: first, to: first + count, by: 90) {
            try relay.publish((start..<min(start + 90, first + count)).map { "class \($0 % 20)." })
        }
    }
}
