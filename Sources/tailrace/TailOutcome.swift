import Synchronization
import TailraceClient

/// Why a tail ended by itself, told across tasks.
final class TailOutcome: Sendable {
    private let state = Mutex<TailSink.End?>(nil)

    var value: TailSink.End? { self.state.withLock { $0 } }

    func end(_ end: TailSink.End?) { self.state.withLock { $0 = end } }
}
