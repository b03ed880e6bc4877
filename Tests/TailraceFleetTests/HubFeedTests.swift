import Foundation
import Synchronization
import TailraceEvent
import TailraceFleet
import TailraceLog
import Testing

/// A hub's log as far as the feed knows of it: numbers, events and the checkpoints of the last transaction.
private final class HubLog: HubFeed.Sink, Sendable {
    struct State {
        var messages: [UInt64: String] = [:]
        var head: UInt64 = 0
        var checkpoints: [String: [UInt8]] = [:]
        var epoch = ""
    }

    let state = Mutex(State())
    private let last = Mutex<UInt64>(0)

    var isStopped: Bool { self.state.withLock { $0.head } >= self.last.withLock { $0 } }
    var head: UInt64 { self.state.withLock { $0.head } }
    /// What a reader sees, in order.
    var seen: [String] {
        self.state.withLock { state in state.messages.keys.sorted().compactMap { state.messages[$0] } }
    }

    func submit(_ batch: EventBatch, _ checkpoints: [String: [UInt8]]) {
        self.state.withLock { state in
            for index in batch.records.indices {
                state.head += 1
                if !batch.records[index].isFiller { state.messages[state.head] = batch.message(at: index) }
            }
            state.checkpoints.merge(checkpoints) { $1 }
        }
    }

    var place: HubStart.Place {
        self.state.withLock {
            .init(epoch: $0.epoch, head: $0.head, checkpoints: $0.checkpoints)
        }
    }

    /// Reads until its last event has this number.
    func read(through last: UInt64, _ settings: HubSettings, _ status: HubStatus = HubStatus()) throws {
        self.last.withLock { $0 = last }
        let start = try HubStart.find(try HubLink(settings), self.place, oldest: 0)
        if let begins = start.begins {
            self.state.withLock { $0 = State(head: begins.after, epoch: begins.epoch) }
        }
        let asker = HoleAsker(settings, status: status)
        var feed = HubFeed(
            settings, start, checkpoints: self.state.withLock { $0.checkpoints }, status: status, asker: asker)
        try feed.run(into: self)
    }
}

private struct NoCompressor: Error {}

/// The hub's side against a real server.
@Suite(.serialized) struct HubFeedTests {
    private static func settings(_ server: TestServer) -> HubSettings {
        let plan = StreamPlan(
            name: "tailrace_t", subjects: [FleetSubjects(fleet: "t").all], replicas: 1, maxBytes: 64 << 20,
            maxAge: .seconds(3600))
        return HubSettings(
            link: LinkSettings(servers: [server.url], name: "test"), fleet: "t", plan: plan, since: .seconds(3600),
            resendTimeout: .seconds(5))
    }

    private static func message(
        _ numbers: [ClosedRange<UInt64>], after previous: UInt64, host: String = "web-1", reported: String? = nil
    ) throws -> NatsMessage {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "liar", host: reported ?? host))
        for number in numbers.joined() {
            batch.append(
                time: Timestamp(nanoseconds: Int64(number)), received: Timestamp(nanoseconds: 1), level: .info,
                origin: origin, message: Array("\(host) \(number)".utf8).span, fields: Array("\"n\":1".utf8).span)
        }
        let block = FleetBlock(
            epoch: "e", epochFirst: 1, previous: previous, numbers: numbers, published: .now(), batch: batch)
        guard var compressor = BlockCompressor() else { throw NoCompressor() }
        return try FleetWire.encode(
            block, subject: FleetSubjects(fleet: "t").blocks(host: host, input: "app"), compressor: &compressor)
    }

    @Test func `N5 doubles and late messages become numbers without events, on every hub and after every restart`()
        throws
    {
        let server = try TestServer()
        let settings = Self.settings(server)
        let link = try HubLink(settings)
        let (one, two) = (HubLog(), HubLog())
        var count: UInt64 = 0
        func publish(_ message: NatsMessage, _ events: UInt64) throws {
            _ = try link.jetStream.publish(message, into: "tailrace_t")
            count += events
            try one.read(through: count, settings)
        }
        try publish(Self.message([1...2, 4...4], after: 0), 3)
        try publish(Self.message([3...3], after: 0), 1)
        try publish(Self.message([1...2, 4...4], after: 0), 3)
        try publish(NatsMessage(subject: "tailrace.t.web-1.app", payload: [1, 2, 3]), 1)
        try publish(Self.message([5...6], after: 4, host: "web-2"), 2)
        try publish(Self.message([5...6], after: 4), 2)
        try two.read(through: count, settings)
        let expected = [1, 2, 4, 3].map { "web-1 \($0)" } + ["web-2 5", "web-2 6", "web-1 5", "web-1 6"]
        #expect(one.seen == expected && two.seen == expected)
        #expect(one.head == 12 && two.head == 12)
        #expect(one.state.withLock { $0.messages } == two.state.withLock { $0.messages })
        #expect(one.place.epoch == two.place.epoch && one.place.epoch.count == 10)
    }

    @Test func `N6 a hole is asked from the host, and told as one gap by all hubs when nothing comes`() throws {
        let server = try TestServer()
        var settings = Self.settings(server)
        let link = try HubLink(settings)
        _ = try link.jetStream.publish(Self.message([1...2], after: 0), into: "tailrace_t")
        _ = try link.jetStream.publish(Self.message([6...6], after: 5), into: "tailrace_t")
        let (log, status) = (HubLog(), HubStatus())
        try log.read(through: 3, settings, status)
        #expect(status.snapshot.hosts["web-1"]?.missing == 3)

        let host = try NatsConnection(settings.link)
        let questions = try host.subscribe(FleetSubjects(fleet: "t").resend(host: "web-1"))
        settings.resendTimeout = .milliseconds(1500)
        let start = try HubStart.find(HubLink(settings), log.place, oldest: 0)
        #expect(start.begins == nil)
        let askers = [HoleAsker(settings, status: status), HoleAsker(settings, status: HubStatus())]
        for asker in askers {
            _ = HubFeed(
                settings, start, checkpoints: log.state.withLock { $0.checkpoints }, status: status, asker: asker)
        }
        let deadline = Date.now + 60
        while status.snapshot.gapsTold == 0, Date.now < deadline {
            for asker in askers { try asker.step() }
            Thread.sleep(forTimeInterval: 0.05)
        }
        let question = try #require(try questions.next(milliseconds: 1000))
        #expect(ResendRequest(question.payload) == ResendRequest(epoch: "e", numbers: 3...5))
        for _ in 0..<20 { for asker in askers { try asker.step() } }
        try log.read(through: 4, settings, status)
        #expect(log.seen.count == 4 && log.seen[3].contains("3 events of web-1"))
        #expect(status.snapshot.hosts["web-1"]?.missing == 0)
        #expect(try link.jetStream.stream("tailrace_t")?.messages == 3)
    }

    @Test func `N7 a stream that was made anew has other numbers`() throws {
        let server = try TestServer()
        let settings = Self.settings(server)
        let log = HubLog()
        _ = try HubLink(settings).jetStream.publish(Self.message([1...2], after: 0), into: "tailrace_t")
        try log.read(through: 2, settings)
        let before = log.place.epoch
        let link = try HubLink(settings)
        try link.jetStream.deleteStream("tailrace_t")
        _ = try HubLink(settings).jetStream.publish(Self.message([7...7], after: 6), into: "tailrace_t")
        let now = try #require(try link.jetStream.stream("tailrace_t"))
        #expect(try !link.isSame(as: now))
        try log.read(through: 1, settings)
        #expect(log.seen == ["web-1 7"] && log.place.epoch != before)
    }

    @Test func `N7 numbers begin again where retention took what no hub has numbered`() throws {
        let server = try TestServer()
        let settings = Self.settings(server)
        let log = HubLog()
        let stream = try HubLink(settings).jetStream
        func publish(_ numbers: ClosedRange<UInt64>) throws {
            for number in numbers {
                _ = try stream.publish(Self.message([number...number], after: number - 1), into: "tailrace_t")
            }
        }
        try publish(1...2)
        try log.read(through: 2, settings)
        try publish(3...4)
        let before = log.place.epoch
        let purge = NatsMessage(
            subject: "$JS.API.STREAM.PURGE.tailrace_t", payload: Array(#"{"seq":4}"#.utf8))
        _ = try stream.connection.request(purge)
        try log.read(through: 1, settings)
        #expect(log.seen == ["web-1 4"] && log.place.epoch != before)
    }

    @Test func `N9 host and input are those of the subject, whatever a message says`() throws {
        let server = try TestServer()
        let settings = Self.settings(server)
        let stream = try HubLink(settings).jetStream
        _ = try stream.publish(Self.message([1...1], after: 0, reported: "db-9"), into: "tailrace_t")
        var scanner = JSONCheck()
        let reader = try OrderedReader(
            stream, stream: "tailrace_t", subject: settings.subjects.all, from: .sequence(1))
        let stored = try #require(try reader.next(milliseconds: 20_000))
        let message = scanner.understand(stored, settings.subjects)
        #expect(message.batch.origins.first == Origin(source: "app", host: "web-1"))
        #expect(message.batch.fields(at: 0) == #"{"n":1,"origin_host":"db-9"}"#)
    }

    @Test func `N10 what can't be read takes its numbers and is counted`() throws {
        let server = try TestServer()
        let settings = Self.settings(server)
        let stream = try HubLink(settings).jetStream
        var future = try Self.message([1...3], after: 0)
        future.headers["Tailrace-Version"] = "2"
        var garbage = try Self.message([1...3], after: 0)
        garbage.payload = (0..<200).map { UInt8(truncatingIfNeeded: $0) }
        var huge = try Self.message([1...3], after: 0)
        huge.headers["Tailrace-Bytes"] = "99999999999"
        for message in [future, garbage, huge, try Self.message([1...1], after: 0)] {
            _ = try stream.publish(message, into: "tailrace_t")
        }
        let (log, status) = (HubLog(), HubStatus())
        try log.read(through: 8, settings, status)
        #expect(log.seen == ["web-1 1"] && log.head == 8)
        #expect(status.snapshot.unreadable == ["version": 1, "damaged": 1, "too_large": 1])
        #expect(status.snapshot.hosts["web-1"]?.unreadable == 3)
    }
}
