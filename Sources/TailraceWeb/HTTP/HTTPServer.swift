internal import Glibc
package import Logging
package import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The listening sockets and all connections that came through them.
package final class HTTPServer: Sendable {
    /// Where it listens, as one would type it: `http://127.0.0.1:8245`, `unix:/run/tailrace/http.sock`.
    package let addresses: [String]
    /// The port of the first TCP socket: what the system chose where the configuration said 0.
    package let port: Int?
    package let counters: WebCounters
    private let channels: [any Channel]
    private let loops: LoopTable
    private let logger: Logger

    private init(
        channels: [any Channel], isSecure: Bool, loops: LoopTable, counters: WebCounters, logger: Logger
    ) {
        self.channels = channels
        self.loops = loops
        self.counters = counters
        self.logger = logger
        self.addresses = channels.compactMap { channel in
            channel.localAddress.map { Self.describe($0, isSecure: isSecure) }
        }
        self.port = channels.lazy.compactMap { $0.localAddress?.port }.first
    }

    /// Listens on all addresses or, where one fails, on none.
    package static func start(
        on addresses: [ListenAddress], group: any EventLoopGroup, routes: RouteTable, gate: (any AccessGate)? = nil,
        addresses limit: AddressLimit? = nil, options: HTTPOptions, logger: Logger
    ) async throws(ListenError) -> HTTPServer {
        let counters = WebCounters()
        let loops = await LoopTable(
            group: group,
            site: Site(routes: routes, hosts: options.hosts, tls: options.tls, gate: gate, addresses: limit),
            options: options, counters: counters)
        var channels: [any Channel] = []
        do throws(ListenError) {
            for address in addresses {
                channels.append(try await Self.bind(address, group, loops, options))
            }
        } catch {
            for channel in channels { try? await channel.close() }
            await loops.stop()
            throw error
        }
        let server = HTTPServer(
            channels: channels, isSecure: options.tls != nil, loops: loops, counters: counters, logger: logger)
        for address in server.addresses { logger.info("listening", metadata: ["address": "\(address)"]) }
        return server
    }

    /// Puts new routes and host rules in force for all requests from now on; open connections stay. Done when every
    /// event loop knows them.
    package func replace(
        routes: RouteTable, gate: (any AccessGate)?, addresses: AddressLimit?, hosts: HostPolicy, tls: ServerTLS?
    ) -> [EventLoopFuture<Void>] {
        let site = Site(routes: routes, hosts: hosts, tls: tls, gate: gate, addresses: addresses)
        return self.loops.onEach { $0.replace(site: site) }
    }

    /// Stops accepting, asks every connection to end in order (1012 to WebSockets), and cuts what is left after
    /// `grace`.
    package func shutdown(grace: Duration) async {
        for channel in self.channels { try? await channel.close() }
        await self.loops.forEach { $0.shutdown() }
        let deadline = ContinuousClock.now + grace
        while self.counters.connectionsOpen.read() > 0, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
        let left = self.counters.connectionsOpen.read()
        if left > 0 { self.logger.notice("connections cut at shutdown", metadata: ["count": "\(left)"]) }
        await self.loops.forEach { $0.abortAll() }
        await self.loops.stop()
    }

    private static func bind(
        _ address: ListenAddress, _ group: any EventLoopGroup, _ loops: LoopTable, _ options: HTTPOptions
    ) async throws(ListenError) -> any Channel {
        if case .unix(let path) = address { try UnixSocketClaim.claim(path) }
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: options.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoff())
                }
            }
            .childChannelOption(.writeBufferWaterMark, value: options.writeBufferWaterMark)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try loops[channel.eventLoop].accept(channel) }
            }
        do {
            switch address {
            case .tcp(let host, let port): return try await bootstrap.bind(host: host, port: port).get()
            case .inherited(let descriptor): return try await bootstrap.withBoundSocket(descriptor).get()
            case .unix(let path):
                let channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
                chmod(path, mode_t(options.unixPermissions))
                return channel
            }
        } catch {
            throw ListenError(address, error)
        }
    }

    private static func describe(_ address: SocketAddress, isSecure: Bool) -> String {
        let scheme = isSecure ? "https" : "http"
        return switch address {
        case .v4: "\(scheme)://\(address.ipAddress ?? ""):\(address.port ?? 0)"
        case .v6: "\(scheme)://[\(address.ipAddress ?? "")]:\(address.port ?? 0)"
        case .unixDomainSocket: "unix:\(address.pathname ?? "")"
        }
    }
}
