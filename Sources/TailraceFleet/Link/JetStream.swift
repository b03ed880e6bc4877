internal import CNats

/// JetStream over one connection: streams, single messages, the way to readers and buckets.
package final class JetStream: Sendable {
    package let connection: NatsConnection
    /// The library guards it with a lock of its own.
    nonisolated(unsafe) let context: OpaquePointer

    package init(_ connection: NatsConnection) throws(NatsError) {
        var context: OpaquePointer?
        var options = jsOptions()
        jsOptions_Init(&options)
        options.Wait = LinkLimits.callMilliseconds
        let status = natsConnection_JetStream(&context, connection.handle, &options)
        guard status == NATS_OK, let context else { throw NatsError(status, doing: "cannot use JetStream") }
        self.connection = connection
        self.context = context
    }

    deinit { jsCtx_Destroy(self.context) }

    /// Nil if there is no such stream.
    package func stream(_ name: String) throws(NatsError) -> StreamFacts? {
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(rawValue: 0)
        let status = js_GetStreamInfo(&info, self.context, name, nil, &code)
        if status == NATS_NOT_FOUND { return nil }
        guard status == NATS_OK, let info else {
            throw NatsError(status, code: code, doing: "cannot ask for the stream \(name)")
        }
        defer { jsStreamInfo_Destroy(info) }
        return StreamFacts(info.pointee)
    }

    /// Makes a stream that is not there; an error of kind `exists` says that one of other settings is.
    package func makeStream(_ plan: StreamPlan) throws(NatsError) -> StreamFacts {
        var strings = CStrings()
        defer { strings.free() }
        var subjects = plan.subjects.map { strings.make($0) }
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(rawValue: 0)
        let name = strings.make(plan.name)
        let status = subjects.withUnsafeMutableBufferPointer { subjects in
            var configuration = jsStreamConfig()
            jsStreamConfig_Init(&configuration)
            configuration.Name = name
            configuration.Subjects = subjects.baseAddress
            configuration.SubjectsLen = Int32(subjects.count)
            configuration.Storage = js_FileStorage
            configuration.Replicas = Int64(plan.replicas)
            configuration.MaxBytes = plan.maxBytes
            configuration.MaxAge = plan.maxAgeNanoseconds
            configuration.Duplicates = plan.duplicatesNanoseconds
            return js_AddStream(&info, self.context, &configuration, nil, &code)
        }
        guard status == NATS_OK, let info else {
            throw NatsError(status, code: code, doing: "cannot make the stream \(plan.name)")
        }
        defer { jsStreamInfo_Destroy(info) }
        return StreamFacts(info.pointee)
    }

    package func deleteStream(_ name: String) throws(NatsError) {
        var code = jsErrCode(rawValue: 0)
        let status = js_DeleteStream(self.context, name, nil, &code)
        guard status == NATS_OK else {
            throw NatsError(status, code: code, doing: "cannot delete the stream \(name)")
        }
    }

    /// Publishes one message and waits for the stream to have it.
    package func publish(_ message: NatsMessage, into stream: String) throws(NatsError) -> PublishAck {
        let made = try message.make()
        defer { natsMsg_Destroy(made) }
        var strings = CStrings()
        defer { strings.free() }
        var options = jsPubOptions()
        jsPubOptions_Init(&options)
        options.ExpectStream = strings.make(stream)
        var ack: UnsafeMutablePointer<jsPubAck>?
        var code = jsErrCode(rawValue: 0)
        let status = js_PublishMsg(&ack, self.context, made, &options, &code)
        guard status == NATS_OK, let ack else {
            throw NatsError(status, code: code, doing: "cannot publish to \(message.subject)")
        }
        defer { jsPubAck_Destroy(ack) }
        return PublishAck(sequence: ack.pointee.Sequence, isDuplicate: ack.pointee.Duplicate)
    }
}

/// The stream has a message.
package struct PublishAck: Sendable, Hashable {
    package var sequence: UInt64
    /// It had one with the same id before, and kept that.
    package var isDuplicate: Bool
}
