internal import CNats

/// What a stream is to be when it is made.
package struct StreamPlan: Sendable, Hashable {
    package var name: String
    package var subjects: [String]
    package var replicas: Int
    /// -1 for no limit.
    package var maxBytes: Int64
    /// 0 for no limit.
    package var maxAgeNanoseconds: Int64
    /// How long the server knows the ids of messages.
    package var duplicatesNanoseconds: Int64

    package init(
        name: String, subjects: [String], replicas: Int, maxBytes: Int64, maxAge: Duration,
        duplicates: Duration = .seconds(120)
    ) {
        self.name = name
        self.subjects = subjects
        self.replicas = replicas
        self.maxBytes = maxBytes
        self.maxAgeNanoseconds = Self.nanoseconds(maxAge)
        self.duplicatesNanoseconds = Self.nanoseconds(duplicates)
        // The server refuses a window that is longer than the messages live.
        if self.maxAgeNanoseconds > 0 {
            self.duplicatesNanoseconds = min(self.duplicatesNanoseconds, self.maxAgeNanoseconds)
        }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

/// What a stream is.
package struct StreamFacts: Sendable, Hashable {
    package var name: String
    /// When it was made, in nanoseconds: with the name its identity.
    package var created: Int64
    package var subjects: [String]
    package var isOnDisk: Bool
    package var replicas: Int
    package var maxBytes: Int64
    package var maxAgeNanoseconds: Int64
    package var firstSequence: UInt64
    package var lastSequence: UInt64
    package var messages: UInt64
    package var bytes: UInt64

    init(_ info: jsStreamInfo) {
        let configuration = info.Config?.pointee
        self.name = configuration?.Name.map { String(cString: $0) } ?? ""
        self.created = info.Created
        self.subjects = (0..<Int(configuration?.SubjectsLen ?? 0)).compactMap { index in
            configuration?.Subjects?[index].map { String(cString: $0) }
        }
        self.isOnDisk = configuration?.Storage == js_FileStorage
        self.replicas = Int(clamping: configuration?.Replicas ?? 1)
        self.maxBytes = configuration?.MaxBytes ?? -1
        self.maxAgeNanoseconds = configuration?.MaxAge ?? 0
        self.firstSequence = info.State.FirstSeq
        self.lastSequence = info.State.LastSeq
        self.messages = info.State.Msgs
        self.bytes = info.State.Bytes
    }

    /// What differs from the plan, one sentence each: nothing is altered that somebody else has made.
    package func differences(from plan: StreamPlan) -> [String] {
        var found: [String] = []
        if Set(self.subjects) != Set(plan.subjects) {
            found.append(
                "takes \(self.subjects.joined(separator: ", ")), not \(plan.subjects.joined(separator: ", "))")
        }
        if !self.isOnDisk { found.append("is kept in memory, not on disk") }
        if self.replicas != plan.replicas { found.append("has replicas = \(self.replicas), not \(plan.replicas)") }
        if self.maxBytes != plan.maxBytes { found.append("has max_bytes = \(self.maxBytes), not \(plan.maxBytes)") }
        if self.maxAgeNanoseconds != plan.maxAgeNanoseconds {
            found.append(
                "has max_age = \(self.maxAgeNanoseconds / 1_000_000_000) s, not "
                    + "\(plan.maxAgeNanoseconds / 1_000_000_000) s")
        }
        return found
    }
}
