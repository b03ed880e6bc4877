package import TailraceFilter

/// A `[[route]]` of the configuration: a named stream and which events are in it, or a rule for what is not stored.
package struct RouteDefinition: Sendable {
    /// What becomes of the events that a route takes.
    package enum Purpose: Sendable {
        /// They are in the stream of the route's name, all of them or what `Thinning` leaves.
        case stream(Thinning)
        /// They are not stored, only counted.
        case drop

        package var isDrop: Bool { if case .drop = self { true } else { false } }

        /// Not all that the route takes stays in its stream.
        package var thins: Bool { if case .stream(let thinning) = self { thinning != Thinning() } else { false } }
    }

    package var name: String
    /// Inputs whose events it takes; empty for all.
    package var from: [String]
    package var whereFilter: Filter
    package var purpose: Purpose
    /// What every event that it takes gets.
    package var fields: RouteFields

    package init(
        name: String, from: [String] = [], whereFilter: Filter = .everything, purpose: Purpose = .stream(Thinning()),
        fields: RouteFields = RouteFields()
    ) {
        self.name = name
        self.from = from
        self.whereFilter = whereFilter
        self.purpose = purpose
        self.fields = fields
    }
}

/// What leaves events out of a stream; `all` keeps them.
package struct Thinning: Sendable, Hashable {
    /// One of so many ordinary events stays; nil keeps all.
    package var sampleOneOf: Int?
    package var rateLimit: RateLimit?

    package init(sampleOneOf: Int? = nil, rateLimit: RateLimit? = nil) {
        self.sampleOneOf = sampleOneOf
        self.rateLimit = rateLimit
    }
}
