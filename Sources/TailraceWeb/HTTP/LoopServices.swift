internal import NIOCore
internal import TailraceDeflate
internal import TailraceEvent

/// A connection with deadlines, looked at once a second by its event loop.
///
/// One sweep over all connections is cheaper in memory than a timer for each: at 10,000 connections by some megabytes.
protocol TimedConnection: AnyObject {
    /// Its place in the loop's list; kept by `LoopServices`.
    var listIndex: Int { get set }
    func tick(now: NIODeadline)
    /// The server stops; finish in order.
    func shutdownRequested()
    /// The grace time is over.
    func abort()
}

/// What the connections of one event loop share; used on that loop only.
final class LoopServices {
    let eventLoop: any EventLoop
    let options: HTTPOptions
    let counters: WebCounters
    private(set) var site: Site
    /// The time of the last sweep, for marks that need no better than a second.
    private(set) var now = NIODeadline.now()
    /// The value of `Date`, made anew with each sweep.
    private(set) var date = HTTPDate.text(Timestamp.now())
    private(set) var isShuttingDown = false
    private var connections: [any TimedConnection] = []
    private var sweep: RepeatedTask?
    /// Messages of clients stand alone (`client_no_context_takeover`), so one inflater does for all connections.
    private var inflater = Inflater(windowBits: 15)
    private var inflated: [UInt8] = []

    init(eventLoop: any EventLoop, site: Site, options: HTTPOptions, counters: WebCounters) {
        self.eventLoop = eventLoop
        self.site = site
        self.options = options
        self.counters = counters
    }

    func start() {
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.sweep = self.eventLoop.scheduleRepeatedTask(
            initialDelay: Self.sweepInterval, delay: Self.sweepInterval
        ) { _ in bound.value.tick() }
    }

    func stop() { self.sweep?.cancel() }

    func replace(site: Site) { self.site = site }

    func add(_ connection: any TimedConnection) {
        connection.listIndex = self.connections.count
        self.connections.append(connection)
    }

    func remove(_ connection: any TimedConnection) {
        let index = connection.listIndex
        guard self.connections.indices.contains(index), self.connections[index] === connection else { return }
        let last = self.connections.removeLast()
        if last !== connection {
            self.connections[index] = last
            last.listIndex = index
        }
        connection.listIndex = -1
    }

    func shutdown() {
        self.isShuttingDown = true
        for connection in self.connections { connection.shutdownRequested() }
    }

    func abortAll() {
        for connection in self.connections { connection.abort() }
    }

    /// Inflates one message of a client into a buffer of its own.
    func inflate(_ payload: ByteBuffer, limit: Int) throws(InflateError) -> ByteBuffer {
        defer {
            // One large message must not pin its size for good.
            if self.inflated.capacity > Self.maxKeptInflateBytes { self.inflated = [] }
            self.inflated.removeAll(keepingCapacity: true)
        }
        self.inflater.reset()
        try self.inflater.decompress(payload.readableBytesUInt8Span, limit: limit, into: &self.inflated)
        return ByteBuffer(bytes: self.inflated)
    }

    private func tick() {
        self.now = .now()
        self.date = HTTPDate.text(Timestamp.now())
        // A connection may leave the list while it is looked at, so a copy is walked.
        for connection in self.connections { connection.tick(now: self.now) }
    }

    private static let sweepInterval = TimeAmount.seconds(1)
    /// The control messages of a whole fleet of viewers fit in this.
    private static let maxKeptInflateBytes = 64 * 1024
}

/// What a reload replaces.
struct Site: Sendable {
    var routes: RouteTable
    var hosts: HostPolicy
    var tls: ServerTLS?
    /// Nil lets everybody reach all routes.
    var gate: (any AccessGate)?
    /// Nil counts no addresses.
    var addresses: AddressLimit?

    /// Whether a connection that was let in may stay.
    func keeps(_ grant: AccessGrant?) -> Bool {
        guard let gate = self.gate else { return true }
        return grant.map(gate.isCurrent) ?? false
    }
}
