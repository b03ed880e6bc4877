import NIOCore
import TailraceEvent
import TailraceLog
import Testing

@testable import TailraceHub

@Suite struct ConsumerTests {
    private static func place(_ relay: Relay, _ name: String, _ start: OpenRequest.Start = .live) async throws
        -> ConsumerPlace
    {
        let request = OpenRequest(stream: "all", filter: "", start: start, consumer: name)
        let placed = try await relay.hub.consumers.place(request, streams: relay.hub.streams, on: relay.loops[0]).get()
        return try #require(placed.place)
    }

    private static func commit(
        _ relay: Relay, _ name: String, _ seq: UInt64, epoch: String? = nil, rewinds: Bool = false
    ) async throws -> ConsumerView {
        let position = Position(epoch: epoch ?? relay.log.epoch, seq: seq)
        let name = try relay.hub.consumers.admit(name)
        return try await relay.hub.consumers.commit(name, position, rewinds: rewinds, on: relay.loops[0]).get()
    }

    private static func view(_ relay: Relay, _ name: String) throws -> ConsumerView {
        try relay.hub.consumers.view(relay.hub.consumers.admit(name))
    }

    // MARK: Names and beginnings

    @Test(arguments: ["a", "Z9", "nightly-report_2.x", String(repeating: "n", count: 64)])
    func `a name of letters, digits and marks between them is one`(text: String) {
        #expect(ConsumerName(text)?.text == text)
    }

    @Test(arguments: ["", ".", "..", "-a", "_a", "a/b", "a b", "é", "a\n", String(repeating: "n", count: 65)])
    func `anything else is none`(text: String) { #expect(ConsumerName(text) == nil) }

    @Test func `a new consumer begins where the request says, and there alone`() async throws {
        try await Relay.run { relay in
            try relay.publish(count: 10)
            let began = Timestamp.now()
            try relay.publish(count: 5)
            let starts: [(String, OpenRequest.Start, UInt64)] = [
                ("live", .live, 15), ("from", .from(relay.log.position(of: 3)), 3), ("last", .last(4), 11),
                ("since", .since(began), 10), ("future", .since(Timestamp(nanoseconds: .max)), 15),
                ("all", .since(Timestamp(nanoseconds: 0)), 0),
            ]
            for (name, start, seq) in starts {
                let place = try await Self.place(relay, name, start)
                #expect(place.isNew && place.committed.seq == seq, "\(name)")
                let again = try await Self.place(relay, name, .last(1))
                #expect(!again.isNew && again.committed == place.committed, "\(name)")
            }
        }
    }

    @Test func `a wrong request makes no consumer`() async throws {
        try await Relay.run { relay in
            try relay.publish("one")
            let wrong = [
                OpenRequest(stream: "nowhere", filter: "", start: .live, consumer: "a"),
                OpenRequest(stream: "all", filter: "status:>", start: .live, consumer: "a"),
                OpenRequest(stream: "all", filter: "", start: .from(relay.log.position(of: 2)), consumer: "a"),
                OpenRequest(stream: "all", filter: "", start: .live, consumer: "a/b"),
            ]
            for request in wrong {
                await #expect(throws: ConsumerProblem.self) {
                    try await relay.hub.consumers.place(request, streams: relay.hub.streams, on: relay.loops[0]).get()
                }
            }
            #expect(relay.hub.consumers.count == 0)
        }
    }

    @Test func `there are so many and no more, until one is deleted`() async throws {
        try await Relay.run(maxConsumers: 2) { relay in
            _ = try await Self.place(relay, "a")
            _ = try await Self.place(relay, "b")
            let problem = await #expect(throws: ConsumerProblem.self) { try await Self.place(relay, "c") }
            #expect(problem?.asReaderProblem.message.contains("2 consumers already") == true)
            #expect(throws: ConsumerProblem.self) { try relay.hub.consumers.check("c") }
            #expect(throws: Never.self) { try relay.hub.consumers.check("b") }
            #expect(relay.hub.consumers.statistics.refused.value == 1)
            let last = try await relay.hub.consumers.delete(relay.hub.consumers.admit("a"), on: relay.loops[0]).get()
            #expect(last.name == "a")
            #expect(try await Self.place(relay, "c").isNew)
            #expect(relay.hub.consumers.views().map(\.name) == ["b", "c"])
        }
    }

    // MARK: Commits

    @Test func `a commit moves forward to what there is, and back only on purpose`() async throws {
        try await Relay.run { relay in
            try relay.publish(count: 10)
            _ = try await Self.place(relay, "a", .from(relay.log.position(of: 2)))
            #expect(try await Self.commit(relay, "a", 5).lagEvents == 5)
            #expect(try await Self.commit(relay, "a", 5).position.seq == 5)
            var problem = await #expect(throws: ConsumerProblem.self) { try await Self.commit(relay, "a", 4) }
            guard case .backwards? = problem else { Issue.record("\(String(describing: problem))"); return }
            problem = await #expect(throws: ConsumerProblem.self) { try await Self.commit(relay, "a", 11) }
            #expect(problem?.asReaderProblem.code == .position)
            problem = await #expect(throws: ConsumerProblem.self) {
                try await Self.commit(relay, "a", 5, epoch: "other", rewinds: true)
            }
            guard case .otherLog? = problem else { Issue.record("\(String(describing: problem))"); return }
            problem = await #expect(throws: ConsumerProblem.self) { try await Self.commit(relay, "nobody", 5) }
            guard case .unknown? = problem else { Issue.record("\(String(describing: problem))"); return }
            #expect(try Self.view(relay, "a").position.seq == 5)
            #expect(try await Self.commit(relay, "a", 1, rewinds: true).lagEvents == 9)
            #expect(try await Self.commit(relay, "a", 10, rewinds: true).lagEvents == 0)
            let counted = relay.hub.consumers.statistics
            #expect((counted.commits.value, counted.commitsRefused.value, counted.rewinds.value) == (4, 4, 1))
        }
    }

    @Test func `commits that race leave the furthest, and each is answered`() async throws {
        try await Relay.run { relay in
            try relay.publish(count: 200)
            _ = try await Self.place(relay, "a", .from(relay.log.position(of: 0)))
            let answers = await withTaskGroup(of: Bool.self) { group in
                for seq in UInt64(1)...200 {
                    group.addTask { (try? await Self.commit(relay, "a", seq)) != nil }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(answers.count == 200)
            #expect(try Self.view(relay, "a").position.seq == 200)
            let counted = relay.hub.consumers.statistics
            #expect(counted.commits.value + counted.commitsRefused.value == 200)
            #expect(counted.commits.value == answers.count { $0 })
        }
    }

    @Test func `a consumer made and deleted by many at once is there or not, and counted right`() async throws {
        try await Relay.run(maxConsumers: 3) { relay in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    let name = ["a", "b", "c", "d"][number % 4]
                    group.addTask {
                        if number % 3 == 0, let admitted = try? relay.hub.consumers.admit(name) {
                            _ = try? await relay.hub.consumers.delete(admitted, on: relay.loops[0]).get()
                        } else {
                            _ = try? await Self.place(relay, name)
                        }
                    }
                }
            }
            let counted = relay.hub.consumers.statistics
            #expect(relay.hub.consumers.count == counted.created.value - counted.deleted.value)
            #expect(relay.hub.consumers.count <= 3)
        }
    }

    // MARK: Reading

    @Test func `reading goes on behind what is committed, or further behind what the reader has`() async throws {
        try await Relay.run { relay in
            try relay.publish(count: 10)
            _ = try await Self.place(relay, "a", .from(relay.log.position(of: 4)))
            let expected: [(OpenRequest.Start, UInt64)] = [
                (.live, 4), (.last(1), 4), (.since(.now()), 4), (.from(relay.log.position(of: 2)), 4),
                (.from(relay.log.position(of: 7)), 7), (.from(Position(epoch: "other", seq: 9)), 4),
            ]
            for (start, seq) in expected {
                let reader = try await relay.reader()
                try await reader.open(start, consumer: "a")
                try await reader.wait { $0.isLive }
                let opened = try #require(try await reader.see { $0.opened.last })
                #expect(opened.complete && opened.from == relay.log.position(of: seq).description, "\(start)")
                #expect(opened.consumer == .init(name: "a", position: "\(relay.log.epoch):4", new: false))
                #expect(try await reader.see { $0.streamed.map(\.seq) } == Array(seq + 1...10))
                try await reader.close()
            }
        }
    }

    @Test func `readers under a name are counted while they are connected, whatever they open next`() async throws {
        try await Relay.run { relay in
            try relay.publish("one")
            let (first, second) = (try await relay.reader(), try await relay.reader(.lines, loop: 1))
            try await first.open(consumer: "a")
            try await first.wait { $0.isLive }
            #expect(try await first.see { $0.opened.last?.consumer?.new } == true)
            try await second.open(consumer: "a")
            try await second.wait { $0.isLive }
            #expect(try Self.view(relay, "a").connections == 2)
            try await first.open(consumer: "b")
            try await first.wait { $0.opened.count == 2 }
            #expect(try Self.view(relay, "a").connections == 1)
            #expect(try Self.view(relay, "b").connections == 1)
            // One that is refused leaves everything as it was.
            try await first.open(filter: "x:>", consumer: "c")
            try await first.wait { !$0.problems.isEmpty }
            #expect(try Self.view(relay, "b").connections == 1)
            try await first.close()
            try await second.close()
            #expect(relay.hub.consumers.views().map(\.connections) == [0, 0])
        }
    }

    @Test func `a reader of a deleted consumer goes on, and is none of the new one's`() async throws {
        try await Relay.run { relay in
            let reader = try await relay.reader()
            try await reader.open(consumer: "a")
            try await reader.wait { $0.isLive }
            _ = try await relay.hub.consumers.delete(relay.hub.consumers.admit("a"), on: relay.loops[0]).get()
            _ = try await Self.place(relay, "a")
            try relay.publish("one")
            try await reader.waitFor([1])
            #expect(try Self.view(relay, "a").connections == 0)
            try await reader.close()
            #expect(try Self.view(relay, "a").connections == 0)
        }
    }

    // MARK: Falling behind

    @Test func `what retention takes uncommitted is told, and counted once`() async throws {
        try await Relay.run(memoryBytes: 200_000) { relay in
            try relay.publish(count: 20)
            _ = try await Self.place(relay, "behind", .from(relay.log.position(of: 5)))
            _ = try await Self.place(relay, "gone", .from(Position(epoch: "other", seq: 5)))
            while relay.log.oldest < 100 { try relay.publish(count: 100) }
            _ = try await Self.commit(relay, "gone", relay.log.head)
            for _ in 0..<3 { relay.hub.consumers.keepHouse(at: .now()) }
            let oldest = relay.log.oldest
            let view = try Self.view(relay, "behind")
            #expect(view.missing?.from == 6 && view.missing?.through == oldest - 1)
            #expect(view.missing?.count == oldest - 6 && view.missing?.reason == .evicted)
            #expect(view.evictedEvents == oldest - 6)
            #expect(view.lagEvents == relay.log.head - oldest + 1)
            #expect(try #require(view.lagSeconds) >= 0)
            #expect(try Self.view(relay, "gone").evictedEvents == 0)
            // Forward to another place that is gone: the rest of it is not counted again.
            #expect(try await Self.commit(relay, "behind", 50).missing?.from == 51)
            relay.hub.consumers.keepHouse(at: .now())
            #expect(try Self.view(relay, "behind").evictedEvents == oldest - 6)
        }
    }

    @Test func `lag is what came behind the position, and since when`() async throws {
        try await Relay.run { relay in
            _ = try await Self.place(relay, "a")
            #expect(try Self.view(relay, "a").lagEvents == 0 && Self.view(relay, "a").lagSeconds == 0)
            let before = Timestamp.now()
            try relay.publish(count: 3)
            let view = try Self.view(relay, "a")
            let most = Double(Timestamp.now().nanoseconds - before.nanoseconds) / 1e9
            #expect(view.lagEvents == 3)
            #expect(try #require(view.lagSeconds) >= 0 && view.lagSeconds ?? .infinity <= most)
        }
    }

    @Test func `a consumer that nobody uses is forgotten, one that is read under is not`() async throws {
        try await Relay.run { relay in
            let day: Int64 = 86_400 * 1_000_000_000
            let start = Timestamp.now().nanoseconds
            _ = try await Self.place(relay, "idle")
            let reader = try await relay.reader()
            try await reader.open(consumer: "read")
            try await reader.wait { $0.isLive }
            relay.hub.consumers.keepHouse(at: Timestamp(nanoseconds: start + day))
            _ = try await Self.place(relay, "late")
            #expect(relay.hub.consumers.views().map(\.name) == ["idle", "late", "read"])
            relay.hub.consumers.keepHouse(at: Timestamp(nanoseconds: Timestamp.now().nanoseconds + day + 1))
            // Behind what was enqueued for it.
            _ = try await Self.commit(relay, "read", 0)
            #expect(relay.hub.consumers.views().map(\.name) == ["read"])
            #expect(relay.hub.consumers.statistics.expired.value == 2)
            try await reader.close()
        }
    }

    @Test func `consumers of an earlier run stand where they stood`() async throws {
        let epoch = "elsewhere"
        let stored = StoredConsumer(
            name: "a", position: Position(epoch: epoch, seq: 7), created: Timestamp(nanoseconds: 1), committed: .now(),
            seen: .now())
        try await Relay.run(consumers: [stored]) { relay in
            try relay.publish(count: 3)
            let reader = try await relay.reader()
            try await reader.open(consumer: "a")
            try await reader.wait { $0.isLive }
            let opened = try #require(try await reader.see { $0.opened.last })
            #expect(opened.missing == .init(from: 8, to: 8, count: nil, reason: "unknown-epoch"))
            #expect(try await reader.see { $0.streamed.map(\.seq) } == [1, 2, 3])
            // Everything of this log is further than what another one gave out.
            #expect(try await Self.commit(relay, "a", 1).missing == nil)
            try await reader.close()
        }
    }
}
