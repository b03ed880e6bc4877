import Logging
package import TailraceOptions

/// Lines and messages that programs write to a Unix socket.
///
/// The socket file appears with its final permissions and never with wider ones, replaces only a dead one, and goes
/// away at the end only if it is still this relay's. Who wrote is asked of the kernel and stands in `pid`, `uid`, `gid`
/// and `comm`, before anything that the text claims. While the log is behind nothing is read: the kernel's buffers fill
/// and the writers wait.
///
/// A socket can't be read twice, so this input has no checkpoints: what writers sent while the relay was down is
/// theirs, unless a service manager holds the socket meanwhile.
package struct UnixInput: Input {
    package static let kind = "unix"
    package static let options = UnixOptions.specs

    private let settings: UnixOptions
    private let context: InputContext

    package init(options: OptionTable, context: InputContext) throws(OptionProblem) {
        self.settings = try UnixOptions(options)
        self.context = context
    }

    package func run(into sink: any EventSink) throws {
        let server = try SocketServer(settings: self.server, context: self.context, sink: sink)
        self.context.logger.info("listening", metadata: ["path": "\(self.settings.place.path)"])
        defer { self.context.status.update { $0.positions.removeAll() } }
        do {
            try server.serve()
        } catch is SinkClosed {
            return
        }
    }

    private var server: SocketServerSettings {
        SocketServerSettings(
            endpoints: [.unix(self.settings.place)], framing: .lines, codec: self.settings.codec,
            maxConnections: self.settings.maxConnections, idleTimeout: self.settings.idleTimeout)
    }

    package func warnings() -> [String] { Self.warnings(for: self.settings.place, context: self.context) }

    /// What would go wrong with a Unix socket, found without changing anything.
    static func warnings(for place: UnixPlace, context: InputContext) -> [String] {
        var warnings: [String] = []
        if context.sockets.descriptors(named: context.name).isEmpty { warnings = SocketFile.warnings(for: place) }
        if place.carriage == .datagram, let length = Self.datagramQueueLength(), length < Self.advisedQueueLength {
            warnings.append(
                "\(place.path): the kernel queues only \(length) datagrams before a writer has to wait or is "
                    + "told to try again; set sysctl net.unix.max_dgram_qlen=\(Self.advisedQueueLength)")
        }
        return warnings
    }

    /// What systemd sets on the machines it runs.
    private static let advisedQueueLength = 512

    private static func datagramQueueLength() -> Int? {
        KernelFile.text("/proc/sys/net/unix/max_dgram_qlen").flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}
