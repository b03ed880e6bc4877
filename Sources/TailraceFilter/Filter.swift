/// One filter of the language in `docs/filters.md`: which events a reader, a route or a panel wants.
///
/// ```swift
/// let filter = try Filter(parsing: "level>=warn unit:nginx* -healthcheck")
/// var matcher = Matcher(filter, context: MatchContext(streamNumbers: [:]))
/// ```
package struct Filter: Sendable {
    /// Without switched-off parts; see `Expression.simplified`.
    let root: Expression
    /// As written, for explaining.
    private let written: Expression
    /// Where the written clauses stand in the text; none if the filter was joined from others.
    private let clauseColumns: [Range<Int>]
    /// The text form that all spellings of this filter share, without its time bounds: the lens key.
    ///
    /// It parses to an equal filter, except where `and(_:)` went over the limits of a filter that somebody types.
    package let canonical: String
    /// What is probably not meant as it was written: AND and OR mixed without parentheses, an operator between spaces.
    package let hint: String?
    /// `since: until: around:` at the end of the text. They are not part of the predicate: a caller applies or refuses
    /// them.
    package let timeBounds: TimeBounds

    /// Passes every event: the empty query.
    package static let everything = Filter(
        root: .everything, written: .everything, clauseColumns: [], hint: nil, timeBounds: TimeBounds())

    /// Reads a filter; empty or blank text is `everything`.
    package init(parsing text: String) throws(FilterError) {
        let result = try FilterParser.parse(text)
        self.init(
            root: result.expression.simplified ?? .everything, written: result.expression,
            clauseColumns: result.clauseColumns, hint: result.hint, timeBounds: result.bounds)
        guard self.canonical.utf8.count <= FilterLimits.maxTextBytes else {
            throw FilterError(
                message: "the filter is \(self.canonical.utf8.count) bytes long with its quotes and escapes", column: 1,
                length: text.count, expected: "at most \(FilterLimits.maxTextBytes) bytes")
        }
    }

    private init(
        root: Expression, written: Expression, clauseColumns: [Range<Int>], hint: String?, timeBounds: TimeBounds
    ) {
        self.root = root
        self.written = written
        self.clauseColumns = clauseColumns
        self.canonical = root.canonicalText
        self.hint = hint
        self.timeBounds = timeBounds
    }

    /// A filter of one clause.
    init(clause: Clause) {
        self.init(
            root: .clause(clause), written: .clause(clause), clauseColumns: [], hint: nil, timeBounds: TimeBounds())
    }

    /// What passes both; time bounds of `other` count where this filter has none.
    package func and(_ other: Filter) -> Filter {
        let bounds = TimeBounds(
            since: self.timeBounds.since ?? other.timeBounds.since,
            until: self.timeBounds.until ?? other.timeBounds.until,
            around: self.timeBounds.around ?? other.timeBounds.around)
        let written = Expression.and([self.written, other.written])
        return Filter(
            root: Expression.and([self.root, other.root]).simplified ?? .everything, written: written,
            clauseColumns: [], hint: self.hint ?? other.hint, timeBounds: bounds)
    }

    /// The same predicate without time bounds.
    package var withoutTimeBounds: Filter {
        Filter(
            root: self.root, written: self.written, clauseColumns: self.clauseColumns, hint: self.hint,
            timeBounds: TimeBounds())
    }

    package var isEverything: Bool { self.root == .everything }

    var writtenClauses: [WrittenClause] { self.written.writtenClauses(columns: self.clauseColumns) }

    /// Some clause looks at the streams that an event is in.
    package var asksAboutStreams: Bool { self.root.asksAboutStreams }

    /// How the filter is understood, with every bracket: `((level>=warn AND unit:nginx*) OR NOT healthcheck)`.
    package var explanation: String { self.written.explanation }
}

extension Filter: Hashable {
    /// Filters are equal if they have the same canonical text, byte by byte, and time bounds.
    package static func == (left: Filter, right: Filter) -> Bool {
        left.canonical.utf8.elementsEqual(right.canonical.utf8) && left.timeBounds == right.timeBounds
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.canonical)
        hasher.combine(self.timeBounds)
    }
}

extension Expression {
    fileprivate var asksAboutStreams: Bool {
        switch self {
        case .clause(let clause): clause.field == .reserved(.stream)
        case .not(let inner): inner.asksAboutStreams
        case .off: false
        case .and(let operands), .or(let operands): operands.contains { $0.asksAboutStreams }
        }
    }

    fileprivate var explanation: String {
        switch self {
        case .clause(let clause): clause.canonicalText
        case .not(let inner): "NOT \(inner.explanation)"
        case .off(let inner): "#(\(inner.explanation))"
        case .and(let operands): Self.explained(operands, joinedBy: " AND ")
        case .or(let operands): Self.explained(operands, joinedBy: " OR ")
        }
    }

    private static func explained(_ operands: [Expression], joinedBy word: String) -> String {
        switch operands.count {
        case 0: "everything"
        case 1: operands[0].explanation
        default: "(\(operands.map(\.explanation).joined(separator: word)))"
        }
    }
}
