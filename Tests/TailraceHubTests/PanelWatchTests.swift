import NIOCore
import TailraceEvent
import TailraceFilter
import TailraceLog
import TailraceTesting
import Testing

@testable import TailraceHub

/// Panels that viewers ask for: rules, sharing, and that a late one has what an early one has.
struct PanelWatchTests {
    private static let streams = StreamTable(entries: ["web": .init(number: 1, batch: .standard, filter: "")])

    private static func request(_ kind: String, _ change: (inout WatchRequest) -> Void = { _ in }) -> WatchRequest {
        var request = WatchRequest()
        request.kind = kind
        change(&request)
        return request
    }

    private static func definition(_ request: WatchRequest, filter: String = "") throws -> PanelDefinition {
        let lens = Lens(stream: "web", filter: try Filter(parsing: filter))
        return try request.definition(0, lens: lens, streams: Self.streams)
    }

    // MARK: What may be asked

    @Test func `what is left out comes from the lens or has its default`() throws {
        let request = Self.request("timeseries") { $0.by = ["level"] }
        let panel = try Self.definition(request, filter: "level>=warn since:1h")
        #expect(panel.stream == "web" && panel.filter.canonical == "level>=warn")
        #expect(panel.value == .count && panel.window == .seconds(900) && panel.every == .seconds(1))
        #expect(panel.limit == 12 && panel.points == nil && panel.title == "count by level")
        let top = try Self.definition(
            Self.request("top") {
                $0.by = ["host"]
                $0.stream = "all"
                $0.filter = "a   AND b"
                $0.window = "5m"
                $0.limit = 3
            })
        #expect(top.stream == "all" && top.filter.canonical == "a b" && top.limit == 3)
        #expect(top.window == .seconds(300) && Self.request("top").definitionIsWrong)
    }

    private static let mistakes: [(words: String, change: @Sendable (inout WatchRequest) -> Void)] = [
        ("kind", { $0.kind = "pie" }),
        ("stream", { $0.stream = "none" }),
        ("unknown operator", { $0.filter = "a:>3" }),
        ("has a time", { $0.filter = "since:1h" }),
        ("by:", { $0.by = ["a b c"] }),
        ("by has 5", { $0.by = ["a", "b", "c", "d", "e"] }),
        ("value", { $0.value = "mean(x)" }),
        ("window", { $0.window = "9s" }), ("window", { $0.window = "2d" }), ("window", { $0.window = "1500ms" }),
        ("every", { $0.every = "soon" }),
        ("points", { $0.points = 0 }), ("points", { $0.points = 301 }),
        ("limit", { $0.limit = 13 }),
        ("series", { $0.value = "last" }),
    ]

    @Test(arguments: PanelWatchTests.mistakes.indices)
    func `what is wrong is named with its panel`(mistake: Int) {
        let (words, change) = Self.mistakes[mistake]
        let request = Self.request("timeseries", change)
        do {
            _ = try request.definition(3, lens: Lens(stream: "all", filter: .everything), streams: Self.streams)
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .watch && error.panel == 3 && error.message.contains(words), "\(error.message)")
            #expect(error.expected != nil)
        }
    }

    // MARK: Who shares what

    @Test func `equal definitions share a panel, which outlives its viewers for a while`() throws {
        var registry = PanelRegistry(linger: PanelLimits.linger)
        let level = try Self.definition(Self.request("timeseries") { $0.by = ["level"] })
        let other = try Self.definition(Self.request("timeseries") { $0.by = ["level"]; $0.points = 60 })
        let first = try registry.watch([level, other], now: 0)
        let second = try registry.watch([level, level], now: 0)
        #expect(first[0] === second[0] && second[0] === second[1] && first[0].id != first[1].id)
        #expect(registry.count == 2 && first[0].id.hasPrefix("w"))
        registry.leave(first, now: 1)
        registry.leave(second, now: 2)
        registry.dropOld(now: PanelLimits.linger)
        #expect(registry.count == 2)
        registry.dropOld(now: PanelLimits.linger + 1)
        #expect(registry.count == 1)
        // Who comes back in time finds it with all it has counted.
        let again = try registry.watch([level], now: PanelLimits.linger + 1)
        registry.dropOld(now: 3 * PanelLimits.linger)
        #expect(again[0] === first[0] && registry.count == 1)
        registry.leave(again, now: 0)
        registry.dropOld(now: 2 * PanelLimits.linger)
        #expect(registry.count == 0)
        // Made from the definition alone.
        var another = PanelRegistry(linger: PanelLimits.linger)
        #expect(try another.watch([level], now: 0)[0].id == first[0].id)
    }

    @Test func `there are as many panels as the relay can bear, and those nobody watches make room`() throws {
        func panels(_ numbers: Range<Int>) throws -> [PanelDefinition] {
            try numbers.map { number in try Self.definition(Self.request("stat") { $0.filter = "n\(number)" }) }
        }
        var registry = PanelRegistry(linger: PanelLimits.linger)
        let slots = try registry.watch(try panels(0..<PanelLimits.maxWatched), now: 0)
        #expect(throws: ReaderProblem.self) { try registry.watch(try panels(1000..<1001), now: 0) }
        #expect(registry.count == PanelLimits.maxWatched)
        registry.leave([slots[7], slots[9]], now: 1)
        #expect(throws: ReaderProblem.self) { try registry.watch(try panels(1000..<1003), now: 2) }
        _ = try registry.watch(try panels(1000..<1001), now: 2)
        _ = try registry.watch(try panels(1001..<1002), now: 2)
        #expect(registry.count == PanelLimits.maxWatched)
        #expect(Set(registry.slots.map(\.id)).isDisjoint(with: [slots[7].id, slots[9].id]))
        // What could take too much memory is refused before there are so many.
        var heavy = PanelRegistry(linger: PanelLimits.linger)
        var taken = 0
        #expect(throws: ReaderProblem.self) {
            for number in 0..<PanelLimits.maxWatched {
                let by: (inout WatchRequest) -> Void = { $0.by = ["trace"]; $0.filter = "n\(number)" }
                _ = try heavy.watch([try Self.definition(Self.request("top", by))], now: 0)
                taken += 1
            }
        }
        #expect(taken >= 24)
    }

    // MARK: Exactly the events of its window

    private static let kinds: [PanelDefinition] = {
        let all: [() throws -> PanelDefinition] = [
            { try .sample(.timeseries, by: ["level"]) },
            { try .sample(.timeseries, by: ["level"], filter: "level>=warn") },
            { try .sample(.timeseries, by: ["host"], window: 600) }, { try .sample(.timeseries) },
            { try .sample(.top, by: ["source"], filter: "m") }, { try .sample(.top, by: ["id"], limit: 5) },
            { try .sample(.top, by: ["user.id"], filter: "-level:info") },
            { try .sample(.top, value: "max(duration_ms)", by: ["unit", "file"]) },
            { try .sample(.stat, by: ["source"], filter: "id:i1 OR level:error", window: 20) },
            { try .sample(.log, filter: "level>=error", limit: 4) },
        ]
        return all.compactMap { try? $0() }
    }()

    private static func event(_ random: inout SeededGenerator) -> PanelSample.Event {
        var event = PanelSample.Event()
        event.age = random.pick([0, 0, 0, 0.4, 3, 61, 700, -2])
        event.level = random.pick([.info, .info, .warn, .error, nil])
        event.source = random.pick(["nginx", "app", "db"])
        let id = Int.random(in: 0..<random.pick([4, 3000]), using: &random)
        event.fields = random.pick([
            "\"identifier\":\"i\(id)\",\"user\":{\"id\":\(id % 7)}", "\"unit\":\"u\(id % 3)\",\"duration_ms\":\(id)",
            "\"file\":\"/f\",\"user.id\":\"x\"", "",
            "\"gap\":{\"reason\":\"truncated\",\"count\":\(id),\"unit\":\"events\"}",
        ])
        return event
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `whenever a panel comes, it has what one has that was there from the start`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var sample = try PanelSample()
        let live = sample.computation([], at: sample.now)
        var waiting = Self.kinds.shuffled(using: &random)
        var left: [PanelSlot] = []
        for turn in 0..<50 {
            try sample.append((0..<random.pick([0, 1, 30, 200, 900])).map { _ in Self.event(&random) })
            if Int.random(in: 0..<3, using: &random) == 0 {
                let count = min(waiting.count, Int.random(in: 1...3, using: &random))
                live.add(waiting.suffix(count).map { PanelSlot($0) }, now: sample.now)
                waiting.removeLast(count)
            }
            if Int.random(in: 0..<8, using: &random) == 0, let panel = live.panels.randomElement(using: &random) {
                live.remove { $0 === panel.slot }
                left.append(panel.slot)
                waiting.append(panel.definition)
            }
            // Steps that do not come to the end: newcomers and the others stand at different places for a while.
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                _ = try live.step(now: sample.now, maxEvents: random.pick([50, 700, 20_000]))
            }
            sample.now += random.pick([1_000_000, 300_000_000, 1_000_000_000, 7_000_000_000])
            guard turn % 10 == 9 else { continue }
            try sample.catchUp(live)
            let afresh = sample.computation(live.panels.map(\.definition), at: sample.now)
            try sample.catchUp(afresh)
            #expect(sample.messages(live) == sample.messages(afresh), "seed \(seed), turn \(turn)")
        }
    }

    @Test func `newcomers do not hold up the others`() throws {
        var sample = try PanelSample()
        let computation = sample.computation([try .sample(.stat)], at: sample.now)
        try sample.catchUp(computation)
        for _ in 0..<30 { try sample.append((0..<2000).map { _ in .init() }) }
        try sample.catchUp(computation)
        sample.now += PanelSample.second
        computation.add([PanelSlot(try .sample(.timeseries, by: ["level"]))], now: sample.now)
        try sample.append([.init()])
        _ = try computation.step(now: sample.now)
        #expect(computation.isBehind)
        let told = computation.due(now: sample.now)
        #expect(told.map(\.panel.definition.kind) == [.stat])
        #expect(String(decoding: told[0].message.json, as: UTF8.self).contains("\"complete\":true"))
        try sample.catchUp(computation)
        let late = computation.due(now: sample.now)
        #expect(late.map(\.panel.definition.kind) == [.timeseries])
        #expect(String(decoding: late[0].message.json, as: UTF8.self).contains("\"complete\":true"))
    }

    // MARK: What a histogram and facets need

    @Test(arguments: [
        (900, 150, 10, 90), (900, 300, 5, 180), (60, 60, 1, 60), (3600, 150, 30, 120), (86_400, 100, 900, 96),
    ])
    func `bars have the widths that people expect, and their borders are those of the clock`(
        window: Int, points: Int, width: Int, count: Int
    ) throws {
        let sample = try PanelSample()
        var panel = try PanelDefinition.sample(.timeseries, by: ["level"], window: window)
        panel.points = points
        let told = try #require(try sample.told(sample.computation([panel], at: sample.now)).first)
        #expect(told.width_ms == width * 1000 && told.points == count)
        let from = try #require(Timestamp(rfc3339: told.from))
        #expect(from.nanoseconds % (Int64(width) * PanelSample.second) == 0)
    }

    @Test func `gaps are told in their bars, and what came too late for the window beside it`() throws {
        var sample = try PanelSample()
        let panel = try PanelDefinition.sample(.timeseries, by: ["level"], filter: "level>=error")
        let computation = sample.computation([panel], at: sample.now)
        let gap = "\"gap\":{\"reason\":\"truncated\",\"count\":5,\"unit\":\"bytes\"}"
        try sample.append([
            .init(age: 10, level: .warn, fields: gap), .init(age: 10, level: .warn, fields: gap),
            .init(level: .warn, fields: gap), .init(level: .warn, fields: "\"gap\":1"),
            .init(age: 59, level: .error), .init(age: 60, level: .error), .init(age: 4000, level: .error),
            .init(age: -4000, level: .error), .init(age: 4000, level: .info),
        ])
        try sample.catchUp(computation)
        var told = try #require(try sample.told(computation).first)
        #expect(told.gaps == [.init(point: 49, count: 2), .init(point: 59, count: 1)])
        // One that claims to be of the future counts when it came.
        #expect(told.outside == 2 && told.total == 5)
        #expect(told.series?.first { $0.name == "error" }?.values.last == 1)
        sample.now += 30 * PanelSample.second
        told = try #require(try sample.told(computation).first)
        #expect(told.gaps == [.init(point: 19, count: 2), .init(point: 29, count: 1)] && told.outside == 2)
        sample.now += 30 * PanelSample.second
        told = try #require(try sample.told(computation).first)
        #expect(told.gaps == nil && told.outside == nil && told.total == 0)
    }

    @Test func `a facet says how many events have the field and how many values there are`() throws {
        let sample = try PanelSample()
        let panel = try PanelDefinition.sample(.top, by: ["user.id"], limit: 2)
        let computation = sample.computation([panel], at: sample.now)
        try sample.append((0..<90).map { .init(fields: "\"user\":{\"id\":\($0 % 30)}") } + [.init(), .init()])
        try sample.catchUp(computation)
        var told = try #require(try sample.told(computation).first)
        #expect(told.total == 90 && told.missing == 2 && told.names == 30 && told.approximate == nil)
        #expect(told.entries?.map(\.name) == ["0", "1"] && told.entries?.map(\.value) == [.number(3), .number(3)])
        // Beyond what a bucket counts exactly the number of values is an estimate, and what is frequent still stands.
        let names = (0..<20_000).map { $0 % 4 == 0 ? "often" : "u\($0)" }
        try sample.append(names.map { PanelSample.Event(fields: "\"user.id\":\"\($0)\"") })
        try sample.catchUp(computation)
        told = try #require(try sample.told(computation).first)
        #expect(told.approximate == true && told.total == 20_090 && told.entries?.first?.name == "often")
        #expect((13_500...16_600).contains(told.names ?? 0))
        let often = try #require(told.entries?.first)
        #expect(often.value == .number(Double(5000 + (often.error ?? 0))))
    }

    // MARK: Viewers

    private static func watch(_ reader: Reader, _ requests: [WatchRequest]) async throws {
        try await reader.act { session, _ in session.watch(requests) }
    }

    @Test func `viewers of the same panel share it; the list replaces the one before`() async throws {
        try await Relay.run { relay in
            relay.hub.start()
            let board = relay.hub.panels
            let level = Self.request("timeseries") { $0.by = ["level"] }
            let host = Self.request("top") { $0.by = ["host"] }
            let early = try await relay.reader(.webSocket(.shared))
            let late = try await relay.reader(.webSocket(.none), loop: 1)
            try await Self.watch(early, [level, host])
            try await early.wait("two panels") { $0.notices("panel").count >= 2 && $0.notices("watching").count == 1 }
            try relay.publish(["one", "two"])
            try await early.wait("both again") { $0.notices("panel").count >= 4 }
            try await Self.watch(late, [level])
            // It is there at once, and no panel is made for it.
            try await late.wait("one panel") { $0.notices("panel").count >= 1 }
            #expect(board.statistics.watched.value == 2 && board.statistics.viewers.value == 2)
            try await Self.watch(early, [host])
            try await Self.watch(early, [])
            try await early.wait("three answers") { $0.notices("watching").count == 3 }
            // Answers come from the reader's loop, the board counts on its own.
            try await late.wait("one viewer") { _ in board.statistics.viewers.value == 1 }
            try await late.close()
            #expect(board.statistics.viewers.value == 0 && board.statistics.watched.value == 2)
            relay.hub.panels.stop()
        }
    }

    @Test func `a wrong request changes nothing, and requests are answered in order`() async throws {
        try await Relay.run { relay in
            relay.hub.start()
            let reader = try await relay.reader(.webSocket(.none))
            let good = Self.request("stat")
            try await Self.watch(reader, [good])
            try await Self.watch(reader, [good, Self.request("stat") { $0.filter = "a:>3" }])
            try await Self.watch(reader, Array(repeating: good, count: PanelLimits.maxWatchedPerViewer + 1))
            try await Self.watch(reader, [good, good])
            try await reader.wait("all answers") { $0.notices("watching").count == 2 && $0.problems.count == 2 }
            #expect(relay.hub.panels.statistics.watched.value == 1 && relay.hub.panels.statistics.viewers.value == 1)
            try relay.publish(["one"])
            try await reader.wait("it goes on") { $0.notices("panel").count >= 2 }
            relay.hub.panels.stop()
        }
    }

    @Test func `a panel without a filter takes that of the lens that was opened just before`() async throws {
        try await Relay.run { relay in
            relay.hub.start()
            let reader = try await relay.reader(.webSocket(.none))
            try await reader.act { session, _ in
                session.open(OpenRequest(stream: "all", filter: "even", start: .live))
                session.watch([Self.request("stat")])
            }
            try relay.publish(count: 10)
            try await reader.wait("five") { $0.notices("panel").contains { $0.filter == "even" && $0.total == 5 } }
            relay.hub.panels.stop()
        }
    }
}

extension WatchRequest {
    fileprivate var definitionIsWrong: Bool {
        do {
            _ = try self.definition(
                0, lens: Lens(stream: "all", filter: .everything), streams: StreamTable(entries: [:]))
            return false
        } catch { return true }
    }
}
