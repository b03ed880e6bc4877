/// In what another configuration would differ from what a relay has stored.
package struct ReplayReport: Sendable {
    package struct Example: Sendable {
        package var seq: UInt64
        package var text: String
    }

    package struct Route: Sendable {
        package var name: String
        package var isDrop: Bool
        /// Events that are in the stream now; nil if there is none of the name.
        package var before: Int?
        package var after = 0
        package var come = 0
        package var leave = 0
        /// A few of those that come, for a drop rule of those that it takes, and of those that leave.
        package var comeExamples: [Example] = []
        package var leaveExamples: [Example] = []

        package var isChanged: Bool { self.come + self.leave > 0 || (self.before == nil && !self.isDrop) }
    }

    package struct Field: Sendable {
        package var name: String
        /// Events that have no such field now, and those that have another value.
        package var new = 0
        package var other = 0
        package var examples: [Example] = []
    }

    /// Enough to see what is meant.
    static let maxExamples = 3

    package internal(set) var events = 0
    package internal(set) var routes: [Route]
    /// Streams that are no more, with the events that are in them now.
    package internal(set) var removed: [(name: String, events: Int)]
    /// Rules that would replace something, with the number of events.
    package internal(set) var redactions: [(name: String, events: UInt64)] = []
    /// As they would be stored.
    package internal(set) var redactedExamples: [Example] = []
    package internal(set) var fields: [Field] = []

    init(routes: [Route], removed: [(name: String, events: Int)]) {
        self.routes = routes
        self.removed = removed
    }

    package var isSame: Bool {
        self.redactions.isEmpty && self.fields.isEmpty && self.removed.isEmpty
            && !self.routes.contains(where: \.isChanged)
    }

    mutating func note(redacted example: Example) {
        if self.redactedExamples.count < Self.maxExamples { self.redactedExamples.append(example) }
    }

    mutating func note(field name: String, isNew: Bool, _ example: Example) {
        let index = self.fields.firstIndex { $0.name == name } ?? self.fields.count
        if index == self.fields.count { self.fields.append(Field(name: name)) }
        if isNew { self.fields[index].new += 1 } else { self.fields[index].other += 1 }
        if self.fields[index].examples.count < Self.maxExamples { self.fields[index].examples.append(example) }
    }
}

extension ReplayReport.Route {
    mutating func note(takes: Bool, had: Bool, _ example: ReplayReport.Example) {
        if takes { self.after += 1 }
        if takes, !had {
            self.come += 1
            if self.comeExamples.count < ReplayReport.maxExamples { self.comeExamples.append(example) }
        } else if had, !takes {
            self.leave += 1
            if self.leaveExamples.count < ReplayReport.maxExamples { self.leaveExamples.append(example) }
        }
    }
}
