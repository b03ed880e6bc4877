import Logging
import NIOCore
import NIOPosix
import TailraceEvent
import TailraceHub
import TailraceLog

/// A hub over a log in memory, on real event loops; the test is the thread that appends.
final class Relay: Sendable {
    let log: EventLog
    let hub: Hub
    /// Where the hub runs.
    let hubLoop: any EventLoop
    /// Where readers' connections live.
    let loops: [any EventLoop]

    private init(log: EventLog, hub: Hub, hubLoop: any EventLoop, loops: [any EventLoop]) {
        self.log = log
        self.hub = hub
        self.hubLoop = hubLoop
        self.loops = loops
    }

    /// Runs a test's body with a relay; two of its event loops have readers.
    static func run(
        memoryBytes: Int = 256 << 20, streams: [String: StreamTable.Entry] = [:], settings: Hub.Settings = .init(),
        panels: [PanelDefinition] = [], consumers: [StoredConsumer] = [], maxConsumers: Int = 8,
        _ body: @Sendable (Relay) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 3)
        let workers = NIOThreadPool(numberOfThreads: 2)
        workers.start()
        let all = Array(group.makeIterator())
        let log = try EventLog(
            settings: .init(
                path: nil, maxBytes: 1 << 40, maxAge: .seconds(1_000_000), sync: .never, memoryBytes: memoryBytes))
        let hub = Hub(
            log: log, streams: StreamTable(entries: streams), executorLoop: all[0], readerLoops: Array(all[1...]),
            workers: workers, turns: SearchTurns(workers: workers, atOnce: 2),
            facts: HubFacts(
                version: "1", host: "web-1", sources: { [] },
                configuration: { HubFacts.Configuration(generation: 1, problem: nil) }),
            rhythm: Rhythm(), settings: settings, panels: panels,
            consumers: Consumers(
                consumers, log: log, workers: workers,
                limits: ConsumerLimits(maxCount: maxConsumers, maxIdle: .seconds(86_400))),
            logger: Logger(label: "hub", factory: { _ in SwiftLogNoOpLogHandler() }))
        let outcome: Result<Void, any Error>
        do {
            try await body(Relay(log: log, hub: hub, hubLoop: all[0], loops: Array(all[1...])))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await workers.shutdownGracefully()
        try await group.shutdownGracefully()
        try outcome.get()
    }

    func reader(
        _ form: WireForm = .webSocket(.shared), loop: Int = 0,
        _ prepare: @escaping @Sendable (FakeTransport) -> Void = { _ in }
    ) async throws -> Reader {
        try await .connect(to: self.hub, on: self.loops[loop], form: form, prepare)
    }

    /// Commits events and hands them to the hub. One thread at a time.
    func publish(_ messages: some Sequence<String>, level: Level? = .info, streams: UInt64 = 0) throws {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "nginx", host: "web-1"))
        for message in messages {
            batch.append(
                time: .now(), received: .now(), level: level, origin: origin, message: Array(message.utf8).span,
                fields: Array("\"a\":1,\"b\":2".utf8).span)
            batch.records[batch.count - 1].streams = streams
        }
        self.hub.publish(try self.log.append(batch, checkpoints: []))
    }

    func publish(_ messages: String...) throws { try self.publish(messages) }

    /// Events that say `even` or `odd`, as their numbers are.
    func publish(count: Int) throws {
        let first = self.log.head + 1
        try self.publish((0..<UInt64(count)).map { (first + $0) % 2 == 0 ? "even \(first + $0)" : "odd \(first + $0)" })
    }
}
