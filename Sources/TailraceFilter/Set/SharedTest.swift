import TailraceEvent

/// One test of a set, shared by all filters that have it.
struct SharedTest {
    /// Equal tests have equal keys.
    enum Key: Hashable {
        case levels(UInt16)
        case streams(UInt64)
        case origin(OriginTest.Part, Clause)
        case clause(Clause)
    }

    enum Kind {
        case levels(UInt16)
        case streams(UInt64)
        case origin(OriginTest)
        /// What the event has no text of: its number and times.
        case computed(ClauseTest)
        case value(column: Int, check: ValueCheck)
    }

    /// Who answers it.
    enum Home {
        case itself
        /// The column's look-up of equal values.
        case equals(Int)
        /// The column's sorted ends of comparisons and ranges.
        case orders(Int)
        /// The column's combined scan.
        case scan(Int)
    }

    let key: Key
    let kind: Kind
    /// Tells this test from others that had its place before.
    let serial: UInt64
    /// Filters that have it, each as often as it stands there.
    var uses = 0
}

/// Equal columns have equal keys.
enum ColumnKey: Hashable {
    case text, message, anyField
    case fields([[PathStep]])

    /// Nil where there is no text to share.
    init?(_ target: ClauseTest.Target) {
        switch target {
        case .text: self = .text
        case .message: self = .message
        case .anyField: self = .anyField
        case .fields(let lookups): self = .fields(lookups.map(\.path))
        case .seq, .time, .late: return nil
        }
    }
}
