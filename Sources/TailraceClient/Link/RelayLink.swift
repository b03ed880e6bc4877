internal import Foundation
package import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Asks a relay over HTTP, one connection for each question.
///
/// What comes is read only as fast as it is taken: behind the few parts that wait here the kernel's buffers fill, and
/// the relay sees a slow reader.
package struct RelayLink: Sendable {
    /// A relay beats every 10 s.
    package static let silenceSeconds: Int64 = 30
    private static let connectSeconds: Int64 = 10
    /// The status of a relay with thousands of files.
    private static let maxBodyBytes = 64 << 20
    private static let maxProblemBytes = 64 << 10

    typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    package let address: RelayAddress
    private let security: LinkSecurity
    private let token: String?

    package init(_ address: RelayAddress, trust: LinkTrust = LinkTrust()) throws(LinkError) {
        self.security = try LinkSecurity(address, trust)
        self.address = address
        self.token = trust.token
    }

    /// Calls `take` with the bytes of the answer as they come; returns when the answer is complete.
    package func stream(
        _ path: String, _ query: [QueryItem], accept: String, take: (ByteBufferView) throws -> Void
    ) async throws {
        try await self.exchange([.head(self.head(.GET, path, query, accept: accept)), .end(nil)], take: take)
    }

    private func exchange(_ request: [HTTPClientRequestPart], take: (ByteBufferView) throws -> Void) async throws {
        let connection = try await self.connect()
        do {
            try await connection.executeThenClose { inbound, outbound in
                // In one piece: whoever answers and closes at once must not make the second half fail.
                do { try await outbound.write(contentsOf: request) } catch {
                    // What came in tells why it was closed, if anything does.
                    for try await _ in inbound {}
                    throw error
                }
                try await self.read(inbound, take: take)
            }
        } catch let error as IOError {
            throw LinkError.cut(reason: Self.words(error))
        } catch let error as HTTPParserError {
            throw error == .invalidEOFState
                ? LinkError.cut(reason: "it was cut off")
                : LinkError.notARelay(self.address, reason: "it does not speak HTTP (\(error))")
        } catch let error as ChannelError {
            throw LinkError.cut(reason: "\(error)")
        } catch {
            throw LinkSecurity.words(error).map { LinkError.insecure(self.address, reason: $0) } ?? error
        }
    }

    /// The whole answer.
    package func body(_ path: String, _ query: [QueryItem] = [], accept: String) async throws -> [UInt8] {
        try await self.body([.head(self.head(.GET, path, query, accept: accept)), .end(nil)])
    }

    /// Sends JSON; the whole answer.
    package func post(_ path: String, json: [UInt8]) async throws -> [UInt8] {
        var head = self.head(.POST, path, [], accept: "application/json")
        head.headers.add(name: "Content-Type", value: "application/json")
        head.headers.add(name: "Content-Length", value: String(json.count))
        return try await self.body([.head(head), .body(.byteBuffer(ByteBuffer(bytes: json))), .end(nil)])
    }

    /// The whole answer to a DELETE.
    package func delete(_ path: String) async throws -> [UInt8] {
        try await self.body([.head(self.head(.DELETE, path, [], accept: "application/json")), .end(nil)])
    }

    private func body(_ request: [HTTPClientRequestPart]) async throws -> [UInt8] {
        var body: [UInt8] = []
        try await self.exchange(request) { bytes in
            guard body.count + bytes.count <= Self.maxBodyBytes else {
                throw LinkError.notARelay(self.address, reason: "its answer is over \(Self.maxBodyBytes) bytes")
            }
            body.append(contentsOf: bytes)
        }
        return body
    }

    private func head(
        _ method: HTTPMethod, _ path: String, _ query: [QueryItem], accept: String
    ) -> HTTPRequestHead {
        let parameters = query.isEmpty ? "" : "?\(QueryItem.encode(query))"
        var head = HTTPRequestHead(
            version: .http1_1, method: method, uri: self.address.folder + path + parameters,
            headers: [
                "Host": self.address.hostHeader, "Accept": accept, "User-Agent": "tailrace", "Connection": "close",
            ])
        if let token = self.token { head.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return head
    }

    private func read(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, take: (ByteBufferView) throws -> Void
    ) async throws {
        var status: HTTPResponseStatus?
        var problem: [UInt8] = []
        for try await part in inbound {
            switch part {
            case .head(let head): status = head.status
            case .body(let bytes) where status == .ok: try take(bytes.readableBytesView)
            case .body(let bytes): problem.append(contentsOf: bytes.readableBytesView.prefix(Self.maxProblemBytes))
            case .end:
                guard let status, status != .ok else { return }
                throw LinkError.refused(status: Int(status.code), ProblemReport(body: problem))
            }
        }
        try Task.checkCancellation()
        throw LinkError.cut(reason: "the relay closed it")
    }
}

extension RelayLink {
    private func connect() async throws -> Connection {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(Self.connectSeconds))
            .channelOption(.socketOption(.so_keepalive), value: 1)
        do {
            switch self.address.endpoint {
            case .tcp(let host, let port):
                return try await self.agreed(bootstrap.connect(host: host, port: port) { self.prepare($0) })
            case .unix(let path):
                return try await self.agreed(bootstrap.connect(unixDomainSocketPath: path) { self.prepare($0) })
            }
        } catch let error as CancellationError {
            throw error
        } catch let error as LinkError {
            throw error
        } catch {
            if let reason = LinkSecurity.words(error) { throw LinkError.insecure(self.address, reason: reason) }
            throw LinkError.unreachable(self.address, reason: Self.words(error))
        }
    }

    /// A connection on which both sides may speak.
    private func agreed(
        _ dialled: (connection: Connection, agreement: EventLoopFuture<Void>)
    ) async throws -> Connection {
        do {
            try await dialled.agreement.get()
        } catch {
            try? await dialled.connection.executeThenClose { _, _ in }
            throw error
        }
        return dialled.connection
    }

    private func prepare(
        _ channel: any Channel
    ) -> EventLoopFuture<(connection: Connection, agreement: EventLoopFuture<Void>)> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let agreement = try self.security.install(on: channel)
            try pipeline.addHandler(SilenceWatch(limit: .seconds(Self.silenceSeconds)))
            try pipeline.addHTTPClientHandlers()
            return (try Connection(wrappingChannelSynchronously: channel), agreement)
        }
    }

    /// A connection's failure for people.
    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError:
            if let single = error.connectionErrors.first { return Self.words(single.error) }
            return "there is no host called \(error.host)"
        case ChannelError.connectTimeout: return "it did not answer within \(Self.connectSeconds) s"
        default: return "\(error)"
        }
    }
}
