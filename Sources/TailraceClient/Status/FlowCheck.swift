/// Checks that every stage's sums hold: what went in came out, was dropped for a reason that is counted, or is in it.
package struct FlowCheck: Sendable {
    package struct Sum: Sendable, Hashable {
        package var stage: String
        package var enters: UInt64
        package var leaves: UInt64
        /// In the events of others.
        package var joined: UInt64 = 0
        package var dropped: [String: UInt64] = [:]
        package var inFlight: UInt64 = 0

        package var difference: Int64 {
            let out = self.leaves &+ self.joined &+ self.inFlight &+ self.dropped.values.reduce(0, &+)
            return Int64(bitPattern: self.enters &- out)
        }

        package var holds: Bool { self.difference == 0 }
    }

    package private(set) var sums: [Sum] = []
    /// Sums of another stage's two ends are counted by two parties, so they may differ while something passes between
    /// them: they hold if they did once.
    private var held: Set<String> = []

    package init() {}

    package var failures: [Sum] { self.sums.filter { !self.held.contains($0.stage) } }

    /// Takes a snapshot; true if by now every sum has held.
    package mutating func take(_ flow: RelayFlow) -> Bool {
        self.sums = Self.sums(of: flow)
        for sum in self.sums where sum.holds { self.held.insert(sum.stage) }
        return self.failures.isEmpty
    }

    /// What an input has read, and what it made of that: counted where lines are cut and where events are joined.
    private static func lines(_ input: RelayFlow.Input) -> Sum? {
        guard let lines = input.lines, let told = input.told, let joined = input.joined, let waiting = input.waiting
        else { return nil }
        return Sum(
            stage: "lines \(input.name)", enters: lines &+ told, leaves: input.made, joined: joined,
            dropped: input.dropped ?? [:], inFlight: waiting)
    }

    static func sums(of flow: RelayFlow) -> [Sum] {
        var sums = flow.inputs.compactMap(Self.lines)
        sums += flow.inputs.map { Sum(stage: "input \($0.name)", enters: $0.made, leaves: $0.accepted) }
        sums.append(
            Sum(
                stage: "intake", enters: flow.inputs.reduce(0) { $0 &+ $1.accepted }, leaves: flow.router.entered,
                inFlight: flow.intake.waiting))
        sums.append(
            Sum(
                stage: "router", enters: flow.router.entered &+ flow.router.added, leaves: flow.log.committed,
                dropped: flow.router.dropped, inFlight: flow.router.in_hand))
        for stream in flow.streams ?? [] {
            sums.append(
                Sum(
                    stage: "stream \(stream.name)", enters: stream.seen, leaves: stream.kept, dropped: stream.left_out))
        }
        sums.append(Sum(stage: "log", enters: flow.log.committed, leaves: flow.log.head &- flow.log.first_head))
        sums.append(Sum(stage: "hub", enters: flow.hub.published, leaves: flow.hub.taken))
        return sums
    }
}
