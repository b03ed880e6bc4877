import NIOCore
import TailraceEvent
import TailraceHub

/// A reader and its connection, from outside of their event loop.
struct Reader: Sendable {
    let loop: any EventLoop
    private let bound: NIOLoopBound<FakeTransport>

    private init(_ transport: FakeTransport) {
        self.loop = transport.eventLoop
        self.bound = NIOLoopBound(transport, eventLoop: transport.eventLoop)
    }

    static func connect(
        to hub: Hub, on loop: any EventLoop, form: WireForm, _ prepare: @escaping @Sendable (FakeTransport) -> Void
    ) async throws -> Reader {
        try await loop.submit {
            let transport = FakeTransport(eventLoop: loop, form: form)
            prepare(transport)
            transport.session = ReaderSession(hub: hub, transport: transport)
            return Reader(transport)
        }.get()
    }

    /// What a look at the connection gives.
    func see<Value: Sendable>(_ body: @escaping @Sendable (FakeTransport) -> Value) async throws -> Value {
        try await self.loop.submit { body(self.bound.value) }.get()
    }

    /// What the client, or its network, does.
    func act(_ body: @escaping @Sendable (ReaderSession, FakeTransport) -> Void) async throws {
        try await self.loop.submit {
            let transport = self.bound.value
            if let session = transport.session { body(session, transport) }
        }.get()
    }

    func wait(_ what: String = #function, until condition: @escaping @Sendable (FakeTransport) -> Bool) async throws {
        try await self.loop.flatSubmit { self.bound.value.wait(what, until: condition) }.get()
    }

    func open(
        _ start: OpenRequest.Start = .live, filter: String = "", stream: String = "all", fields: [String]? = nil,
        maxRate: Int? = nil, consumer: String? = nil
    ) async throws {
        let request = OpenRequest(
            stream: stream, filter: filter, start: start, fields: fields, maxRate: maxRate, consumer: consumer)
        try await self.act { session, _ in session.open(request) }
    }

    /// Opens and waits for the live edge.
    func goLive(_ start: OpenRequest.Start = .live, filter: String = "", maxRate: Int? = nil) async throws {
        try await self.open(start, filter: filter, maxRate: maxRate)
        try await self.wait("live") { $0.isLive }
    }

    func waitFor(_ seqs: some Sequence<UInt64> & Sendable) async throws {
        let expected = Array(seqs)
        try await self.wait("\(expected.count) events") { $0.streamed.count >= expected.count }
    }

    func close() async throws {
        try await self.act { session, transport in
            session.closed()
            transport.session = nil
        }
    }
}
