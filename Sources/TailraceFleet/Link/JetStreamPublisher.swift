internal import CNats
internal import Synchronization

/// Publishes without waiting; what becomes of each message comes back as a report.
///
/// The caller bounds how many are under way: the library refuses one more than `window`. Reports wait in a list until
/// somebody takes them; there are never more of them than messages under way.
package final class JetStreamPublisher: Sendable {
    package struct Report: Sendable {
        /// The message's `Nats-Msg-Id`.
        package var id: String
        package var outcome: Result<PublishAck, NatsError>
    }

    static let idHeader = "Nats-Msg-Id"

    final class Reports: Sendable {
        fileprivate let waiting = Mutex<[Report]>([])
        fileprivate let onReport: @Sendable () -> Void

        fileprivate init(_ onReport: @escaping @Sendable () -> Void) { self.onReport = onReport }

        fileprivate func add(_ report: Report) {
            self.waiting.withLock { $0.append(report) }
            self.onReport()
        }
    }

    private static let publishers = CallbackTable<Reports>()

    private let connection: NatsConnection
    /// The library guards it with a lock of its own.
    nonisolated(unsafe) private let context: OpaquePointer
    private let reports: Reports
    private let number: UInt
    private let stream: String
    private let ackMilliseconds: Int64

    /// - Parameter onReport: called on a thread of the library whenever a report has come; it must not block.
    package init(
        _ connection: NatsConnection, stream: String, window: Int, ackTimeout: Duration,
        onReport: @escaping @Sendable () -> Void
    ) throws(NatsError) {
        let reports = Reports(onReport)
        let number = Self.publishers.add(reports)
        var context: OpaquePointer?
        var options = jsOptions()
        jsOptions_Init(&options)
        options.Wait = LinkLimits.callMilliseconds
        options.PublishAsync.MaxPending = Int64(window)
        options.PublishAsync.StallWait = LinkLimits.callMilliseconds
        options.PublishAsync.AckHandler = { JetStreamPublisher.acknowledged($1, $2, $3, $4) }
        options.PublishAsync.AckHandlerClosure = UnsafeMutableRawPointer(bitPattern: number)
        let status = natsConnection_JetStream(&context, connection.handle, &options)
        guard status == NATS_OK, let context else {
            Self.publishers.remove(number)
            throw NatsError(status, doing: "cannot use JetStream")
        }
        self.connection = connection
        self.context = context
        self.reports = reports
        self.number = number
        self.stream = stream
        let (seconds, attoseconds) = ackTimeout.components
        self.ackMilliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    deinit {
        Self.publishers.remove(self.number)
        jsCtx_Destroy(self.context)
    }

    /// Hands a message over; its report carries `id`. After a throw there will be none.
    package func publish(_ message: NatsMessage, id: String) throws(NatsError) {
        var message = message
        message.headers[Self.idHeader] = id
        var made: OpaquePointer? = try message.make()
        defer { natsMsg_Destroy(made) }
        var strings = CStrings()
        defer { strings.free() }
        var options = jsPubOptions()
        jsPubOptions_Init(&options)
        options.MaxWait = self.ackMilliseconds
        options.ExpectStream = strings.make(self.stream)
        let status = js_PublishMsgAsync(self.context, &made, &options)
        guard status == NATS_OK else { throw NatsError(status, doing: "cannot publish to \(message.subject)") }
    }

    package func takeReports() -> [Report] {
        self.reports.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    private static func acknowledged(
        _ message: OpaquePointer?, _ ack: UnsafeMutablePointer<jsPubAck>?, _ error: UnsafeMutablePointer<jsPubAckErr>?,
        _ closure: UnsafeMutableRawPointer?
    ) {
        defer { natsMsg_Destroy(message) }
        guard let message, let reports = Self.publishers.find(closure) else { return }
        var id: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(message, Self.idHeader, &id) == NATS_OK, let id else { return }
        let outcome: Result<PublishAck, NatsError>
        if let ack = ack?.pointee {
            outcome = .success(PublishAck(sequence: ack.Sequence, isDuplicate: ack.Duplicate))
        } else {
            outcome = .failure(Self.failure(error?.pointee))
        }
        reports.add(Report(id: String(cString: id), outcome: outcome))
    }

    private static func failure(_ error: jsPubAckErr?) -> NatsError {
        guard let error else { return NatsError(.other, "the stream did not take a message") }
        let code = Int(error.ErrCode.rawValue)
        let text = error.ErrText.map { String(cString: $0) } ?? ""
        let detail = text.isEmpty ? String(cString: natsStatus_GetText(error.Err)) : text
        return NatsError(
            NatsError.kind(of: error.Err, code: code, detail: text), code: code,
            "the stream did not take a message: \(detail)")
    }
}
