import NIOCore
import TailraceEvent
import TailraceHub
import TailraceLog
import Testing

@Suite struct LiveTests {
    @Test(arguments: [
        WireForm.webSocket(.none), .webSocket(.shared), .webSocket(.independent(windowBits: 9)), .lines,
        .serverSentEvents, .messages,
    ])
    func `events reach a reader at the live edge in every form`(form: WireForm) async throws {
        try await Relay.run { relay in
            try relay.publish("before")
            let reader = try await relay.reader(form)
            try await reader.goLive()
            for number in 2...40 { try relay.publish("event \(number)") }
            try await reader.waitFor(2...40)
            let seen = try await reader.see { ($0.streamed, $0.events, $0.gaps) }
            #expect(seen.0.map(\.seq) == Array(2...40))
            #expect(seen.0.map(\.message) == (2...40).map { "event \($0)" })
            #expect(seen.0.allSatisfy { $0.level == "info" && $0.fields == ["a": 1, "b": 2] })
            #expect(seen.1.reduce(0) { $0 + $1.matched } == (seen.1.isEmpty ? 0 : 39))
            #expect(seen.2.isEmpty)
            if let last = seen.1.last {
                #expect(last.position == relay.log.position(of: 40).description && last.last == 40)
            }
        }
    }

    @Test func `opening says what was understood and where it begins`() async throws {
        try await Relay.run { relay in
            try relay.publish("one", "two")
            let reader = try await relay.reader()
            try await reader.open(.from(relay.log.position(of: 1)), filter: "  two ")
            try await reader.waitFor([2])
            try await reader.wait("live") { $0.isLive }
            let opened = try #require(try await reader.see(\.opened).first)
            #expect(opened.complete && opened.missing == nil)
            #expect(opened.from == relay.log.position(of: 1).description && opened.filter == "two")
            let live = try await reader.see { $0.notices("live").map(\.position) }
            #expect(live == [relay.log.position(of: 2).description])
        }
    }

    @Test(arguments: [false, true])
    func `what a stream tells its own readers is not in all, unless the filter asks about the stream`(
        isBackfill: Bool
    ) async throws {
        let streams = [
            "web": StreamTable.Entry(number: 3, batch: .standard, filter: ""),
            "other": StreamTable.Entry(number: 4, batch: .standard, filter: ""),
        ]
        try await Relay.run(streams: streams) { relay in
            let publish: @Sendable () throws -> Void = {
                try relay.publish(["one"], streams: 1 << 3)
                try relay.publish(["told"], streams: 1 << 3 | EventBatch.Record.asideBit)
                try relay.publish(["two"], streams: 0)
            }
            if isBackfill { try publish() }
            var readers: [(Reader, [UInt64])] = []
            let lenses: [(stream: String, filter: String, expected: [UInt64])] = [
                ("all", "", [1, 3]), ("web", "", [1, 2]), ("all", "stream:web", [1, 2]), ("all", "stream:other", []),
                ("all", "-two", [1]),
            ]
            for lens in lenses {
                let reader = try await relay.reader()
                try await reader.open(
                    .from(relay.log.position(of: 0)), filter: lens.filter, stream: lens.stream)
                try await reader.wait("live") { $0.isLive }
                readers.append((reader, lens.expected))
            }
            if !isBackfill { try publish() }
            for (reader, expected) in readers {
                try await reader.waitFor(expected)
                let seen = try await reader.see { ($0.streamed, $0.events) }
                #expect(seen.0.map(\.seq) == expected)
            }
            let seen = try await readers[0].0.see { $0.events.reduce(0) { $0 + $1.seen } }
            #expect(seen == 2)
        }
    }

    @Test func `a filter, a stream and a projection choose what comes`() async throws {
        let web = StreamTable.Entry(number: 3, batch: .standard, filter: "")
        try await Relay.run(streams: ["web": web]) { relay in
            let reader = try await relay.reader()
            try await reader.open(filter: "even", stream: "web", fields: ["b"])
            try await reader.wait("live") { $0.isLive }
            for _ in 0..<10 {
                try relay.publish(["even", "odd"], streams: 1 << 3)
                try relay.publish(["even", "odd"], streams: 1 << 2)
            }
            let expected = Array(stride(from: UInt64(1), to: 40, by: 4))
            try await reader.waitFor(expected)
            let (streamed, events) = try await reader.see { ($0.streamed, $0.events) }
            #expect(streamed.map(\.seq) == expected)
            #expect(streamed.allSatisfy { $0.fields == ["b": 2] })
            #expect(events.reduce(0) { $0 + $1.matched } == 10)
            // What is not of the stream is not seen; the last message left with the last match.
            #expect((19...20).contains(events.reduce(0) { $0 + $1.seen }))
        }
    }

    @Test func `what can't be opened is explained and leaves the lens as it was`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            try await reader.goLive(filter: "even")
            // One after the other, since an answer is given only for the last that was asked.
            try await reader.open(filter: "even level>=")
            try await reader.wait("the first error") { $0.problems.count == 1 }
            try await reader.open(stream: "nowhere")
            try await reader.wait("the second error") { $0.problems.count == 2 }
            try await reader.open(.from(Position(epoch: relay.log.epoch, seq: 99)))
            try await reader.wait("the third error") { $0.problems.count == 3 }
            let problems = try await reader.see(\.problems)
            #expect(problems.map(\.code) == ["filter", "stream", "position"])
            #expect((6...13).contains(problems[0].at ?? 0))
            try relay.publish(count: 4)
            try await reader.waitFor([2, 4])
            #expect(try await reader.see(\.seqs) == [2, 4])
        }
    }

    @Test func `opening again replaces the lens`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            try await reader.goLive(filter: "even")
            try relay.publish(count: 2)
            try await reader.waitFor([2])
            try await reader.open(.from(relay.log.position(of: 0)), filter: "odd")
            try await reader.wait("live again") { $0.notices("live").count == 2 }
            try relay.publish(count: 2)
            try await reader.waitFor([2, 1, 3])
            #expect(try await reader.see(\.seqs) == [2, 1, 3])
        }
    }

    @Test func `the last of several opens in a row counts`() async throws {
        try await Relay.run { relay in
            try relay.publish(count: 100)
            let reader = try await relay.reader()
            let start = OpenRequest.Start.from(relay.log.position(of: 0))
            try await reader.act { session, _ in
                session.open(OpenRequest(stream: "all", filter: "odd", start: start))
                session.open(OpenRequest(stream: "all", filter: "level>=", start: start))
                session.open(OpenRequest(stream: "all", filter: "even", start: start))
            }
            try await reader.wait("live") { $0.isLive }
            #expect(try await reader.see(\.opened).map(\.filter) == ["even"])
            #expect(try await reader.see(\.seqs) == (1...50).map { UInt64($0 * 2) })
        }
    }

    @Test func `a closed reader leaves nothing behind`() async throws {
        try await Relay.run { relay in
            var readers: [Reader] = []
            for number in 0..<6 { readers.append(try await relay.reader(loop: number % 2)) }
            for reader in readers[..<4] { try await reader.goLive() }
            try await readers[1].act { session, _ in session.hold() }
            try await readers[4].open(filter: "even")
            #expect(relay.hub.statistics.readersOpen.value == 6)
            for reader in readers { try await reader.close() }
            // A later reader finds the hub empty, since the hub does things in order.
            let last = try await relay.reader()
            try await last.goLive()
            #expect(relay.hub.statistics.readersOpen.value == 1)
            #expect(relay.hub.statistics.readersLive.value == 1)
            #expect(relay.hub.statistics.groups.value == 1)
        }
    }

    @Test(arguments: [WireForm.lines, .serverSentEvents])
    func `stopping sends what is pending, says where to resume and ends`(form: WireForm) async throws {
        try await Relay.run { relay in
            var readers: [Reader] = []
            for loop in 0..<2 { readers.append(try await relay.reader(form, loop: loop)) }
            for reader in readers { try await reader.goLive() }
            try relay.publish(count: 1)
            try relay.publish(count: 300)
            try await relay.hub.stop(reason: "maintenance").get()
            for reader in readers {
                let (seqs, ends, hasEnded) = try await reader.see { ($0.seqs, $0.notices("end"), $0.hasEnded) }
                #expect(seqs == Array(1...301))
                #expect(ends.map(\.reason) == ["maintenance"])
                #expect(ends.map(\.position) == [relay.log.position(of: 301).description])
                #expect(hasEnded)
            }
        }
    }

    @Test func `stopping ends a web socket without a message of its own`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            try await reader.goLive()
            try await relay.hub.stop(reason: "maintenance").get()
            #expect(try await reader.see { $0.hasEnded && $0.notices("end").isEmpty })
        }
    }

    @Test func `once a second members are told how it stands`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            let lines = try await relay.reader(.lines)
            try await lines.goLive()
            try await reader.goLive(filter: "even")
            relay.hub.start()
            try relay.publish(count: 4)
            try await reader.wait("stats") { !$0.notices("stats").isEmpty }
            #expect(try await lines.see { $0.notices("stats").isEmpty })
        }
    }
}
