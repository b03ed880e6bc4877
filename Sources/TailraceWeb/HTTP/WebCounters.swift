package import Synchronization

/// What the server has done since it started, for `/metrics`; every field may be read from any thread.
package final class WebCounters: Sendable {
    package let connectionsAccepted = Atomic<Int>(0)
    /// Turned away with 503 because `maxConnections` was reached.
    package let connectionsRefused = Atomic<Int>(0)
    package let connectionsOpen = Atomic<Int>(0)
    package let requests = Atomic<Int>(0)
    /// Answered with 4xx, protocol errors included.
    package let requestsRefused = Atomic<Int>(0)
    /// Answered with 5xx.
    package let requestsFailed = Atomic<Int>(0)
    /// Closed because no whole request came in time.
    package let requestsTimedOut = Atomic<Int>(0)
    package let streamsOpen = Atomic<Int>(0)
    /// More than one address may have.
    package let streamsRefused = Atomic<Int>(0)
    package let webSocketsOpened = Atomic<Int>(0)
    package let webSocketsOpen = Atomic<Int>(0)
    /// Of `webSocketsOpened`, those that agreed on compression.
    package let webSocketsCompressed = Atomic<Int>(0)
    /// Closed by the server because the client broke the protocol or a limit (1002, 1003, 1007, 1008, 1009).
    package let webSocketsFailed = Atomic<Int>(0)
    /// Peers that vanished without closing.
    package let halfOpenClosed = Atomic<Int>(0)
    /// Readers that took no byte for `writeStallTimeout`.
    package let stalledClosed = Atomic<Int>(0)

    init() {}
}

extension Atomic where Value == Int {
    /// One more; these counters order nothing, so relaxed is enough.
    borrowing func increment() { self.wrappingAdd(1, ordering: .relaxed) }
    borrowing func decrement() { self.wrappingSubtract(1, ordering: .relaxed) }
    package borrowing func read() -> Int { self.load(ordering: .relaxed) }
}
