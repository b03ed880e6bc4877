extension Filter {
    /// The filter is one clause on one field, such as `file:/var/log/app.log`.
    package var isOneField: Bool { self.writtenClauses.count == 1 && self.writtenClauses[0].clause.field != nil }

    /// The path that a filter of one clause on `file` names; nil for anything else, patterns too.
    package var namedFile: String? {
        guard case .clause(let clause) = self.root, clause.field == .reserved(.file) else { return nil }
        switch clause.condition {
        case .contains(let path), .equals(let path): return path.hasPrefix("/") ? path : nil
        case .present, .like, .regex, .compare, .within: return nil
        }
    }
}

extension Filter {
    /// Events whose message, or raw line, holds the text.
    package static func containing(_ text: String) -> Filter { Filter(clause: Clause(condition: .contains(text))) }
}
