internal import CNats

/// A bucket of small values that all hubs of a fleet share.
package final class KeyValue: Sendable {
    private let stream: JetStream
    private let bucket: String
    /// The library guards it with a lock of its own.
    nonisolated(unsafe) private let handle: OpaquePointer

    /// Opens a bucket, or makes it.
    package init(_ jetStream: JetStream, bucket: String, replicas: Int) throws(NatsError) {
        var store: OpaquePointer?
        var status = js_KeyValue(&store, jetStream.context, bucket)
        if status == NATS_NOT_FOUND {
            status = Self.make(&store, jetStream, bucket: bucket, replicas: replicas)
            // Another hub may have made it meanwhile.
            if status != NATS_OK { status = js_KeyValue(&store, jetStream.context, bucket) }
        }
        guard status == NATS_OK, let store else {
            throw NatsError(status, doing: "cannot open the bucket \(bucket)")
        }
        self.stream = jetStream
        self.bucket = bucket
        self.handle = store
    }

    deinit { kvStore_Destroy(self.handle) }

    private static func make(
        _ store: inout OpaquePointer?, _ jetStream: JetStream, bucket: String, replicas: Int
    ) -> natsStatus {
        var strings = CStrings()
        defer { strings.free() }
        var configuration = kvConfig()
        kvConfig_Init(&configuration)
        configuration.Bucket = strings.make(bucket)
        configuration.History = 1
        configuration.StorageType = js_FileStorage
        configuration.Replicas = Int32(clamping: replicas)
        return js_CreateKeyValue(&store, jetStream.context, &configuration)
    }

    package func value(_ key: String) throws(NatsError) -> [UInt8]? {
        var entry: OpaquePointer?
        let status = kvStore_Get(&entry, self.handle, key)
        if status == NATS_NOT_FOUND { return nil }
        guard status == NATS_OK, let entry else {
            throw NatsError(status, doing: "cannot read \(key) of the bucket \(self.bucket)")
        }
        defer { kvEntry_Destroy(entry) }
        let length = Int(kvEntry_ValueLen(entry))
        guard length > 0, let value = kvEntry_Value(entry) else { return [] }
        return Array(UnsafeRawBufferPointer(start: value, count: length))
    }

    package func put(_ key: String, _ value: [UInt8]) throws(NatsError) {
        let status = kvStore_Put(nil, self.handle, key, value, Int32(clamping: value.count))
        guard status == NATS_OK else {
            throw NatsError(status, doing: "cannot write \(key) of the bucket \(self.bucket)")
        }
    }

    /// Puts a value where there is none, and returns what holds afterwards: of many who try, all get the same.
    package func create(_ key: String, _ value: [UInt8]) throws(NatsError) -> [UInt8] {
        let status = kvStore_Create(nil, self.handle, key, value, Int32(clamping: value.count))
        if status == NATS_OK { return value }
        let error = NatsError(status, doing: "cannot make \(key) in the bucket \(self.bucket)")
        if let there = try self.value(key) { return there }
        throw error
    }

    /// The keys that match `pattern` (`*` for one token, `>` for the rest), in no order.
    package func keys(_ pattern: String, limit: Int) throws(NatsError) -> [String] {
        var watcher: OpaquePointer?
        var options = kvWatchOptions()
        kvWatchOptions_Init(&options)
        options.IgnoreDeletes = true
        options.MetaOnly = true
        let status = kvStore_Watch(&watcher, self.handle, pattern, &options)
        guard status == NATS_OK, let watcher else {
            throw NatsError(status, doing: "cannot list the bucket \(self.bucket)")
        }
        defer { kvWatcher_Destroy(watcher) }
        var keys: [String] = []
        while keys.count < limit {
            var entry: OpaquePointer?
            let status = kvWatcher_Next(&entry, watcher, LinkLimits.callMilliseconds)
            guard status == NATS_OK else { throw NatsError(status, doing: "cannot list the bucket \(self.bucket)") }
            // An empty entry says that all that was there has been told.
            guard let entry else { break }
            keys.append(String(cString: kvEntry_Key(entry)))
            kvEntry_Destroy(entry)
        }
        return keys
    }
}
