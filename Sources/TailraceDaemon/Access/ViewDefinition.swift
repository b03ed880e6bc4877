internal import TailraceAccess
internal import TailraceEvent
internal import TailraceFilter
internal import TailraceHub

/// Which events of the log a role sees.
struct ViewDefinition: Sendable, Hashable {
    let role: String
    /// Streams whose events it sees, by name, with their numbers in the log.
    let streams: [String: Int]
    /// Bits of streams that are for other roles: an event in any of them is not seen in any other either.
    private let denied: UInt64
    /// Also what is in no stream of its own.
    private let takesAll: Bool
    private let filter: Filter
    /// Of all streams, since the filter may ask about any.
    private let numbers: [String: Int]

    /// Nil for a role that sees everything.
    init?(_ role: Role, _ table: StreamTable) throws(FilterError) {
        let filter = try Filter(parsing: role.filter)
        let others = table.entries.filter { !$0.value.roles.isEmpty && !$0.value.roles.contains(role.name) }
        let isWhole = filter.isEverything && others.isEmpty && role.streams == nil
        guard !isWhole, !role.isAdmin else { return nil }
        self.role = role.name
        self.filter = filter
        self.numbers = table.numbers
        self.denied = others.values.reduce(0) { $0 | Self.bit($1.number) }
        let names = role.streams.map(Set.init) ?? Set(table.names)
        self.takesAll = names.contains(ConfigurationName.all)
        let open = table.numbers.filter { others[$0.key] == nil }
        self.streams = self.takesAll ? open : open.filter { names.contains($0.key) }
    }

    private static func bit(_ number: Int?) -> UInt64 { number.map { 1 << UInt64($0) } ?? 0 }

    /// Bits of `streams`.
    var mask: UInt64 { self.streams.values.reduce(0) { $0 | Self.bit($1) } }

    /// What tells definitions apart: the folder of what was made by another one must not be taken up.
    var key: String {
        let numbers = { (table: [String: Int]) in table.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }
        return [
            self.filter.canonical, numbers(self.streams).joined(separator: ","), String(self.denied, radix: 16),
            String(self.takesAll), self.filter.asksAboutStreams ? numbers(self.numbers).joined(separator: ",") : "",
        ].joined(separator: "\n")
    }

    /// What a stream says it left out counts events that this role may not know of, unless it sees all of the stream.
    fileprivate var takesAccounts: Bool { self.filter.isEverything && self.denied == 0 }

    fileprivate func isInScope(_ record: EventBatch.Record, mask: UInt64) -> Bool {
        if record.streams & self.denied != 0 { return false }
        if record.isAside { return self.takesAccounts && record.streams & mask != 0 }
        return self.takesAll || record.streams & mask != 0
    }

    func makeMatcher() -> ViewMatcher {
        ViewMatcher(
            definition: self,
            matcher: Matcher(self.filter, context: MatchContext(streamNumbers: self.numbers), isStrict: true))
    }
}

/// Takes out of blocks of the log what a role sees.
struct ViewMatcher: ~Copyable {
    private let definition: ViewDefinition
    private let mask: UInt64
    private var matcher: Matcher
    private var indexes: [Int] = []

    fileprivate init(definition: ViewDefinition, matcher: consuming Matcher) {
        self.definition = definition
        self.mask = definition.mask
        self.matcher = matcher
    }

    /// Appends copies of the events that the role sees, with nothing of the others about them.
    ///
    /// Notes are left out: they name events by numbers of the whole log.
    mutating func take(from batch: EventBatch, in range: Range<Int>, firstSeq: UInt64, into view: inout EventBatch) {
        self.indexes.removeAll(keepingCapacity: true)
        self.matcher.select(from: batch, in: range, firstSeq: firstSeq, into: &self.indexes)
        let own = batch.ownOrigin
        let seen = self.indexes.filter { index in
            self.definition.isInScope(batch.records[index], mask: self.mask)
                && !(own.map { batch.isMark(at: index, ownOrigin: $0) } ?? false)
        }
        view.append(seen, of: batch, streams: self.mask | EventBatch.Record.asideBit)
    }
}
