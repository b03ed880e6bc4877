internal import CNats

/// Messages of one subject, taken one by one.
package final class NatsSubscription: Sendable {
    /// The library guards a subscription with a lock of its own.
    nonisolated(unsafe) private let handle: OpaquePointer
    private let connection: NatsConnection

    init(_ handle: OpaquePointer, connection: NatsConnection) {
        self.handle = handle
        self.connection = connection
    }

    deinit {
        natsSubscription_Unsubscribe(self.handle)
        natsSubscription_Destroy(self.handle)
    }

    /// The next message, nil if none came in time.
    package func next(milliseconds: Int64) throws(NatsError) -> NatsMessage? {
        var message: OpaquePointer?
        let status = natsSubscription_NextMsg(&message, self.handle, milliseconds)
        if status == NATS_TIMEOUT { return nil }
        guard status == NATS_OK, let message else { throw NatsError(status, doing: "cannot receive") }
        defer { natsMsg_Destroy(message) }
        return NatsMessage(message)
    }
}
