import TailraceEvent

/// A filter's tree over the tests of a set, as one run of nodes.
struct MatchProgram {
    enum Node {
        case constant(Bool)
        case test(Int)
        case not(Int)
        /// Nodes from the first on, as many as the count.
        case all(first: Int, count: Int)
        case any(first: Int, count: Int)
    }

    private(set) var nodes: [Node] = []
    /// The places of the tests, each as often as it stands in the tree.
    private(set) var tests: [Int] = []
    let mentions: Mentions

    /// What any clause asks about, so that it is not told unasked.
    struct Mentions {
        var gap = false
        var mark = false
        /// The streams' bits.
        var streams: UInt64 = 0
    }

    init(_ plan: MatchPlan, in shared: inout SharedTests) {
        self.mentions = Mentions(
            gap: plan.mentionsGap, mark: plan.mentionsMark, streams: plan.mentionedStreams)
        self.nodes.append(.constant(false))
        self.nodes[0] = self.converted(plan.root, plan.origins, &shared)
    }

    private mutating func converted(
        _ node: MatchNode, _ origins: [OriginTest], _ shared: inout SharedTests
    ) -> Node {
        switch node {
        case .constant(let value): return .constant(value)
        case .levels(let mask): return self.test(shared.retain(.levels(mask)) { (nil, .levels(mask)) })
        case .streams(let mask): return self.test(shared.retain(.streams(mask)) { (nil, .streams(mask)) })
        case .origin(let number):
            let test = origins[number]
            return self.test(shared.retain(.origin(test.part, test.clause)) { (nil, .origin(test)) })
        case .test(let test): return self.test(shared.retain(test))
        case .not(let inner): return .not(self.appended([inner], origins, &shared))
        case .all(let nodes): return .all(first: self.appended(nodes, origins, &shared), count: nodes.count)
        case .any(let nodes): return .any(first: self.appended(nodes, origins, &shared), count: nodes.count)
        }
    }

    /// Children stand side by side; theirs come behind them.
    private mutating func appended(
        _ children: [MatchNode], _ origins: [OriginTest], _ shared: inout SharedTests
    ) -> Int {
        let first = self.nodes.count
        self.nodes.append(contentsOf: children.map { _ in Node.constant(false) })
        for (index, child) in children.enumerated() {
            let node = self.converted(child, origins, &shared)
            self.nodes[first + index] = node
        }
        return first
    }

    private mutating func test(_ place: Int) -> Node {
        self.tests.append(place)
        return .test(place)
    }
}

extension SharedTests {
    mutating func retain(_ test: ClauseTest) -> Int {
        self.retain(.clause(test.clause)) {
            ColumnKey(test.target) == nil
                ? (nil, .computed(test)) : (test.target, .value(column: 0, check: test.check))
        }
    }

    /// Which of the events a node lets through.
    mutating func passing(
        _ nodes: [MatchProgram.Node], _ index: Int, among events: UInt64, of batch: borrowing EventBatch
    ) -> UInt64 {
        switch nodes[index] {
        case .constant(let value): return value ? events : 0
        case .test(let place): return self.passing(place, among: events, of: batch)
        case .not(let inner): return events & ~self.passing(nodes, inner, among: events, of: batch)
        case .all(let first, let count):
            var left = events
            for child in first..<first + count where left != 0 {
                left = self.passing(nodes, child, among: left, of: batch)
            }
            return left
        case .any(let first, let count):
            var left = events
            for child in first..<first + count where left != 0 {
                left &= ~self.passing(nodes, child, among: left, of: batch)
            }
            return events & ~left
        }
    }
}
