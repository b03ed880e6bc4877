internal import CNats
internal import Glibc

/// A message to send, or one that came.
package struct NatsMessage: Sendable, Hashable {
    package var subject: String
    /// Where an answer goes.
    package var reply: String?
    package var headers: [String: String]
    package var payload: [UInt8]

    package init(subject: String, reply: String? = nil, headers: [String: String] = [:], payload: [UInt8] = []) {
        self.subject = subject
        self.reply = reply
        self.headers = headers
        self.payload = payload
    }

    /// A message that has more headers than this is not one of ours; the rest is left out.
    static let maxHeaders = 64

    init(_ message: OpaquePointer) {
        let reply = natsMsg_GetReply(message).map { String(cString: $0) } ?? ""
        self.init(
            subject: String(cString: natsMsg_GetSubject(message)), reply: reply.isEmpty ? nil : reply,
            headers: Self.headers(of: message), payload: Self.payload(of: message))
    }

    /// The library's form of it, which the caller destroys or hands over.
    func make() throws(NatsError) -> OpaquePointer {
        var made: OpaquePointer?
        let status = self.payload.withUnsafeBytes { bytes in
            natsMsg_Create(
                &made, self.subject, self.reply, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(clamping: bytes.count))
        }
        guard status == NATS_OK, let made else { throw NatsError(status, doing: "cannot make a message") }
        for (name, value) in self.headers {
            let status = natsMsgHeader_Set(made, name, value)
            guard status == NATS_OK else {
                natsMsg_Destroy(made)
                throw NatsError(status, doing: "cannot make a message")
            }
        }
        return made
    }

    static func payload(of message: OpaquePointer) -> [UInt8] {
        let length = Int(natsMsg_GetDataLength(message))
        guard length > 0, let data = natsMsg_GetData(message) else { return [] }
        return Array(UnsafeRawBufferPointer(start: data, count: length))
    }

    static func headers(of message: OpaquePointer) -> [String: String] {
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        var count: Int32 = 0
        guard natsMsgHeader_Keys(message, &names, &count) == NATS_OK, let names else { return [:] }
        // Of the list only the list itself is ours; the strings are the message's.
        defer { free(names) }
        var headers: [String: String] = [:]
        for index in 0..<min(Int(count), Self.maxHeaders) {
            guard let name = names[index] else { continue }
            var value: UnsafePointer<CChar>?
            guard natsMsgHeader_Get(message, name, &value) == NATS_OK, let value else { continue }
            headers[String(cString: name)] = String(cString: value)
        }
        return headers
    }
}
