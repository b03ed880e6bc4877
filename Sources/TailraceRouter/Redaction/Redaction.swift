internal import Synchronization
internal import TailraceEvent

/// The rules of the configuration, compiled, with what they have done; shared by the thread that runs them and those
/// that report.
package final class Redaction: Sendable {
    package let rules: [RedactionRule]
    let triggers: TriggerDatabase
    /// Those that take the values of fields by their names.
    let namedFieldRules: UInt64
    /// Those that look into everything.
    let unlimitedRules: UInt64
    let tally: RedactionTally

    /// At most `RedactionRule.maxRules`, which the configuration has to see to.
    package init(_ rules: [RedactionRule]) {
        precondition(rules.count <= RedactionRule.maxRules, "more rules than there are bits")
        self.rules = rules
        self.triggers = TriggerDatabase(rules: rules)
        self.namedFieldRules = Self.mask(of: rules) { $0.builtin == .password }
        self.unlimitedRules = Self.mask(of: rules) { $0.fields.isEmpty }
        self.tally = RedactionTally(count: rules.count)
    }

    package var isEmpty: Bool { self.rules.isEmpty }

    /// In the order of the rules.
    package var statistics: [RedactionStatistics] {
        self.rules.enumerated().map { number, rule in
            let (events, replacements) = self.tally.counts(of: number)
            return RedactionStatistics(name: rule.name, events: events, replacements: replacements)
        }
    }

    /// Ends of cut lines that were left out, since a secret may have begun there.
    package var cutEnds: UInt64 { self.tally.cutEnds }
    /// Texts that were not decoded to the last, for all the encodings in them.
    package var decodingLimits: UInt64 { self.tally.decodingLimits }

    /// The rules that hold for events of an input.
    func rules(for source: String) -> UInt64 {
        Self.mask(of: self.rules) { $0.from.isEmpty || $0.from.contains(source) }
    }

    /// The rules that name this field.
    func rules(naming path: [UInt8]) -> UInt64 { Self.mask(of: self.rules) { $0.fields.contains(path) } }

    /// What stands in place of a text at the end of a cut line.
    static let cutText = Array("[cut]".utf8)

    /// Whether a text is what a secret was replaced by: replacing it again would only hide which it was.
    func isReplacement(_ text: ArraySlice<UInt8>) -> Bool {
        text.elementsEqual(Self.cutText) || self.rules.contains { $0.isOwnReplacement(text) }
    }

    private static func mask(of rules: [RedactionRule], where isIn: (RedactionRule) -> Bool) -> UInt64 {
        rules.enumerated().reduce(0) { isIn($1.element) ? $0 | 1 << UInt64($1.offset) : $0 }
    }
}

/// Counters of a `Redaction`.
final class RedactionTally: Sendable {
    private struct Counts {
        var events: [UInt64]
        var replacements: [UInt64]
        var cutEnds: UInt64 = 0
        var decodingLimits: UInt64 = 0
    }

    private let counts: Mutex<Counts>

    init(count: Int) {
        let none = [UInt64](repeating: 0, count: count)
        self.counts = Mutex(Counts(events: none, replacements: none))
    }

    var cutEnds: UInt64 { self.counts.withLock { $0.cutEnds } }
    var decodingLimits: UInt64 { self.counts.withLock { $0.decodingLimits } }

    func counts(of rule: Int) -> (events: UInt64, replacements: UInt64) {
        self.counts.withLock { ($0.events[rule], $0.replacements[rule]) }
    }

    /// One event that was changed: what each of its edits was made by.
    func add(_ causes: [RedactionEdit.Cause]) {
        self.counts.withLock { counts in
            var seen: UInt64 = 0
            for cause in causes {
                switch cause {
                case .cut: counts.cutEnds += 1
                case .rule(let number):
                    counts.replacements[number] += 1
                    if seen & 1 << UInt64(number) == 0 { counts.events[number] += 1 }
                    seen |= 1 << UInt64(number)
                }
            }
        }
    }

    func addDecodingLimit() { self.counts.withLock { $0.decodingLimits += 1 } }
}
