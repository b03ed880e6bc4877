import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import TailraceHub
import TailraceWeb
import Testing

/// Drives a whole server over loopback sockets.
struct HTTPServerTests {
    private static func withServer(
        _ options: HTTPOptions = HTTPOptions(), _ body: (HTTPServer, Int) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var routes = RouteTable()
        routes.on(.GET, "/hello") { _ in .response(.text(.ok, "hi")) }
        routes.on(.POST, "/size") { .response(.text(.ok, "\($0.body.readableBytes)")) }
        routes.on(.GET, "/later") { request in
            .later(request.eventLoop.submit { HTTPResponse.text(.ok, "later") })
        }
        routes.on(.GET, "/stream") { _ in
            .stream(HTTPResponse(status: .ok, headers: ["Content-Type": "application/x-ndjson"]), ThreeLines())
        }
        routes.on(.GET, "/unsound") { _ in .response(HTTPResponse(status: .ok, headers: ["A": "b\r\nC: d"])) }
        routes.webSocket("/echo") { _ in .accept(EchoEndpoint(), .echo) }
        routes.webSocket("/full") { _ in .refuse(Problem(.serviceUnavailable, "full").response) }
        routes.fallback { $0.path == "/" ? .text(.ok, "page") : nil }
        let server = try await HTTPServer.start(
            on: [.tcp(host: "127.0.0.1", port: 0)], group: group, routes: routes, options: options,
            logger: Logger(label: "test"))
        try await body(server, try #require(server.port))
        await server.shutdown(grace: .seconds(5))
        try await group.shutdownGracefully()
    }

    private final class ThreeLines: StreamBody {
        func opened(_ connection: StreamConnection) {
            for line in ["a\n", "b\n", "c\n"] { connection.write(ByteBuffer(string: line)) }
            connection.end()
        }
        func writabilityChanged(isWritable: Bool) {}
        func shutdownRequested() {}
        func closed() {}
    }

    private static func get(_ path: String, _ more: String = "Connection: close\r\n", method: String = "GET") -> String
    {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(more)\r\n"
    }

    @Test func `requests in one packet are answered in order`() async throws {
        try await Self.withServer { _, port in
            let all = Self.get("/later", "") + Self.get("/hello", "") + Self.get("/", "") + Self.get("/later")
            let answer = try RawClient(port: port).talk(all + Self.get("/hello"))
            let bodies = answer.components(after: "\r\n\r\n")
            #expect(bodies == ["later", "hi", "page", "later"])
        }
    }

    @Test(
        arguments: [
            (Self.get("/nope"), 404), (Self.get("/hello", method: "DELETE"), 405), (Self.get("/a/../hello"), 404),
            (Self.get("/echo"), 426), (Self.get("/?a=%zz"), 400), (Self.get("/unsound"), 500),
            (Self.get("/" + String(repeating: "x", count: 9000)), 414),
            (Self.get("/", "A: " + String(repeating: "x", count: 20_000) + "\r\n"), 431),
            (Self.get("/", (0..<70).map { "X\($0): y\r\n" }.joined()), 431),
            (Self.get("/size", "Content-Length: 70000\r\n", method: "POST"), 413),
            (Self.get("/size", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", method: "POST"), 400),
            (Self.get("/size", "Content-Length: 3\r\nContent-Length: 4\r\n", method: "POST"), 400),
            (Self.get("/", "A: b\r\n c\r\n"), 400), ("GET / HTTP/1.1\nHost: localhost\n\n", 400),
            ("\u{16}\u{3}\u{1}", 400),
            ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
            (Self.get("/", "Origin: http://evil.example\r\n"), 403),
        ])
    func `what can't be served is refused with its status, and the connection ends`(request: String, status: Int)
        async throws
    {
        try await Self.withServer { _, port in
            let answer = try RawClient(port: port).talk(request)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            #expect(answer.contains("application/problem+json"))
        }
    }

    @Test func `HEAD has the headers of GET and no body`() async throws {
        try await Self.withServer { _, port in
            let answer = try RawClient(port: port).talk(Self.get("/hello", method: "HEAD"))
            #expect(answer.contains("Content-Length: 2\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
            let stream = try RawClient(port: port).talk(Self.get("/stream", method: "HEAD"))
            #expect(stream.hasPrefix("HTTP/1.1 200 "))
            #expect(stream.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `a stream is chunked and is the last answer`() async throws {
        try await Self.withServer { _, port in
            let answer = try RawClient(port: port).talk(Self.get("/stream", "") + Self.get("/hello"))
            #expect(answer.contains("Transfer-Encoding: chunked\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n2\r\na\n\r\n2\r\nb\n\r\n2\r\nc\n\r\n0\r\n\r\n"))
        }
    }

    @Test func `every answer carries the security headers`() async throws {
        try await Self.withServer { _, port in
            for path in ["/", "/nope", "/hello", "/stream"] {
                let answer = try RawClient(port: port).talk(Self.get(path))
                #expect(answer.contains("X-Content-Type-Options: nosniff\r\n"))
                #expect(answer.contains("Content-Security-Policy: default-src 'none'; script-src 'self';"))
                #expect(answer.contains("Date: "))
            }
        }
    }

    @Test func `a WebSocket echoes, even what was sent before the handshake was answered`() async throws {
        try await Self.withServer { server, port in
            let client = try RawClient(port: port)
            try client.send(RawClient.handshake("/echo") + RawClient.frame(0x81, Array("early".utf8)))
            let head = try client.readHead()
            #expect(head.hasPrefix("HTTP/1.1 101 "))
            #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
            #expect(try client.readFrame() == .init(first: 0x81, payload: Array("early".utf8)))
            try client.send(RawClient.frame(0x89, [1]))
            #expect(try client.readFrame() == .init(first: 0x8a, payload: [1]))
            try client.send(RawClient.frame(0x88, [0x03, 0xe8]))
            #expect(try client.readFrame() == .init(first: 0x88, payload: [0x03, 0xe8]))
            #expect(try client.readToEnd().isEmpty)
            #expect(server.counters.webSocketsOpened.read() == 1)
        }
    }

    @Test(
        arguments: [
            ("", "/echo", 101), ("Origin: http://localhost\r\n", "/echo", 101),
            ("Origin: http://evil.example\r\n", "/echo", 403),
            ("Origin: null\r\n", "/echo", 403), ("", "/full", 503), ("", "/nope", 404),
        ])
    func `an upgrade is decided before 101`(more: String, path: String, status: Int) async throws {
        try await Self.withServer { _, port in
            let client = try RawClient(port: port)
            try client.send(RawClient.handshake(path, more))
            #expect(try client.readHead().hasPrefix("HTTP/1.1 \(status) "))
            if status == 101 { try client.send(RawClient.frame(0x88, [])) }
            _ = try client.readToEnd()
        }
    }

    @Test(
        arguments: [
            ([0x81, 0x02, 0x68, 0x69], 1002), (RawClient.frame(0xc1, [0x68]), 1002), (RawClient.frame(0x83, []), 1002),
            (RawClient.frame(0x81, [0xff]), 1007), ([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], 1009),
            ([0x82, 0xff, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0, 0, 0], 1009), (RawClient.frame(0x09, []), 1002),
        ] as [([UInt8], Int)])
    func `a broken frame is closed with its code`(bytes: [UInt8], code: Int) async throws {
        try await Self.withServer { server, port in
            let client = try RawClient(port: port)
            try client.send(RawClient.handshake("/echo") + bytes)
            _ = try client.readHead()
            let frame = try client.readFrame()
            #expect(frame.first == 0x88)
            #expect(Int(frame.payload[0]) << 8 | Int(frame.payload[1]) == code)
            #expect(try client.readToEnd().isEmpty)
            #expect(server.counters.webSocketsFailed.read() == 1)
        }
    }

    @Test func `the agreed compression is used both ways`() async throws {
        try await Self.withServer { _, port in
            let client = try RawClient(port: port)
            let offer = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n"
            try client.send(
                RawClient.handshake("/echo", offer) + RawClient.frame(0xc1, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]))
            let agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
            #expect(try client.readHead().contains("Sec-WebSocket-Extensions: \(agreed)\r\n"))
            #expect(try client.readFrame() == .init(first: 0xc1, payload: [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]))
        }
    }

    @Test func `one connection too many is told when to come back`() async throws {
        var options = HTTPOptions()
        options.maxConnections = 2
        try await Self.withServer(options) { server, port in
            let clients = try (0..<2).map { _ in try RawClient(port: port) }
            for client in clients {
                try client.send(RawClient.handshake("/echo"))
                #expect(try client.readHead().hasPrefix("HTTP/1.1 101 "))
            }
            let answer = try RawClient(port: port).talk(Self.get("/hello"))
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.contains("Retry-After: 5\r\n"))
            #expect(server.counters.connectionsRefused.read() == 1)
            withExtendedLifetime(clients) {}
        }
    }

    @Test func `an address has so many streams and no more, and room comes back`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var routes = RouteTable()
        routes.webSocket("/echo") { _ in .accept(EchoEndpoint(), .echo) }
        let server = try await HTTPServer.start(
            on: [.tcp(host: "127.0.0.1", port: 0)], group: group, routes: routes,
            addresses: AddressLimit(limit: 2, exempt: [], shares: OpenShares()), options: HTTPOptions(),
            logger: Logger(label: "test"))
        let port = try #require(server.port)
        var clients = try (0..<2).map { _ in try RawClient(port: port) }
        for client in clients {
            try client.send(RawClient.handshake("/echo"))
            #expect(try client.readHead().hasPrefix("HTTP/1.1 101 "))
        }
        let refused = try RawClient(port: port)
        try refused.send(RawClient.handshake("/echo"))
        let answer = try refused.readHead()
        #expect(answer.hasPrefix("HTTP/1.1 429 ") && answer.contains("Retry-After: 5\r\n"))
        #expect(server.counters.streamsRefused.read() == 1)
        // One says good-bye; its place is free when the server has closed the connection.
        let leaving = clients.removeLast()
        try leaving.send(RawClient.frame(0x88, [0x03, 0xe8]))
        _ = try leaving.readToEnd()
        let next = try RawClient(port: port)
        try next.send(RawClient.handshake("/echo"))
        #expect(try next.readHead().hasPrefix("HTTP/1.1 101 "))
        withExtendedLifetime(clients) {}
        await server.shutdown(grace: .zero)
        try await group.shutdownGracefully()
    }

    @Test func `a shutdown says 1012`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var routes = RouteTable()
        routes.webSocket("/echo") { _ in .accept(EchoEndpoint(), .echo) }
        let server = try await HTTPServer.start(
            on: [.tcp(host: "127.0.0.1", port: 0)], group: group, routes: routes, options: HTTPOptions(),
            logger: Logger(label: "test"))
        // The client blocks a thread of its own: one of those that run tests may be the one that the shutdown needs.
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let (port, isOpen) = (try #require(server.port), group.next().makePromise(of: Void.self))
        async let told = threads.runIfActive { () throws -> (frame: RawClient.Frame, rest: [UInt8]) in
            do {
                let client = try RawClient(port: port, waitSeconds: 240)
                try client.send(RawClient.handshake("/echo"))
                _ = try client.readHead()
                isOpen.succeed()
                let frame = try client.readFrame()
                try client.send(RawClient.frame(0x88, [0x03, 0xf4]))
                return (frame, try client.readToEnd())
            } catch {
                isOpen.fail(error)
                throw error
            }
        }
        try await isOpen.futureResult.get()
        await server.shutdown(grace: .seconds(5))
        let (frame, rest) = try await told
        #expect(frame.first == 0x88 && frame.payload.prefix(2) == [0x03, 0xf4] && rest.isEmpty)
        try await threads.shutdownGracefully()
        try await group.shutdownGracefully()
    }

    @Test func `an address in use is explained`() async throws {
        try await Self.withServer { _, port in
            let group = MultiThreadedEventLoopGroup.singleton
            let error = await #expect(throws: ListenError.self) {
                try await HTTPServer.start(
                    on: [.tcp(host: "127.0.0.1", port: port)], group: group, routes: RouteTable(),
                    options: HTTPOptions(),
                    logger: Logger(label: "test"))
            }
            #expect(
                error?.description.hasPrefix("cannot listen on 127.0.0.1:\(port): address already in use; ") == true)
        }
    }

    @Test func `a Unix socket that a crash left is taken over, a live one is not`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/http.sock"
        try RawClient.leaveSocket(at: path)
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await HTTPServer.start(
            on: [.unix(path: path)], group: group, routes: RouteTable(), options: HTTPOptions(),
            logger: Logger(label: "test"))
        #expect(server.addresses == ["unix:\(path)"])
        let error = await #expect(throws: ListenError.self) {
            try await HTTPServer.start(
                on: [.unix(path: path)], group: group, routes: RouteTable(), options: HTTPOptions(),
                logger: Logger(label: "test"))
        }
        #expect(error?.reason == "another program is listening there")
        await server.shutdown(grace: .zero)
    }
}
