import CLinux
import Glibc
import TailraceCodec
import TailraceEvent

/// The loop of a Unix socket: everything on one thread, one batch per wake-up.
final class UnixServer {
    let settings: UnixOptions
    let context: InputContext
    let sink: any EventSink
    let socket: SocketFile
    var poller: SocketPoller
    var reader: SocketReader
    var connections: [Int32: UnixConnection] = [:]
    var connectionsByUser: [UInt32: Int] = [:]
    var refusedConnections: UInt64 = 0
    var acceptPausedUntil: ContinuousClock.Instant?
    var peers = PeerCache()
    var messageScribe: EventScribe
    /// Until when the events of connections wait for further lines.
    var waiting: [Int32: ContinuousClock.Instant] = [:]
    var overflow: UInt32 = 0
    var batch = EventBatch()
    var origin: UInt16 = 0
    var readBytes = 0
    var lostEvents: UInt64 = 0

    /// Descriptors that one wake-up serves; more are served by the next, in turn.
    static let maxReady = 256
    /// What one connection may bring per turn, so that a flood on one can't silence the others.
    static let maxReadsPerTurn = 4
    static let maxMessagesPerTurn = 1024
    /// A batch that weighs more is handed over before the round is finished: bounds memory at any number of
    /// connections.
    static let maxBatchWeight = 1 << 20
    static let streamReadBytes = 65_536
    /// Messages beyond are cut and say so; Linux lets a sender have 208 KiB unless it asks for more.
    static let minMessageBytes = 262_144

    init(settings: UnixOptions, context: InputContext, sink: any EventSink) throws(SystemRefusal) {
        self.settings = settings
        self.context = context
        self.sink = sink
        self.socket = try SocketFile.make(settings)
        self.poller = try SocketPoller(maxReady: Self.maxReady)
        let isStream = settings.mode == .stream
        self.reader = SocketReader(
            bytes: isStream ? Self.streamReadBytes : max(Self.minMessageBytes, settings.codec.maxLineBytes))
        self.messageScribe = EventScribe(codec: settings.codec)
        try self.poller.add(context.stop.descriptor)
        try self.poller.add(self.socket.descriptor.number)
        if settings.mode == .datagram { Self.askForSenders(self.socket.descriptor.number) }
        self.showState()
    }

    /// Serves until the stop signal; then takes in what the kernel already holds.
    func serve() throws {
        while !self.context.stop.isStopped {
            for ready in try self.poller.wait(milliseconds: self.waitMilliseconds) {
                try self.serve(ready.descriptor)
            }
            self.resumeAccepting()
            self.closeIdleConnections()
            self.finishDue()
            try self.flush()
        }
        try self.drain()
    }

    private func serve(_ descriptor: Int32) throws {
        if descriptor == self.context.stop.descriptor { return }
        if let connection = self.connections[descriptor] {
            try self.read(connection, turns: Self.maxReadsPerTurn)
        } else if descriptor == self.socket.descriptor.number {
            if self.settings.mode == .datagram {
                try self.readDatagrams()
            } else {
                self.acceptConnections()
            }
        }
        if self.batch.weight >= Self.maxBatchWeight { try self.flush() }
    }

    /// Credentials with every message, and the count of lost ones. Linux makes writers of a full Unix socket wait
    /// instead of losing messages; should a kernel count losses all the same, they are told.
    static func askForSenders(_ descriptor: Int32) {
        var on: Int32 = 1
        let length = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_PASSCRED, &on, length)
        setsockopt(descriptor, SOL_SOCKET, SO_RXQ_OVFL, &on, length)
    }

    /// Hands over what was read; blocks while the log is behind, and nothing is read meanwhile.
    func flush() throws(SinkClosed) {
        guard !self.batch.isEmpty else { return }
        let batch = self.batch
        self.batch = EventBatch()
        try self.sink.submit(batch, checkpoints: [])
        self.context.status.counted(events: batch.count, bytes: self.readBytes, at: .now())
        self.readBytes = 0
    }

    /// The number of this input's origin in the batch that is being filled.
    func currentOrigin() -> UInt16 {
        self.batch.origin(Origin(source: self.context.name, host: self.context.host))
    }

    private var waitMilliseconds: Int32 {
        var wait = Int32(-1)
        if let timeout = self.settings.idleTimeout, !self.connections.isEmpty {
            wait = Int32(max(1, min(timeout / .milliseconds(4), 3_600_000)))
        }
        if let next = self.nextWaiting {
            let left = Int32(max(0, (next - .now) / .milliseconds(1)).rounded(.up))
            wait = wait < 0 ? left : min(wait, left)
        }
        if self.acceptPausedUntil != nil { wait = wait < 0 ? 250 : min(wait, 250) }
        return wait
    }

    /// Shows the path and what is wrong, if anything is.
    func showState() {
        let refused = self.refusedConnections
        let count = self.connections.count
        let isPaused = self.acceptPausedUntil != nil
        self.context.status.update { status in
            status.positions = ["path": self.settings.path]
            if self.settings.mode != .datagram { status.positions["connections"] = String(count) }
            if refused > 0 { status.positions["refused_connections"] = String(refused) }
            status.state = isPaused ? .degraded : .reading
            status.reason =
                isPaused ? "no descriptor left for a new connection; raise the relay's limit of open files" : nil
        }
    }
}
