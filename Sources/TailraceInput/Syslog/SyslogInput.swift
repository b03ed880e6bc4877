import Logging
package import TailraceCodec
package import TailraceOptions

/// Syslog messages over UDP, TCP and Unix sockets: RFC 3164 as devices write it, and RFC 5424.
///
/// Who sends is known by address (`peer`), whatever the header says; the header's host becomes the event's. Nothing is
/// ever answered. While the log is behind nothing is read: over TCP and Unix sockets senders wait, over UDP the kernel
/// holds `receive_buffer` and counts what it drops beyond, which is told as a gap.
///
/// A socket can't be read twice, so this input has no checkpoints: a service manager that holds the sockets
/// (`HandedSockets`) keeps what comes while the relay restarts.
package struct SyslogInput: Input {
    package static let kind = "syslog"
    package static let options = SyslogOptions.specs
    /// A message is an event of its own, so there is nothing to join.
    package static let codecOptions = CodecOptions.specs.filter { $0.name != Multiline.spec.name }

    private let settings: SyslogOptions
    private let context: InputContext

    package init(options: OptionTable, context: InputContext) throws(OptionProblem) {
        self.settings = try SyslogOptions(options)
        self.context = context
    }

    /// How it understands messages: as syslog where nothing else is said.
    package static func codec(_ table: OptionTable) throws(OptionProblem) -> CodecOptions {
        var codec = try CodecOptions(table)
        guard codec.format != .cri, codec.format != .docker else {
            throw table.problem(
                "format", "format = \"\(codec.format.rawValue)\" is for files that a container runtime writes",
                hint: "leave format out: messages are read as syslog")
        }
        if table.string("format") == nil { codec.format = .syslog }
        return codec
    }

    package func run(into sink: any EventSink) throws {
        let server = try SocketServer(settings: self.server, context: self.context, sink: sink)
        for listener in server.listeners { self.tell(listener) }
        defer { self.context.status.update { $0.positions.removeAll() } }
        do {
            try server.serve()
        } catch is SinkClosed {
            return
        }
    }

    private func tell(_ listener: SocketListener) {
        let metadata: Logger.Metadata = ["address": "\(listener.endpoint)"]
        if listener.endpoint.isOpenToOthers, self.settings.allowed.isEmpty {
            self.context.logger.notice("listening; other hosts can send, restrict them with allow", metadata: metadata)
        } else {
            self.context.logger.info("listening", metadata: metadata)
        }
    }

    private var server: SocketServerSettings {
        SocketServerSettings(
            endpoints: self.settings.endpoints, framing: .syslog, codec: self.settings.codec,
            maxConnections: self.settings.maxConnections, idleTimeout: self.settings.idleTimeout,
            allowed: self.settings.allowed, maxRate: self.settings.maxRate,
            receiveBuffer: self.settings.receiveBuffer)
    }

    package func warnings() -> [String] {
        var warnings: [String] = []
        for endpoint in self.settings.endpoints {
            if case .unix(let place) = endpoint { warnings += UnixInput.warnings(for: place, context: self.context) }
        }
        let hasUDP = self.settings.endpoints.contains { endpoint in
            if case .network(.datagram, _, _) = endpoint { true } else { false }
        }
        if hasUDP, let most = Self.systemReceiveBuffer(), most * 2 < self.settings.receiveBuffer {
            warnings.append(
                "without the right to go beyond net.core.rmem_max, the kernel holds only \(most * 2 / 1024) KiB of UDP "
                    + "messages; set sysctl net.core.rmem_max=\(self.settings.receiveBuffer / 2) or lower "
                    + "receive_buffer")
        }
        return warnings
    }

    private static func systemReceiveBuffer() -> Int? {
        KernelFile.text("/proc/sys/net/core/rmem_max").flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}
