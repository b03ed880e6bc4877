import TailraceEvent

/// What holds for the values at one place in an event's fields.
struct FieldScope {
    /// The rules that look there.
    var rules: UInt64
    /// Those that take whole values there, for the name of the field or of one around it.
    var namedRules: UInt64
    /// How much of the path belongs to it.
    var pathLength: Int
}

/// Follows the nesting of an event's fields: which rules look at the value that comes next.
struct FieldScopes {
    /// Values nested deeper count as values of the last level.
    private static let maxDepth = 128

    private let redaction: Redaction
    private let mask: UInt64
    private var stack: [FieldScope]
    private var tooDeep = 0
    /// Of the value behind a key.
    private var pending: FieldScope?
    /// `a.b` for the innermost field.
    private var path: [UInt8] = []

    /// - Parameter mask: the rules that hold for the event.
    init(_ redaction: Redaction, mask: UInt64) {
        self.redaction = redaction
        self.mask = mask
        self.stack = [FieldScope(rules: mask & redaction.unlimitedRules, namedRules: 0, pathLength: 0)]
    }

    /// The event's own fields, not those within one.
    var isOutermost: Bool { self.stack.count == 1 && self.tooDeep == 0 }

    /// The rules that look into the names of fields.
    var keyRules: UInt64 { self.mask & self.redaction.unlimitedRules }

    /// - Parameter name: without escapes.
    mutating func enter(key name: [UInt8]) {
        guard var scope = self.stack.last else { return }
        if self.redaction.unlimitedRules & self.mask != self.mask {
            self.path.removeLast(self.path.count - scope.pathLength)
            if !self.path.isEmpty { self.path.append(UInt8(ascii: ".")) }
            self.path += name
            scope.pathLength = self.path.count
            scope.rules |= self.redaction.rules(naming: self.path) & self.mask
        }
        if scope.rules & self.redaction.namedFieldRules != 0, SensitiveName.isSensitive(name) {
            scope.namedRules |= scope.rules & self.redaction.namedFieldRules
        }
        self.pending = scope
    }

    /// Of the value that begins here.
    mutating func takeScope() -> FieldScope {
        defer { self.pending = nil }
        return self.pending ?? self.stack[self.stack.count - 1]
    }

    /// An object or array begins.
    mutating func open() {
        let scope = self.takeScope()
        if self.stack.count < Self.maxDepth { self.stack.append(scope) } else { self.tooDeep += 1 }
    }

    mutating func close() {
        self.pending = nil
        if self.tooDeep > 0 {
            self.tooDeep -= 1
        } else if self.stack.count > 1 {
            self.stack.removeLast()
        }
    }
}
