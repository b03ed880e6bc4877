internal import Synchronization

/// Reads the configuration again when somebody asks, on a thread of its own: it waits for inputs and for the disk.
///
/// One reload at a time. Whoever asks while one runs is answered by the next, which all of them share, so a storm of
/// requests costs two.
final class Reloader: Sendable {
    /// Nil: the relay stops before it came to that.
    typealias Answer = @Sendable (ReloadOutcome?) -> Void

    /// More can't be a person, and each holds a connection.
    static let maxWaiting = 64

    private struct State {
        var isAsked = false
        var waiting: [Answer] = []
        var isStopped = false
    }

    private enum Next { case nothing, stop, reload([Answer]) }

    private let state = Mutex(State())
    private let gate = ThreadGate()
    private let thread = Mutex<RelayThread?>(nil)

    /// Asks for a reload; false if too many wait already, or the relay stops.
    @discardableResult
    func ask(_ answer: Answer? = nil) -> Bool {
        let isTaken = self.state.withLock { state in
            guard !state.isStopped, state.waiting.count < Self.maxWaiting else { return false }
            state.isAsked = true
            if let answer { state.waiting.append(answer) }
            return true
        }
        if isTaken { self.gate.open() }
        return isTaken
    }

    /// What was asked for before is done now.
    func start(_ reload: @escaping @Sendable () -> ReloadOutcome) {
        self.thread.withLock { $0 = RelayThread("reload") { self.run(reload) } }
    }

    /// A reload that is at work should come to its end.
    var isStopping: Bool { self.state.withLock { $0.isStopped } }

    /// Returns when no reload is at work, and none will be; false if it takes longer.
    func stop(milliseconds: Int) -> Bool {
        self.state.withLock { $0.isStopped = true }
        self.gate.open()
        return self.thread.withLock { $0 }?.join(milliseconds: milliseconds) ?? true
    }

    private func run(_ reload: () -> ReloadOutcome) {
        while true {
            let ticket = self.gate.ticket
            switch self.next() {
            case .nothing: self.gate.wait(since: ticket, milliseconds: 60_000)
            case .stop:
                for answer in self.state.withLock({ $0.waiting }) { answer(nil) }
                return
            case .reload(let waiting):
                let outcome = reload()
                for answer in waiting { answer(outcome) }
            }
        }
    }

    private func next() -> Next {
        self.state.withLock { state in
            if state.isStopped { return .stop }
            guard state.isAsked else { return .nothing }
            defer {
                state.isAsked = false
                state.waiting = []
            }
            return .reload(state.waiting)
        }
    }
}
