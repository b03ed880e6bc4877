import Dispatch
import Glibc

/// SIGTERM and Ctrl-C as a stream; the second one ends the process at once.
final class StopSignals {
    enum Kind: Sendable { case terminate, interrupt }

    private let stream: AsyncStream<Kind>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Kind.self)
        self.stream = stream
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

    func next() async -> Kind {
        for await kind in self.stream { return kind }
        return .terminate
    }
}
