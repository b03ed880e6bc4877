import Foundation
import TailraceFleet
import Testing

/// The library against a real server.
@Suite(.serialized) struct LinkTests {
    private static func plan(_ name: String = "tailrace_t") -> StreamPlan {
        StreamPlan(
            name: name, subjects: [FleetSubjects(fleet: "t").all], replicas: 1, maxBytes: 64 << 20,
            maxAge: .seconds(3600))
    }

    private static func settings(_ server: TestServer) -> LinkSettings {
        LinkSettings(servers: [server.url], name: "test")
    }

    private static func message(_ number: Int, host: String = "h") -> NatsMessage {
        NatsMessage(
            subject: FleetSubjects(fleet: "t").blocks(host: host, input: "i"), headers: ["N": String(number)],
            payload: Array("message \(number)".utf8))
    }

    @Test func `a stream is made once, found again, and its differences are told`() throws {
        let server = try TestServer()
        let stream = try JetStream(NatsConnection(Self.settings(server)))
        #expect(try stream.stream("tailrace_t") == nil)
        let made = try stream.makeStream(Self.plan())
        let found = try #require(try stream.stream("tailrace_t"))
        #expect(made.created == found.created && found.isOnDisk && found.differences(from: Self.plan()).isEmpty)
        var other = Self.plan()
        other.maxBytes = 1 << 20
        #expect(throws: NatsError.self) { try stream.makeStream(other) }
        #expect(found.differences(from: other).count == 1)
    }

    @Test func `messages are acknowledged in the window, doubles are known, and a reader gets each once in order`()
        throws
    {
        let server = try TestServer()
        let publishing = try NatsConnection(Self.settings(server))
        _ = try JetStream(publishing).makeStream(Self.plan())
        let reported = DispatchSemaphore(value: 0)
        let publisher = try JetStreamPublisher(
            publishing, stream: "tailrace_t", window: 64, ackTimeout: .seconds(20)
        ) { reported.signal() }
        for number in 0..<50 { try publisher.publish(Self.message(number), id: "m\(number)") }
        try publisher.publish(Self.message(7), id: "m7")
        var reports: [JetStreamPublisher.Report] = []
        while reports.count < 51 {
            try #require(reported.wait(timeout: .now() + 30) == .success)
            reports += publisher.takeReports()
        }
        let acks = try reports.map { try $0.outcome.get() }
        #expect(acks.filter(\.isDuplicate).count == 1 && Set(acks.map(\.sequence)) == Set(1...50))

        let reading = try JetStream(NatsConnection(Self.settings(server)))
        let reader = try OrderedReader(
            reading, stream: "tailrace_t", subject: FleetSubjects(fleet: "t").all, from: .sequence(11))
        for sequence in UInt64(11)...50 {
            let stored = try #require(try reader.next(milliseconds: 20_000))
            #expect(stored.sequence == sequence && stored.message.headers["N"] == String(sequence - 1))
            #expect(stored.message.payload == Array("message \(sequence - 1)".utf8))
            #expect(stored.pending == 50 - sequence && stored.time > 0)
        }
        #expect(try reader.next(milliseconds: 50) == nil)
    }

    @Test func `where no stream listens the report says so`() throws {
        let server = try TestServer()
        let reported = DispatchSemaphore(value: 0)
        let publisher = try JetStreamPublisher(
            NatsConnection(Self.settings(server)), stream: "tailrace_t", window: 4, ackTimeout: .seconds(20)
        ) { reported.signal() }
        try publisher.publish(Self.message(1), id: "m")
        try #require(reported.wait(timeout: .now() + 30) == .success)
        let report = try #require(publisher.takeReports().first)
        guard case .failure(let error) = report.outcome else { throw NatsError(.other, "it was acknowledged") }
        #expect(error.kind == .noResponders && report.id == "m")
    }

    @Test func `N8 a server that dies ends the connection, and every call on it answers`() throws {
        let server = try TestServer()
        let ended = DispatchSemaphore(value: 0)
        let connection = try NatsConnection(Self.settings(server)) { ended.signal() }
        try connection.roundTrip()
        let subscription = try connection.subscribe("x")
        server.kill()
        #expect(ended.wait(timeout: .now() + 30) == .success)
        #expect(!connection.isOpen && connection.lost != nil)
        #expect(throws: NatsError.self) { try connection.roundTrip(milliseconds: 500) }
        #expect(throws: NatsError.self) { try subscription.next(milliseconds: 500) }
        #expect(throws: NatsError.self) { try NatsConnection(Self.settings(server)) }
        try server.start()
        try NatsConnection(Self.settings(server)).roundTrip()
    }

    @Test func `a wrong password is told as one`() throws {
        let server = try TestServer(configuration: "authorization { user: u, password: right }")
        var settings = Self.settings(server)
        settings.user = "u"
        settings.password = "wrong"
        let error = #expect(throws: NatsError.self) { try NatsConnection(settings) }
        #expect(error?.kind == .authentication)
        settings.password = "right"
        try NatsConnection(settings).roundTrip()
    }

    @Test func `a request is answered, and one that nobody answers says so`() throws {
        let server = try TestServer()
        let asking = try NatsConnection(Self.settings(server))
        let answering = try NatsConnection(Self.settings(server))
        #expect(throws: NatsError.self) { try asking.request(NatsMessage(subject: "q"), milliseconds: 2000) }
        let subscription = try answering.subscribe("q")
        try answering.roundTrip()
        let thread = Thread {
            guard let message = try? subscription.next(milliseconds: 20_000), let reply = message.reply else { return }
            try? answering.publish(NatsMessage(subject: reply, payload: message.payload + [33]))
        }
        thread.start()
        let reply = try asking.request(NatsMessage(subject: "q", payload: [1, 2]), milliseconds: 20_000)
        #expect(reply.payload == [1, 2, 33])
    }

    @Test func `of many who make a key all get the same value`() throws {
        let server = try TestServer()
        let one = try KeyValue(JetStream(NatsConnection(Self.settings(server))), bucket: "b", replicas: 1)
        let two = try KeyValue(JetStream(NatsConnection(Self.settings(server))), bucket: "b", replicas: 1)
        #expect(try one.value("a.b") == nil)
        #expect(try one.create("a.b", [1]) == [1])
        #expect(try two.create("a.b", [2]) == [1])
        try two.put("a.c", [3])
        #expect(try one.value("a.c") == [3])
        #expect(try one.keys("a.*", limit: 10).sorted() == ["a.b", "a.c"])
    }
}
