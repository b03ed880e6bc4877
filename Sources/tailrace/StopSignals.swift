import Dispatch
import Glibc

/// SIGTERM and Ctrl-C as a stream; the second one ends the process at once.
final class StopSignals {
    enum Kind: Sendable {
        case terminate, interrupt
        /// What the relay serves has become something else: it begins anew in the same process.
        case startAnew
    }

    private let stream: AsyncStream<Kind>
    private let continuation: AsyncStream<Kind>.Continuation
    private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Kind.self)
        self.stream = stream
        self.continuation = continuation
        self.sources = [(SIGTERM, Kind.terminate), (SIGINT, Kind.interrupt)].map { number, kind in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                continuation.yield(kind)
                // From here on the signal has its usual meaning: whoever asks twice does not want to wait.
                signal(number, SIG_DFL)
                source.cancel()
            }
            source.resume()
            return source
        }
    }

    /// Tells it beside the signals.
    var startAnew: @Sendable () -> Void {
        let continuation = self.continuation
        return { continuation.yield(.startAnew) }
    }

    func next() async -> Kind {
        for await kind in self.stream { return kind }
        return .terminate
    }
}
