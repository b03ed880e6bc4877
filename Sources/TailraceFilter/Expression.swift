/// A filter's tree.
indirect enum Expression: Sendable, Hashable {
    /// All must hold; none is "everything".
    case and([Expression])
    /// One must hold.
    case or([Expression])
    case not(Expression)
    /// `#( )`: kept in the text, without effect.
    case off(Expression)
    case clause(Clause)

    static let everything = Expression.and([])
}

/// One condition on one field, or on the message.
struct Clause: Sendable, Hashable {
    /// Nil for text: the message or, without one, the raw line.
    var field: FieldName?
    var condition: Condition
}

/// What a field's value must be.
enum Condition: Sendable, Hashable {
    /// `field:*`
    case present
    /// `field:value`: strings contain, everything else equals.
    case contains(String)
    /// `field=value`
    case equals(String)
    /// `*` and `?` against the whole value; in a text clause anywhere in the message.
    case like(String)
    case regex(RegexProgram)
    case compare(Comparison, String)
    /// `low..high`, both ends included; nil is open.
    case within(low: String?, high: String?)
}

enum Comparison: String, Sendable, Hashable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// How a clause names its field.
enum FieldName: Sendable, Hashable {
    case reserved(ReservedField)
    case path([PathStep])
    /// `*`: any field.
    case any
}

enum PathStep: Sendable, Hashable {
    case name(String)
    /// `[3]`
    case element(Int)
    /// `[]`: any element.
    case everyElement
}

/// The short names that mean the same for every source.
enum ReservedField: String, Sendable, Hashable, CaseIterable {
    case level, source, host, unit, id, pid, file, stream, boot, inv, msg, raw, seq, time, late, gap

    init?(spelling: String) {
        if let field = ReservedField(rawValue: spelling) {
            self = field
        } else if let field = Self.otherSpellings[spelling] {
            self = field
        } else {
            return nil
        }
    }

    /// The long forms, and the names that journald gives to the same things (systemd.journal-fields(7)).
    private static let otherSpellings: [String: ReservedField] = [
        "identifier": .id, "invocation": .inv,
        "_SYSTEMD_UNIT": .unit, "SYSLOG_IDENTIFIER": .id, "_PID": .pid, "_BOOT_ID": .boot,
        "_SYSTEMD_INVOCATION_ID": .inv, "_HOSTNAME": .host, "MESSAGE": .msg,
    ]

    /// The members of an event's fields that hold it, the first one present counts; empty where the event itself has
    /// it.
    var members: [String] {
        switch self {
        case .unit: ["unit"]
        case .id: ["identifier", "syslog_identifier"]
        case .pid: ["pid"]
        case .file: ["file"]
        case .boot: ["boot", "boot_id"]
        case .inv: ["invocation", "invocation_id", "systemd_invocation_id"]
        case .raw: ["raw"]
        case .gap: ["gap"]
        case .level, .source, .host, .stream, .msg, .seq, .time, .late: []
        }
    }
}
