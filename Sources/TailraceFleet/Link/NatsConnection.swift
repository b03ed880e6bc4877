internal import CNats
internal import Synchronization

/// One connection to one server, from its making to its end.
///
/// It never reconnects by itself: when it is lost, whoever holds it makes another one and knows that everything on it
/// begins anew. Subscriptions half restored, or bytes of the old connection on the new one, can't be. All calls block
/// at most as long as `LinkLimits` says and belong on threads of their own. Publish on one connection and subscribe on
/// another: acknowledgements behind a flood of deliveries made the server cut connections as slow.
package final class NatsConnection: Sendable {
    /// What callbacks know of a connection; it outlives it by as long as the library needs.
    final class Fate: Sendable {
        fileprivate struct State {
            var lost: NatsError?
            /// What the server said last against something that was asked.
            var refusal: NatsError?
            var onEnd: (@Sendable () -> Void)?
        }

        fileprivate let state: Mutex<State>

        fileprivate init(_ onEnd: @escaping @Sendable () -> Void) { self.state = Mutex(State(onEnd: onEnd)) }

        fileprivate func end(_ error: NatsError) {
            let told = self.state.withLock { state in
                if state.lost == nil { state.lost = error }
                defer { state.onEnd = nil }
                return state.onEnd
            }
            told?()
        }

        /// An error that the server reported on the way, which says more than the end that follows.
        fileprivate func note(_ error: NatsError) {
            self.state.withLock { state in
                state.refusal = error
                if state.lost == nil, error.kind == .authentication { state.lost = error }
            }
        }
    }

    static let fates = CallbackTable<Fate>()

    /// The library guards a connection with a lock of its own, so any thread may use it until `deinit` gives it back.
    nonisolated(unsafe) let handle: OpaquePointer
    private let fate: Fate
    private let number: UInt

    /// Connects to the first server that lets us in.
    ///
    /// - Parameter onEnd: called once, on a thread of the library, when the connection is lost or closed.
    package init(_ settings: LinkSettings, onEnd: @escaping @Sendable () -> Void = {}) throws(NatsError) {
        let fate = Fate(onEnd)
        let number = Self.fates.add(fate)
        var connection: OpaquePointer?
        do throws(NatsError) {
            let options = try NatsOptions.make(settings, closure: UnsafeMutableRawPointer(bitPattern: number))
            defer { natsOptions_Destroy(options) }
            let status = natsConnection_Connect(&connection, options)
            guard status == NATS_OK else { throw NatsError(status, doing: "cannot connect") }
        } catch {
            Self.fates.remove(number)
            throw error
        }
        guard let connection else {
            Self.fates.remove(number)
            throw NatsError(.other, "cannot connect: the library gave no connection")
        }
        self.handle = connection
        self.fate = fate
        self.number = number
    }

    deinit {
        natsConnection_Destroy(self.handle)
        Self.fates.remove(self.number)
    }

    package var isOpen: Bool { natsConnection_Status(self.handle) == NATS_CONN_STATUS_CONNECTED }

    /// Why it is not open any more; nil while it is, and after `close`.
    package var lost: NatsError? { self.fate.state.withLock { $0.lost } }

    /// What the server refused last, such as a subject: it tells so beside the call that asked.
    package var refusal: NatsError? { self.fate.state.withLock { $0.refusal } }

    /// The same, and it is not told again.
    package func takeRefusal() -> NatsError? {
        self.fate.state.withLock { state in
            defer { state.refusal = nil }
            return state.refusal
        }
    }

    /// The server that answered, without what a URL may hold of a password.
    package var server: String {
        var buffer = [CChar](repeating: 0, count: 512)
        guard natsConnection_GetConnectedUrl(self.handle, &buffer, buffer.count) == NATS_OK else { return "" }
        let url = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard let at = url.lastIndex(of: "@"), let scheme = url.firstRange(of: "://") else { return url }
        return String(url[..<scheme.upperBound] + url[url.index(after: at)...])
    }

    package var maxPayload: Int { Int(natsConnection_GetMaxPayload(self.handle)) }

    package func close() { natsConnection_Close(self.handle) }

    /// A question and its answer over the whole way: the proof that the connection is alive.
    package func roundTrip(milliseconds: Int64 = LinkLimits.callMilliseconds) throws(NatsError) {
        let status = natsConnection_FlushTimeout(self.handle, milliseconds)
        guard status == NATS_OK else { throw NatsError(status, doing: "no answer from the server") }
    }

    /// Sends a message that nobody acknowledges.
    package func publish(_ message: NatsMessage) throws(NatsError) {
        let made = try message.make()
        defer { natsMsg_Destroy(made) }
        let status = natsConnection_PublishMsg(self.handle, made)
        guard status == NATS_OK else { throw NatsError(status, doing: "cannot publish to \(message.subject)") }
    }

    package func request(
        _ message: NatsMessage, milliseconds: Int64 = LinkLimits.callMilliseconds
    ) throws(NatsError) -> NatsMessage {
        let made = try message.make()
        defer { natsMsg_Destroy(made) }
        var reply: OpaquePointer?
        let status = natsConnection_RequestMsg(&reply, self.handle, made, milliseconds)
        guard status == NATS_OK, let reply else {
            throw NatsError(status, doing: "no answer to the request \(message.subject)")
        }
        defer { natsMsg_Destroy(reply) }
        return NatsMessage(reply)
    }

    package func subscribe(_ subject: String) throws(NatsError) -> NatsSubscription {
        var subscription: OpaquePointer?
        let status = natsConnection_SubscribeSync(&subscription, self.handle, subject)
        guard status == NATS_OK, let subscription else {
            throw NatsError(status, doing: "cannot subscribe to \(subject)")
        }
        return NatsSubscription(subscription, connection: self)
    }

    static func ended(_ connection: OpaquePointer?, _ closure: UnsafeMutableRawPointer?) {
        guard let fate = Self.fates.find(closure) else { return }
        var text: UnsafePointer<CChar>?
        let status = connection.map { natsConnection_GetLastError($0, &text) } ?? NATS_CONNECTION_CLOSED
        let detail = text.map { String(cString: $0) } ?? ""
        let kind = NatsError.kind(of: status == NATS_OK ? NATS_CONNECTION_CLOSED : status, code: 0, detail: detail)
        fate.end(NatsError(kind, detail.isEmpty ? "the connection was lost" : detail))
    }

    static func erred(_ connection: OpaquePointer?, _ status: natsStatus, _ closure: UnsafeMutableRawPointer?) {
        guard let fate = Self.fates.find(closure) else { return }
        var text: UnsafePointer<CChar>?
        if let connection { _ = natsConnection_GetLastError(connection, &text) }
        let detail = text.map { String(cString: $0) } ?? String(cString: natsStatus_GetText(status))
        fate.note(NatsError(NatsError.kind(of: status, code: 0, detail: detail), detail))
    }
}
