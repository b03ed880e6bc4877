package import TailraceEvent

/// What is known of a block of events without looking at one.
package struct BlockKnowledge {
    /// Bit n set: level n occurs; bit 0 stands for no level.
    package var levels: UInt16
    /// Nil if unknown.
    package var origins: [Origin]?
    package var mayHoldExempt: Bool

    package init(levels: UInt16, origins: [Origin]?, mayHoldExempt: Bool) {
        self.levels = levels
        self.origins = origins
        self.mayHoldExempt = mayHoldExempt
    }
}

/// Tells which blocks a filter can pass by: those where no event can pass it.
///
/// It may err on one side only: what it passes by has no match, what it keeps may have none either. Text is asked for
/// by its trigrams: three bytes each, ASCII capitals as small letters.
package struct BlockSieve {
    /// Whether some event may pass, and whether some may not.
    private struct Verdict {
        var mayHold: Bool
        var mayFail: Bool
        static let open = Verdict(mayHold: true, mayFail: true)
    }

    private let root: SieveNode

    package init(_ filter: Filter) { self.root = SieveNode(filter.root) }

    /// False if trigrams would change no answer.
    package var asksForText: Bool { self.root.asksForText }
    /// True if every block is kept, whatever is known of it.
    package var keepsAll: Bool { self.root.isOpen }

    /// - Parameter mayHold: false if the block lacks one of the trigrams.
    package func mayPass(_ block: BlockKnowledge, mayHold: ([UInt32]) -> Bool) -> Bool {
        // Gaps pass every filter that does not ask about them.
        block.mayHoldExempt || Self.verdict(of: self.root, block, mayHold).mayHold
    }

    private static func verdict(
        of node: SieveNode, _ block: BlockKnowledge, _ mayHold: ([UInt32]) -> Bool
    ) -> Verdict {
        switch node {
        case .open: return .open
        case .levels(let mask):
            return Verdict(mayHold: block.levels & mask != 0, mayFail: block.levels & ~mask != 0)
        case .origins(let probe):
            guard let origins = block.origins else { return .open }
            let holds = origins.map { probe.passes($0) }
            return Verdict(mayHold: holds.contains(true), mayFail: holds.contains(false))
        case .text(let trigrams): return Verdict(mayHold: mayHold(trigrams), mayFail: true)
        case .not(let inner):
            let verdict = Self.verdict(of: inner, block, mayHold)
            return Verdict(mayHold: verdict.mayFail, mayFail: verdict.mayHold)
        case .all(let nodes):
            var all = Verdict(mayHold: true, mayFail: false)
            for node in nodes {
                let verdict = Self.verdict(of: node, block, mayHold)
                all = Verdict(mayHold: all.mayHold && verdict.mayHold, mayFail: all.mayFail || verdict.mayFail)
            }
            return all
        case .any(let nodes):
            var any = Verdict(mayHold: false, mayFail: true)
            for node in nodes {
                let verdict = Self.verdict(of: node, block, mayHold)
                any = Verdict(mayHold: any.mayHold || verdict.mayHold, mayFail: any.mayFail && verdict.mayFail)
            }
            return any
        }
    }
}

/// A filter's tree with what each clause needs of a block.
indirect enum SieveNode {
    /// Nothing can be said.
    case open
    case levels(UInt16)
    case origins(ClauseProbe)
    case text([UInt32])
    case all([SieveNode])
    case any([SieveNode])
    case not(SieveNode)

    init(_ expression: Expression) {
        switch expression {
        case .clause(let clause): self = Self.node(for: clause)
        case .off: self = .open
        case .not(let inner): self = .not(SieveNode(inner))
        case .and(let operands): self = .all(operands.map(SieveNode.init))
        case .or(let operands): self = .any(operands.map(SieveNode.init))
        }
    }

    var asksForText: Bool {
        switch self {
        case .open, .levels, .origins: false
        case .text: true
        case .not(let inner): inner.asksForText
        case .all(let nodes), .any(let nodes): nodes.contains { $0.asksForText }
        }
    }

    var isOpen: Bool {
        switch self {
        case .open: true
        case .levels, .origins, .text: false
        case .not(let inner): inner.isOpen
        case .all(let nodes): nodes.allSatisfy { $0.isOpen }
        case .any(let nodes): nodes.contains { $0.isOpen }
        }
    }

    private static func node(for clause: Clause) -> SieveNode {
        switch clause.field {
        case nil, .reserved(.msg): return Self.text(clause.condition)
        case .any:
            guard let probe = ClauseProbe(clause) else { return .open }
            return .any([.origins(probe), Self.text(clause.condition)])
        case .reserved(.level): return ClauseProbe(clause).map { .levels($0.levels) } ?? .open
        case .reserved(.source), .reserved(.host): return ClauseProbe(clause).map { .origins($0) } ?? .open
        case .reserved(.unit), .reserved(.id), .reserved(.pid), .reserved(.file), .reserved(.boot), .reserved(.inv):
            return Self.value(clause.condition)
        case .reserved: return .open
        case .path(let path): return .all(path.map(Self.name) + [Self.value(clause.condition)])
        }
    }

    /// The name of a field stands in the block if an event has it; journald's spelling with a leading underscore also
    /// finds the name without it.
    private static func name(_ step: PathStep) -> SieveNode {
        guard case .name(let name) = step else { return .open }
        return Self.text(String(name.drop { $0 == "_" }), ignoresCase: true)
    }

    private static func text(_ condition: Condition) -> SieveNode {
        switch condition {
        case .contains(let text):
            // A network also holds addresses that are spelled differently.
            IPNetwork(text) != nil ? .open : Self.text(text, ignoresCase: !CaseFolding.hasCapital(text))
        case .equals(let text): Self.text(text, ignoresCase: false)
        case .present, .like, .regex, .compare, .within: .open
        }
    }

    /// A field's value may be a number or an address, which are equal in several spellings: only words count.
    private static func value(_ condition: Condition) -> SieveNode {
        switch condition {
        case .contains(let text), .equals(let text):
            guard let first = text.utf8.first, (first | 0x20) &- 0x61 < 26, !text.utf8.contains(UInt8(ascii: ":")),
                IPAddress(Array(text.utf8).span) == nil, Quantity(Array(text.utf8).span) == nil
            else { return .open }
            return Self.text(condition)
        case .present, .like, .regex, .compare, .within: return .open
        }
    }

    /// The trigrams of the runs that stand in a block byte by byte: JSON may escape quotes, backslashes and controls,
    /// and letters outside ASCII have several forms where case does not count.
    private static func text(_ text: String, ignoresCase: Bool) -> SieveNode {
        var trigrams: Set<UInt32> = []
        let runs = text.utf8.split { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 >= 0x7F }
        for run in runs {
            var trigram: UInt32 = 0
            for (index, byte) in run.enumerated() {
                trigram = (trigram << 8 | UInt32(byte &- 0x41 < 26 ? byte | 0x20 : byte)) & 0xFF_FFFF
                if index >= 2 { trigrams.insert(trigram) }
            }
        }
        return trigrams.isEmpty ? .open : .text(trigrams.sorted())
    }
}

/// Asks a clause about events that have only what it looks at.
final class ClauseProbe {
    private var matcher: Matcher
    private var known: [Origin: Bool] = [:]

    /// Bounds what is remembered; a log rarely has more.
    private static let maxKnown = 4096

    init?(_ clause: Clause) {
        guard let filter = try? Filter(parsing: clause.canonicalText) else { return nil }
        self.matcher = Matcher(filter, context: MatchContext(streamNumbers: [:]))
    }

    /// Bit n set: level n passes; bit 0 stands for no level.
    var levels: UInt16 {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "", host: ""))
        for level in [nil] + Level.allCases.map({ $0 }) { Self.append(origin, level, to: &batch) }
        var passing: [Int] = []
        self.matcher.select(from: batch, in: 0..<batch.count, firstSeq: 1, into: &passing)
        return passing.reduce(0) { $0 | 1 << UInt16($1) }
    }

    func passes(_ origin: Origin) -> Bool {
        if let known = self.known[origin] { return known }
        var batch = EventBatch()
        Self.append(batch.origin(origin), nil, to: &batch)
        let passes = self.matcher.matches(batch, at: 0, seq: 1)
        if self.known.count >= Self.maxKnown { self.known.removeAll() }
        self.known[origin] = passes
        return passes
    }

    private static func append(_ origin: UInt16, _ level: Level?, to batch: inout EventBatch) {
        let nothing: [UInt8] = []
        batch.append(
            time: Timestamp(nanoseconds: 0), received: Timestamp(nanoseconds: 0), level: level, origin: origin,
            message: nothing.span, fields: nothing.span)
    }
}
