import NIOCore
import TailraceEvent
import Testing

@testable import TailraceHub

struct PanelViewerTests {
    private static let panels = (0..<3).map { PanelDefinition(id: "p\($0)", title: "P", kind: .stat) }

    @Test func `a viewer gets every panel at once and then each as it is told`() async throws {
        try await Relay.run(panels: Self.panels) { relay in
            relay.hub.start()
            let early = try await relay.reader(.webSocket(.shared))
            try await early.act { session, _ in session.showPanels(true) }
            try await early.wait("all panels") { $0.notices("panel").count >= 3 }
            let late = try await relay.reader(.messages, loop: 1)
            let board = relay.hub.panels
            let known = try await late.see { transport in
                transport.session?.showPanels(true)
                return transport.notices("panel").count
            }
            #expect(known == 3)
            let before = board.statistics.computed.value
            try relay.publish(["one", "two"])
            // What is computed is computed once for both, however often the second turns meanwhile.
            try await late.wait("three more") {
                let more = $0.notices("panel").count - known
                return more >= 3 && more == board.statistics.computed.value - before
            }
            try await early.close()
            try await late.act { session, _ in session.showPanels(false) }
            #expect(board.statistics.viewers.value == 0)
        }
    }

    @Test func `a viewer that has no room is skipped and gets only the newest later`() async throws {
        try await Relay.run(panels: Self.panels) { relay in
            let reader = try await relay.reader(.webSocket(.none))
            let counts = try await reader.see { transport -> [Int] in
                guard let session = transport.session else { return [] }
                let viewers = PanelViewers()
                let statistics = PanelStatistics()
                let slots = Self.panels.map { PanelSlot($0) }
                func tell(_ panels: [Int]) {
                    for panel in panels { slots[panel].tell(ControlMessage("panel") { $0.member("n", panel) }) }
                    viewers.deliver(panels.map { slots[$0] }, statistics)
                }
                var counts: [Int] = []
                viewers.add(slots, to: session, statistics)
                tell([0, 1])
                counts.append(transport.notices("panel").count)
                transport.isWritable = false
                for _ in 0..<5 { tell([1, 2]) }
                counts.append(transport.notices("panel").count)
                transport.isWritable = true
                tell([0])
                counts.append(transport.notices("panel").count)
                counts.append(statistics.skipped.value)
                viewers.remove(slots, from: session, statistics)
                tell([0])
                counts.append(transport.notices("panel").count)
                return counts
            }
            #expect(counts == [2, 2, 5, 10, 5])
        }
    }
}
