internal import Synchronization
internal import TailraceInput

/// The inputs of the configuration in force, and what those before them have counted.
final class InputTable: Sendable {
    private struct State {
        var current: [InputRunner] = []
        /// The newest of each name, those that are gone included: who takes its place waits for its end.
        var newest: [String: InputRunner] = [:]
    }

    private let state = Mutex(State())

    var current: [InputRunner] { self.state.withLock { $0.current } }

    /// The newest of each name, by name; those that are gone included, so that what they have counted still adds up.
    var ofThisRun: [InputRunner] {
        let newest = self.state.withLock { $0.newest }
        return newest.values.sorted { $0.name < $1.name }
    }

    /// Counters go on under a name, whatever becomes of the input.
    func status(of name: String) -> InputStatus {
        self.state.withLock { $0.newest[name]?.status } ?? InputStatus()
    }

    func replace(with runners: [InputRunner]) {
        self.state.withLock { state in
            state.current = runners
            for runner in runners { state.newest[runner.name] = runner }
        }
    }

    /// The one that had the name before.
    func predecessor(of name: String) -> InputRunner? { self.state.withLock { $0.newest[name] } }
}

/// What another configuration means for the inputs, by their names.
struct InputPlan: Sendable, Equatable {
    /// New ones.
    var started: [String] = []
    /// Those with other options: they end at a checkpoint and begin at it.
    var restarted: [String] = []
    var stopped: [String] = []

    init(from old: [InputBlock], to new: [InputBlock]) {
        let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
        let names = Set(new.map(\.name))
        for block in new {
            guard let old = before[block.name] else {
                self.started.append(block.name)
                continue
            }
            if !block.isSame(as: old) { self.restarted.append(block.name) }
        }
        self.stopped = old.map(\.name).filter { !names.contains($0) }
    }

    var ended: Set<String> { Set(self.restarted + self.stopped) }
    var begun: Set<String> { Set(self.started + self.restarted) }
    var isEmpty: Bool { self.started.isEmpty && self.restarted.isEmpty && self.stopped.isEmpty }
}
