import CLinux
import Glibc
import Logging
import TailraceCodec
import TailraceEvent

/// What a socket server is told.
struct SocketServerSettings {
    enum Framing { case lines, syslog }

    var endpoints: [SocketEndpoint]
    var framing: Framing
    var codec: CodecOptions
    var maxConnections: Int
    var idleTimeout: Duration?
    /// Addresses that may send; empty for all.
    var allowed: [IPRange] = []
    /// Messages per second and address, over datagram sockets of the network.
    var maxRate: Int?
    /// Of datagram sockets of the network; nil leaves the system's.
    var receiveBuffer: Int?
}

/// The loop of the sockets of an input: everything on one thread, one batch per wake-up.
final class SocketServer {
    let settings: SocketServerSettings
    let context: InputContext
    let sink: any EventSink
    let listeners: [SocketListener]
    var poller: SocketPoller
    var reader: SocketReader
    var connections: [Int32: SocketConnection] = [:]
    var connectionsBySender: [Sender: Int] = [:]
    var refusedConnections: UInt64 = 0
    var refusedMessages: UInt64 = 0
    var acceptPausedUntil: ContinuousClock.Instant?
    var peers = PeerCache()
    var addresses = AddressMarks()
    var rates: SenderRates?
    var messageScribe: any SocketScribe
    /// Until when the events of connections wait for further lines.
    var waiting: [Int32: ContinuousClock.Instant] = [:]
    var batch = EventBatch()
    var readBytes = 0
    /// What became of the lines that are in `batch` or wait.
    var counts = LineCounts()

    /// Descriptors that one wake-up serves; more are served by the next, in turn.
    static let maxReady = 256
    /// What one connection may bring per turn, so that a flood on one can't silence the others.
    static let maxReadsPerTurn = 4
    static let maxMessagesPerTurn = 1024
    /// A batch that weighs more is handed over before the round is finished: bounds memory at any number of
    /// connections.
    static let maxBatchWeight = 1 << 20
    /// Events of more hosts go into the next batch, as each batch lists its hosts.
    static let maxBatchOrigins = 256
    static let streamReadBytes = 65_536
    /// Messages beyond are cut and say so; Linux lets a sender have 208 KiB unless it asks for more.
    static let minMessageBytes = 262_144

    init(settings: SocketServerSettings, context: InputContext, sink: any EventSink) throws(SystemRefusal) {
        self.settings = settings
        self.context = context
        self.sink = sink
        self.listeners = try Self.listeners(settings, context)
        self.poller = try SocketPoller(maxReady: Self.maxReady)
        let isStream = self.listeners.allSatisfy { $0.endpoint.carriage == .stream }
        self.reader = SocketReader(
            bytes: isStream ? Self.streamReadBytes : max(Self.minMessageBytes, settings.codec.maxLineBytes))
        self.messageScribe = Self.scribe(settings)
        self.rates = settings.maxRate.map { SenderRates(limit: $0) }
        try self.poller.add(context.stop.descriptor)
        for listener in self.listeners {
            try self.poller.add(listener.number)
            if listener.isLocal, listener.endpoint.carriage == .datagram { Self.askForSenders(listener.number) }
        }
        self.showState()
    }

    private static func listeners(
        _ settings: SocketServerSettings, _ context: InputContext
    ) throws(SystemRefusal) -> [SocketListener] {
        let handed = context.sockets.descriptors(named: context.name)
        for number in handed {
            let bound = SocketEndpoint(boundTo: number)
            if let bound, settings.endpoints.contains(where: { $0.isServed(by: bound) }) { continue }
            let names = settings.endpoints.map(\.description).joined(separator: ", ")
            throw SystemRefusal(
                "cannot use the socket handed over for the input \(context.name)",
                reason: "it is \(bound.map(\.description) ?? "of an unknown kind"), and the input listens on \(names)",
                hint: "make ListenStream= or ListenDatagram= of the .socket unit the same as in the configuration")
        }
        var listeners: [SocketListener] = []
        for endpoint in settings.endpoints {
            listeners.append(
                try SocketListener.make(endpoint, handed: handed, receiveBuffer: settings.receiveBuffer))
        }
        return listeners
    }

    static func scribe(_ settings: SocketServerSettings) -> any SocketScribe {
        switch settings.framing {
        case .lines: LineReader(options: settings.codec, isOrdered: false)
        case .syslog: SyslogScribe(codec: settings.codec)
        }
    }

    /// Serves until the stop signal; then takes in what the kernel already holds.
    func serve() throws {
        do {
            while !self.context.stop.isStopped { try self.serveOnce() }
        } catch let error as SystemRefusal {
            // What is here can't be read again.
            try self.drain()
            throw error
        }
        try self.drain()
    }

    private func serveOnce() throws {
        for ready in try self.poller.wait(milliseconds: self.waitMilliseconds) {
            try self.serve(ready.descriptor)
        }
        self.resumeAccepting()
        self.closeIdleConnections()
        self.finishDue()
        self.tellRates()
        try self.flush()
    }

    private func serve(_ descriptor: Int32) throws {
        if descriptor == self.context.stop.descriptor { return }
        if let connection = self.connections[descriptor] {
            try self.read(connection, turns: Self.maxReadsPerTurn)
        } else if let listener = self.listeners.first(where: { $0.number == descriptor }) {
            if listener.endpoint.carriage == .datagram {
                try self.readDatagrams(listener)
            } else {
                self.acceptConnections(listener)
            }
        }
        try self.flushIfFull()
    }

    /// Credentials with every message.
    static func askForSenders(_ descriptor: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_PASSCRED, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    func flushIfFull() throws(SinkClosed) {
        if self.batch.weight >= Self.maxBatchWeight || self.batch.origins.count >= Self.maxBatchOrigins {
            try self.flush()
        }
    }

    /// Hands over what was read; blocks while the log is behind, and nothing is read meanwhile.
    func flush() throws(SinkClosed) {
        guard !self.batch.isEmpty || !self.counts.isZero else { return }
        let batch = self.batch
        self.batch = EventBatch()
        if !batch.isEmpty { try self.sink.submit(batch, checkpoints: []) }
        self.context.status.counted(events: batch.count, bytes: self.readBytes, self.counts, at: .now())
        self.readBytes = 0
        self.counts = LineCounts()
    }

    /// Puts a gap behind the events that were read before it.
    func tell(_ gap: SourceGap, host: String? = nil, fields: [UInt8] = []) {
        self.batch.append(gap, origin: self.origin(of: host), at: .now(), baseFields: fields)
        self.counts.told += 1
    }

    /// The number of the origin of events of this host, nil for the relay's own, in the batch that is being filled.
    func origin(of host: String?) -> UInt16 {
        self.batch.origin(Origin(source: self.context.name, host: host ?? self.context.host))
    }

    private var waitMilliseconds: Int32 {
        var wait = Int32(-1)
        if let timeout = self.settings.idleTimeout, !self.connections.isEmpty {
            wait = Int32(max(1, min(timeout / .milliseconds(4), 3_600_000)))
        }
        if let next = self.nextWaiting {
            wait = wait < 0 ? next.pollTimeout : min(wait, next.pollTimeout)
        }
        if self.acceptPausedUntil != nil { wait = wait < 0 ? 250 : min(wait, 250) }
        if self.rates?.hasRefused == true { wait = wait < 0 ? 250 : min(wait, 250) }
        return wait
    }

    /// Shows where it listens and what is wrong, if anything is.
    func showState() {
        var positions: [String: String] = [:]
        if case .unix(let place)? = self.settings.endpoints.first, self.settings.framing == .lines {
            positions["path"] = place.path
        } else {
            positions["listening"] = self.listeners.map(\.endpoint.description).joined(separator: ", ")
        }
        if self.listeners.contains(where: { $0.endpoint.carriage != .datagram }) {
            positions["connections"] = String(self.connections.count)
        }
        if self.refusedConnections > 0 { positions["refused_connections"] = String(self.refusedConnections) }
        if self.refusedMessages > 0 { positions["refused_messages"] = String(self.refusedMessages) }
        let isPaused = self.acceptPausedUntil != nil
        self.context.status.update { status in
            status.positions = positions
            status.state = isPaused ? .degraded : .reading
            status.reason =
                isPaused ? "no descriptor left for a new connection; raise the relay's limit of open files" : nil
        }
    }
}
