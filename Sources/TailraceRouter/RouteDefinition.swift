package import TailraceFilter

/// A `[[route]]` of the configuration: a named stream and which events are in it.
package struct RouteDefinition: Sendable {
    package var name: String
    /// Inputs whose events it takes; empty for all.
    package var from: [String]
    package var whereFilter: Filter
    /// Fields that every event of this route gets, by name.
    package var set: [String: String]

    package init(
        name: String, from: [String] = [], whereFilter: Filter = .everything, set: [String: String] = [:]
    ) {
        self.name = name
        self.from = from
        self.whereFilter = whereFilter
        self.set = set
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
