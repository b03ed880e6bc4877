import TailraceEvent
import TailraceLog
import TailraceTesting
import Testing

@testable import TailraceHub

struct PanelComputationTests {
    private static func panels() throws -> [PanelDefinition] {
        [
            try .sample(.timeseries, by: ["level"]),
            try .sample(.timeseries, by: ["id"], window: 600, limit: 3),
            try .sample(.timeseries, value: "p95(duration_ms)", by: ["host"], filter: "m"),
            try .sample(.timeseries, value: "avg(duration_ms)"),
            try .sample(.top, by: ["id"]),
            try .sample(.top, value: "sum(duration_ms)", by: ["unit", "source"], filter: "level>=warn"),
            try .sample(.stat, value: "p50(duration_ms)", filter: "-source:nginx"),
            try .sample(.stat, filter: "level>=error", window: 10),
            try .sample(.stat, value: "last", by: ["source"]),
            try .sample(.log, filter: "level>=error", limit: 5),
        ]
    }

    private static func event(_ random: inout SeededGenerator) -> PanelSample.Event {
        var event = PanelSample.Event()
        // Most are new, some late, some so late that no window has them, some ahead of the clock.
        event.age = random.pick([0, 0, 0, 0, 0.7, 4, 33, 61, 500, 9000, -3, -86_400])
        event.level = random.pick([.info, .info, .warn, .error, nil])
        event.source = random.pick(["nginx", "app", "db"])
        let id = Int.random(in: 0..<random.pick([5, 5000]), using: &random)
        var fields = ["\"identifier\":\"i\(id)\""]
        if Bool.random(using: &random) { fields.append("\"unit\":\"u\(id % 3)\"") }
        let milliseconds = Int.random(in: 0..<4000, using: &random)
        fields += random.pick([["\"duration_ms\":\(milliseconds)"], ["\"duration_ms\":\"\(milliseconds)ms\""], []])
        event.fields = fields.joined(separator: ",")
        return event
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `what was carried along equals what is computed afresh from the log`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var sample = try PanelSample()
        let live = sample.computation(try Self.panels(), at: sample.now)
        for turn in 0..<60 {
            let count = random.pick([0, 1, 7, 150, 900])
            try sample.append((0..<count).map { _ in Self.event(&random) })
            if Bool.random(using: &random) { try sample.catchUp(live) }
            sample.now += random.pick([1_000_000, 300_000_000, 1_000_000_000, 5_000_000_000, 70_000_000_000])
            guard turn % 10 == 9 else { continue }
            try sample.catchUp(live)
            let afresh = sample.computation(try Self.panels(), at: sample.now)
            try sample.catchUp(afresh)
            #expect(sample.messages(live) == sample.messages(afresh), "seed \(seed), turn \(turn)")
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `values are those of counting by hand`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var sample = try PanelSample()
        let panel = try PanelDefinition.sample(.timeseries, by: ["level"])
        let computation = sample.computation([panel], at: sample.now)
        var byHand: [Int64: [String: Double]] = [:]
        for _ in 0..<200 {
            let event = Self.event(&random)
            try sample.append([event])
            let second = (sample.now - Int64(max(0, event.age) * 1e9)) / PanelSample.second
            byHand[second, default: [:]][event.level?.name ?? "none", default: 0] += 1
            sample.now += Int64.random(in: 0..<700_000_000, using: &random)
            if Bool.random(using: &random) { try sample.catchUp(computation) }
        }
        try sample.catchUp(computation)
        let told = try #require(try sample.told(computation).first)
        #expect(told.width_ms == 1000 && told.points == 60 && told.other == nil && told.approximate == nil)
        let last = sample.now / PanelSample.second
        var total = 0.0
        for series in told.series ?? [] {
            let name = series.name ?? ""
            let expected = (0..<60).map { byHand[last - 59 + $0]?[name] ?? 0 }
            #expect(series.values == expected.map { $0 as Double? }, "seed \(seed), \(name)")
            total += expected.reduce(0, +)
        }
        let inWindow = byHand.filter { $0.key > last - 60 }.values.flatMap(\.values).reduce(0, +)
        #expect(total == inWindow && Double(told.total ?? -1) == inWindow)
    }

    @Test func `events that come while a window is computed again are counted once`() throws {
        var sample = try PanelSample()
        for _ in 0..<30 {
            try sample.append((0..<1500).map { _ in .init() })
            sample.now += PanelSample.second / 2
        }
        let computation = sample.computation([try .sample(.stat)], at: sample.now)
        _ = try computation.step(now: sample.now)
        #expect(computation.isBehind)
        for _ in 0..<10 {
            try sample.append((0..<100).map { _ in .init() })
            _ = try computation.step(now: sample.now)
        }
        try sample.catchUp(computation)
        #expect(try sample.told(computation).first?.result == .number(46_000))
    }

    @Test func `a panel takes what its stream and filter pass`() throws {
        let sample = try PanelSample()
        var web = try PanelDefinition.sample(.stat, filter: "level>=warn")
        web.stream = "web"
        let streams = StreamTable(entries: ["web": .init(number: 3, batch: .standard, filter: "")])
        let computation = PanelComputation([PanelSlot(web)], log: sample.log, streams: streams, now: sample.now)
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "nginx", host: "web-1"))
        let nothing: [UInt8] = []
        for (level, bits) in [(Level.error, 8), (.info, 8), (.error, 4), (.warn, 12)] as [(Level, UInt64)] {
            let now = Timestamp(nanoseconds: sample.now)
            batch.append(
                time: now, received: now, level: level, origin: origin, message: nothing.span, fields: nothing.span)
            batch.records[batch.count - 1].streams = bits
        }
        _ = try sample.log.append(batch, checkpoints: [])
        try sample.catchUp(computation)
        #expect(try sample.told(computation).first?.result == .number(2))
    }

    @Test func `series beyond the limit are told together as other`() throws {
        let sample = try PanelSample()
        let panel = try PanelDefinition.sample(.timeseries, by: ["id"], limit: 2)
        let computation = sample.computation([panel], at: sample.now)
        for (name, count) in [("a", 3), ("b", 5), ("c", 1), ("d", 2)] {
            try sample.append((0..<count).map { _ in .init(fields: "\"identifier\":\"\(name)\"") })
        }
        try sample.append([.init()])
        try sample.catchUp(computation)
        let told = try #require(try sample.told(computation).first)
        #expect(told.series?.map(\.name) == ["b", "a"])
        #expect(told.series?.map { $0.values.last } == [5, 3])
        #expect(told.other?.last == 3 && told.missing == 1 && told.total == 11)
    }

    @Test func `numbers with units are told in one`() throws {
        let sample = try PanelSample()
        let panels = [
            try PanelDefinition.sample(.stat, value: "max(took)"), try .sample(.stat, value: "min(took)"),
            try PanelDefinition.sample(.stat, value: "avg(duration_s)"),
        ]
        let computation = sample.computation(panels, at: sample.now)
        try sample.append([
            .init(fields: "\"took\":\"1.5s\",\"duration_s\":\"500ms\""),
            .init(fields: "\"took\":\"250ms\",\"duration_s\":2.5"),
            .init(fields: "\"took\":\"soon\""), .init(fields: "\"took\":true"),
        ])
        try sample.catchUp(computation)
        let told = try sample.told(computation)
        #expect(told.map(\.result) == [.number(1500), .number(250), .number(1.5)])
        #expect(told.map(\.unit) == ["ms", "ms", "s"] && told.map(\.missing) == [2, 2, 2])
    }

    @Test func `a rate is per second of the window, and names that are expected are told without events`() throws {
        let sample = try PanelSample()
        var freshness = try PanelDefinition.sample(.stat, value: "last", by: ["source"])
        freshness.names = ["nginx", "silent"]
        let computation = sample.computation([try .sample(.stat), freshness], at: sample.now)
        try sample.append((0..<30).map { _ in .init() })
        try sample.catchUp(computation)
        let told = try sample.told(computation)
        #expect(told[0].result == .number(30) && told[0].rate == 0.5 && told[0].values?.last == 30)
        #expect(told[1].entries?.map(\.name) == ["nginx", "silent"])
        #expect(told[1].entries?.map(\.value) == [.text(Timestamp(nanoseconds: sample.now).rfc3339), nil])
    }

    @Test func `a log has the last events, cut where they are large`() throws {
        let sample = try PanelSample()
        let computation = sample.computation([try .sample(.log, filter: "m", limit: 3)], at: sample.now)
        try sample.append((0..<10).map { .init(message: "m \($0)") })
        try sample.append([.init(message: String(repeating: "mä", count: 9000))])
        try sample.catchUp(computation)
        let told = try #require(try sample.told(computation).first)
        #expect(told.events?.map(\.seq) == [9, 10, 11])
        #expect(told.events?.last.map { $0.message.utf8.count <= 1024 && $0.message.hasPrefix("mämä") } == true)
    }

    @Test func `a window that the log no longer has whole says from when it is complete`() throws {
        var sample = try PanelSample(memoryBytes: 64 << 10)
        for number in 0..<40 {
            try sample.append((0..<50).map { .init(message: "m \(number) \($0)") })
            sample.now += PanelSample.second
        }
        #expect(sample.log.oldest > 1)
        let computation = sample.computation([try .sample(.stat, window: 60)], at: sample.now)
        try sample.catchUp(computation)
        let told = try #require(computation.due(now: sample.now).first).message
        let text = String(decoding: told.json, as: UTF8.self)
        #expect(text.contains("\"complete\":false,\"complete_from\":"))
        // Once the window has moved past what is missing, all of it is there.
        sample.now += 60 * PanelSample.second
        try sample.catchUp(computation)
        let later = try #require(computation.due(now: sample.now).first).message
        #expect(String(decoding: later.json, as: UTF8.self).contains("\"complete\":true"))
    }

    @Test func `what has not changed is not told again`() throws {
        var sample = try PanelSample()
        let panels = [try PanelDefinition.sample(.stat, window: 600), try .sample(.log, filter: "other")]
        let computation = sample.computation(panels, at: sample.now)
        try sample.catchUp(computation)
        #expect(Set(computation.due(now: sample.now).map(\.panel.definition.kind)) == [.stat, .log])
        sample.now += PanelSample.second
        try sample.catchUp(computation)
        #expect(computation.due(now: sample.now).isEmpty)
        try sample.append([.init()])
        try sample.catchUp(computation)
        #expect(computation.due(now: sample.now).map(\.panel.definition.kind) == [.stat])
    }

    @Test func `a clock that is set back has the panels computed afresh`() throws {
        var sample = try PanelSample()
        let computation = sample.computation([try .sample(.stat)], at: sample.now)
        try sample.append([.init()])
        try sample.catchUp(computation)
        sample.now -= 3600 * PanelSample.second
        try sample.append([.init(), .init()])
        try sample.catchUp(computation)
        try sample.append([.init()])
        try sample.catchUp(computation)
        // The event that came before claims to be of the future; it counts where the clock is.
        let told = try #require(try sample.told(computation).first)
        #expect(told.result == .number(4))
    }
}
