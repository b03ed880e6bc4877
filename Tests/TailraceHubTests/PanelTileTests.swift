import Foundation
import NIOCore
import TailraceEvent
import Testing

@testable import TailraceHub

/// The tiles of the configuration: computed while somebody looks, told as if they always had been.
struct PanelTileTests {
    private static let panels = (0..<3).map { PanelDefinition(id: "p\($0)", title: "P", kind: .stat) }

    private struct Listing: Decodable {
        struct Tile: Decodable { var last: PanelTold? }

        var panels: [Tile]
    }

    /// What a script is told.
    private static func glance(_ relay: Relay) async throws -> [PanelTold?] {
        try await relay.hub.panels.glance(on: relay.loops[0]).get()
        return try JSONDecoder().decode(Listing.self, from: Data(relay.hub.panels.json)).panels.map(\.last)
    }

    @Test func `tiles are wanted while somebody looks and for a while after`() {
        var registry = PanelRegistry(linger: 60)
        #expect(!registry.wantsTiles)
        registry.showTiles()
        registry.showTiles()
        registry.leaveTiles(now: 10)
        registry.dropOld(now: 1000)
        #expect(registry.wantsTiles && registry.generation == 1)
        registry.leaveTiles(now: 1000)
        registry.dropOld(now: 1059)
        #expect(registry.wantsTiles)
        // Who comes back in time finds them at work.
        registry.showTiles()
        registry.areTilesReady = true
        registry.dropOld(now: 2000)
        #expect(registry.wantsTiles && registry.generation == 1)
        registry.leaveTiles(now: 2000)
        registry.dropOld(now: 2060)
        #expect(!registry.wantsTiles && !registry.areTilesReady && registry.generation == 2)
    }

    @Test func `a script that asks again and again keeps the tiles`() {
        var registry = PanelRegistry(linger: 60)
        for turn in 0..<5 {
            registry.glanceAtTiles(now: Int64(turn) * 100)
            registry.dropOld(now: Int64(turn) * 100 + 99)
            #expect(registry.wantsTiles && registry.generation == 1)
        }
        registry.dropOld(now: 520)
        #expect(!registry.wantsTiles)
        registry.glanceAtTiles(now: 5000)
        // A clock that was set back does not keep them for ever.
        registry.dropOld(now: 0)
        #expect(!registry.wantsTiles)
    }

    @Test func `tiles that nobody looks at are not computed, and a script is told of all before`() async throws {
        try await Relay.run(panels: Self.panels) { relay in
            relay.hub.start()
            try relay.publish(count: 10)
            let reader = try await relay.reader(.webSocket(.none))
            try await reader.goLive()
            try await reader.wait("more than a second") { $0.notices("stats").count >= 2 }
            #expect(relay.hub.panels.statistics.events.value == 0)
            let told = try await Self.glance(relay)
            #expect(told.map { $0?.total } == [10, 10, 10] && told.allSatisfy { $0?.complete == true })
            #expect(relay.hub.panels.statistics.events.value == 10)
            relay.hub.panels.stop()
            // A board that has stopped lets nobody wait.
            _ = try await Self.glance(relay)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `tiles that were forgotten come back with all that happened since, and never with what they told before`()
        async throws
    {
        var settings = Hub.Settings()
        settings.panelLinger = 1
        try await Relay.run(settings: settings, panels: Self.panels) { relay in
            relay.hub.start()
            let board = relay.hub.panels
            let reader = try await relay.reader(.webSocket(.none))
            try relay.publish(count: 10)
            try await reader.act { session, _ in session.showPanels(true) }
            // A tile may be told once more each second while it is shown.
            try await reader.wait("all tiles") { $0.notices("panel").count >= 3 }
            try await reader.act { session, _ in session.showPanels(false) }
            // Nobody is told when tiles are let go of, so this looks until they are.
            while board.tiles.contains(where: { $0.told != nil }) { try await Task.sleep(for: .milliseconds(20)) }
            let before = try await reader.see { $0.notices("panel").map(\.total) }
            #expect(before.allSatisfy { $0 == 10 })
            try relay.publish(count: 5)
            try await reader.act { session, _ in session.showPanels(true) }
            try await reader.wait("all tiles again") { $0.notices("panel").count >= before.count + 3 }
            let totals = try await reader.see { $0.notices("panel").map(\.total) }
            #expect(totals.dropFirst(before.count).allSatisfy { $0 == 15 })
            board.stop()
        }
    }

    @Test func `a tile that is told rarely says at once when it is complete, and keeps its rhythm`() throws {
        var sample = try PanelSample()
        for _ in 0..<4 { try sample.append((0..<2000).map { _ in .init() }) }
        var panel = try PanelDefinition.sample(.stat)
        panel.every = .seconds(60)
        let computation = sample.computation([panel], at: sample.now)
        func told() -> [String] {
            computation.due(now: sample.now).map { String(decoding: $0.message.json, as: UTF8.self) }
        }
        _ = try computation.step(now: sample.now, maxEvents: 1000)
        sample.now += PanelSample.second
        let first = told()
        #expect(first.count == 1 && first[0].contains("\"complete\":false"))
        #expect(!computation.areCurrent(computation.panels.map(\.slot)))
        try sample.catchUp(computation)
        let second = told()
        #expect(second.count == 1 && second[0].contains("\"complete\":true"))
        #expect(computation.areCurrent(computation.panels.map(\.slot)))
        sample.now += 58 * PanelSample.second
        try sample.append([.init()])
        try sample.catchUp(computation)
        #expect(told().isEmpty)
        sample.now += PanelSample.second
        #expect(told().count == 1)
    }
}
