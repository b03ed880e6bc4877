/// One field of events by the name that filters give it: what panels count by and measure.
package struct EventField: Sendable, Hashable {
    package let name: String
    let field: FieldName

    /// Reads a name as it stands before the operator of a clause: `host`, `user.id`, `"level"`.
    package init(parsing name: String) throws(FilterError) {
        let filter = try Filter(parsing: "\(name):*")
        guard case .clause(let clause) = filter.root, case .present = clause.condition, let field = clause.field,
            field != .any, filter.timeBounds == TimeBounds()
        else {
            throw FilterError(
                message: "\"\(name)\" is not the name of a field", column: 1, length: name.count,
                expected: "a name such as host, status or user.id")
        }
        switch field {
        case .reserved(.stream), .reserved(.seq), .reserved(.time), .reserved(.late):
            throw FilterError(
                message: "\"\(name)\" is of the log, not a field of events", column: 1, length: name.count,
                expected: "another field, or \"\\\"\(name)\\\"\" for a field of an event that has this name")
        default: break
        }
        self.name = name
        self.field = field
    }

    package var isLevel: Bool { self.field == .reserved(.level) }
    /// The same for all events of an origin.
    package var isOfOrigin: Bool { self.field == .reserved(.source) || self.field == .reserved(.host) }

    /// The last name of a path, which may say the unit of its values.
    var lastName: String {
        guard case .path(let path) = self.field else { return self.name }
        for step in path.reversed() { if case .name(let name) = step { return name } }
        return self.name
    }
}
