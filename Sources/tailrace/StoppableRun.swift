import ArgumentParser
import Dispatch
import Glibc
import TailraceClient
import TailraceEvent

/// Runs what reads from a relay until it ends, a signal comes or a time is over, and turns the end into an exit code.
struct StoppableRun {
    /// Work that does not end by itself within this time is left behind.
    private static let graceSeconds = 2.0

    let stop = StopSwitch()
    private let signals: SignalStops

    init() { self.signals = SignalStops(self.stop) }

    static func stop(_ stop: StopSwitch, after seconds: Double, _ reason: StopSwitch.Reason) {
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { stop.stop(reason) }
    }

    /// Calls `body` about every second until the end.
    static func everySecond(_ stop: StopSwitch, _ body: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) {
            body()
            if stop.reason == nil { Self.everySecond(stop, body) }
        }
    }

    /// `last` runs when the work has ended or is left behind.
    func run(
        last: @escaping @Sendable () -> Void = {}, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let work = Task { try await body() }
        self.stop.onStop { [stop = self.stop] in
            work.cancel()
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.graceSeconds) {
                last()
                _exit(Self.code(stop.reason) ?? 0)
            }
        }
        let result = await work.result
        last()
        try withExtendedLifetime(self.signals) { try self.finish(result) }
    }

    /// Nil where the reason is not a failure by itself.
    private static func code(_ reason: StopSwitch.Reason?) -> Int32? {
        switch reason {
        case .interrupt: 130
        case .terminate: 143
        case .timeout, .until, nil: nil
        }
    }

    private func finish(_ result: Result<Void, any Error>) throws {
        if let code = Self.code(self.stop.reason) { throw ExitCode(code) }
        switch result {
        case .success: return
        case .failure(OutputPipe.Failure.closed): Self.endByBrokenPipe()
        case .failure(OutputPipe.Failure.failed(let words)): throw CommandFailure(words)
        case .failure(let error) where self.stop.reason != nil && Self.isStop(error): return
        case .failure(let error as LinkError): throw CommandFailure(error.description)
        case .failure(let error as StateFile.Problem): throw CommandFailure(error.description)
        case .failure(let error): throw error
        }
    }

    private static func isStop(_ error: any Error) -> Bool {
        if case OutputPipe.Failure.stopped = error { return true }
        return error is CancellationError || error is LinkError
    }

    /// As a program ends that does not look: whoever started it sees the signal.
    private static func endByBrokenPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        _exit(141)
    }
}

/// SIGINT and SIGTERM as a reason to stop; the second one ends the process at once.
///
/// Not on the cooperative threads, one of which may be waiting for a slow output.
private final class SignalStops {
    private let sources: [any DispatchSourceSignal]

    init(_ stop: StopSwitch) {
        self.sources = [(SIGINT, StopSwitch.Reason.interrupt), (SIGTERM, .terminate)].map { number, reason in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                signal(number, SIG_DFL)
                stop.stop(reason)
            }
            source.resume()
            return source
        }
    }
}
