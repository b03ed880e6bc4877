package import TailraceFilter

/// A `[[route]]` of the configuration: a named stream and which events are in it.
package struct RouteDefinition: Sendable {
    package var name: String
    /// Inputs whose events it takes; empty for all.
    package var from: [String]
    package var whereFilter: Filter
    /// Fields that every event of this route gets, by name.
    package var set: [String: String]
    package var batch: BatchLimits

    package init(
        name: String, from: [String] = [], whereFilter: Filter = .everything, set: [String: String] = [:],
        batch: BatchLimits = BatchLimits()
    ) {
        self.name = name
        self.from = from
        self.whereFilter = whereFilter
        self.set = set
        self.batch = batch
    }
}

/// When a stream's readers get what has come together: at whichever limit is reached first.
package struct BatchLimits: Sendable, Hashable {
    package var maxEvents: Int
    package var maxBytes: Int
    package var maxDelay: Duration

    /// The defaults fill a frame well past the point where its fixed costs matter, and stay under what an eye notices.
    package init(maxEvents: Int = 500, maxBytes: Int = 64 << 10, maxDelay: Duration = .milliseconds(50)) {
        self.maxEvents = maxEvents
        self.maxBytes = maxBytes
        self.maxDelay = maxDelay
    }
}

/// What a route has done since the start.
package struct RouteStatistics: Sendable, Hashable {
    package var name: String
    /// Events from its inputs.
    package var offered: UInt64 = 0
    /// Those of them that are in its stream.
    package var matched: UInt64 = 0
}
