internal import CNats

/// A message as a stream holds it.
package struct StoredMessage: Sendable {
    package var message: NatsMessage
    /// Its number in the stream.
    package var sequence: UInt64
    /// When the stream took it, in nanoseconds.
    package var time: Int64
    /// How many the stream has behind it for this reader.
    package var pending: UInt64
}

/// Reads a stream from a place on, in its order, each message once.
///
/// The server sends ahead only as far as its flow control lets it, so a reader that pauses holds a bounded amount.
/// When the connection is lost it throws, and whoever reads makes a new one behind the last sequence it has got.
package final class OrderedReader: Sendable {
    package enum Start: Sendable, Hashable {
        /// The first message with this number or a higher one.
        case sequence(UInt64)
        /// The first message that the stream took then or later, in nanoseconds.
        case time(Int64)
    }

    /// The server speaks up at least this often, so that silence means something.
    static let heartbeatNanoseconds: Int64 = 2_000_000_000

    private let stream: JetStream
    /// The library guards a subscription with a lock of its own.
    nonisolated(unsafe) private let handle: OpaquePointer

    package init(
        _ jetStream: JetStream, stream: String, subject: String, from start: Start
    ) throws(NatsError) {
        var strings = CStrings()
        defer { strings.free() }
        var options = jsSubOptions()
        jsSubOptions_Init(&options)
        options.Stream = strings.make(stream)
        options.Ordered = true
        options.Config.Heartbeat = Self.heartbeatNanoseconds
        switch start {
        case .sequence(let sequence):
            options.Config.DeliverPolicy = js_DeliverByStartSequence
            options.Config.OptStartSeq = max(1, sequence)
        case .time(let nanoseconds):
            options.Config.DeliverPolicy = js_DeliverByStartTime
            options.Config.OptStartTime = nanoseconds
        }
        var subscription: OpaquePointer?
        var code = jsErrCode(rawValue: 0)
        let status = js_SubscribeSync(&subscription, jetStream.context, subject, nil, &options, &code)
        guard status == NATS_OK, let subscription else {
            throw NatsError(status, code: code, doing: "cannot read the stream \(stream)")
        }
        // What flow control lets through fits; a message dropped here would only be asked for again.
        natsSubscription_SetPendingLimits(subscription, -1, -1)
        self.stream = jetStream
        self.handle = subscription
    }

    deinit {
        natsSubscription_Unsubscribe(self.handle)
        natsSubscription_Destroy(self.handle)
    }

    /// The next message, nil if none came in time; throws when the way to the stream is lost.
    package func next(milliseconds: Int64) throws(NatsError) -> StoredMessage? {
        var message: OpaquePointer?
        let status = natsSubscription_NextMsg(&message, self.handle, milliseconds)
        if status == NATS_TIMEOUT { return nil }
        guard status == NATS_OK, let message else { throw NatsError(status, doing: "cannot read the stream") }
        defer { natsMsg_Destroy(message) }
        var meta: UnsafeMutablePointer<jsMsgMetaData>?
        let found = natsMsg_GetMetaData(&meta, message)
        guard found == NATS_OK, let meta else { throw NatsError(found, doing: "a message without its place") }
        defer { jsMsgMetaData_Destroy(meta) }
        return StoredMessage(
            message: NatsMessage(message), sequence: meta.pointee.Sequence.Stream, time: meta.pointee.Timestamp,
            pending: meta.pointee.NumPending)
    }
}
