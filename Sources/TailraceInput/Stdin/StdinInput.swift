import CLinux
import Glibc
import Synchronization
import TailraceCodec
import TailraceEvent
package import TailraceOptions

/// Lines that come to the relay's own standard input, as in `app | tailrace serve`.
///
/// At its end the input is `stopped`. While the log is behind nothing is read, and the writer of the pipe waits.
package struct StdinInput: Input {
    package static let kind = "stdin"
    package static let options = StdinOptions.specs

    private let settings: StdinOptions
    private let context: InputContext
    private let descriptor: Int32
    private let stopRelay: @Sendable () -> Void

    private static let readBytes = 65_536
    /// There is only one standard input.
    private static let isTaken = Atomic<Bool>(false)

    package init(options: OptionTable, context: InputContext) throws(OptionProblem) {
        // What a service manager would send: the relay commits what it has and closes its log.
        try self.init(options: options, context: context, descriptor: STDIN_FILENO) { kill(getpid(), SIGTERM) }
    }

    /// - Parameter descriptor: what stands for standard input; it stays open.
    package init(
        options: OptionTable, context: InputContext, descriptor: Int32, stopRelay: @escaping @Sendable () -> Void
    ) throws(OptionProblem) {
        self.settings = try StdinOptions(options)
        self.context = context
        self.descriptor = descriptor
        self.stopRelay = stopRelay
    }

    package func run(into sink: any EventSink) throws {
        guard self.descriptor != STDIN_FILENO || !Self.isTaken.exchange(true, ordering: .acquiringAndReleasing) else {
            throw SystemRefusal(
                "cannot read standard input", reason: "another input reads it",
                hint: "leave one input of type \"stdin\" in the configuration")
        }
        defer { if self.descriptor == STDIN_FILENO { Self.isTaken.store(false, ordering: .releasing) } }
        self.context.status.update { $0.state = .reading }
        do {
            try self.readToEnd(sink)
        } catch is SinkClosed {
            return
        }
        self.context.status.update { $0.state = .stopped }
        guard !self.context.stop.isStopped else { return }
        self.context.status.update { $0.reason = "standard input has ended; all of it was read" }
        if self.settings.atEnd == .stop { self.stopRelay() }
    }

    private func readToEnd(_ sink: any EventSink) throws {
        var lines = LineReader(options: self.settings.codec, isOrdered: false)
        var buffer = [UInt8](repeating: 0, count: Self.readBytes)
        while true {
            switch self.waitForInput(until: lines.deadline) {
            case .stopped:
                // In the middle of a line perhaps: what is here of it can't be read again.
                return try self.handOver(sink, &lines) { $0.finish($1, into: &$2) }
            case .due:
                try self.handOver(sink, &lines) { $0.finishDue($1, into: &$2) }
                continue
            case .readable:
                break
            }
            let count = read(self.descriptor, &buffer, buffer.count)
            if count > 0 {
                try self.handOver(sink, &lines, bytes: count) {
                    $0.take(buffer.span.extracting(0..<count), $1, into: &$2)
                }
                continue
            }
            let code = errno
            if count < 0, code == EINTR || code == EAGAIN { continue }
            try self.handOver(sink, &lines) { $0.finish($1, into: &$2) }
            if count < 0 { throw SystemRefusal("cannot read standard input", errno: code) }
            return
        }
    }

    private func handOver(
        _ sink: any EventSink, _ lines: inout LineReader, bytes: Int = 0,
        _ fill: (inout LineReader, LineContext, inout EventBatch) -> Void
    ) throws {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: self.context.name, host: self.context.host))
        fill(&lines, LineContext(received: .now(), now: .now, origin: origin, fields: []), &batch)
        if !batch.isEmpty { try sink.submit(batch, checkpoints: []) }
        self.context.status.counted(events: batch.count, bytes: bytes, lines.takeCounts(), at: .now())
    }

    private enum News { case readable, due, stopped }

    /// Waits for bytes, or until events have waited long enough for further lines, or the relay stops.
    private func waitForInput(until deadline: ContinuousClock.Instant?) -> News {
        while !self.context.stop.isStopped {
            var entries = [
                pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: self.context.stop.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&entries, 2, deadline?.pollTimeout ?? -1)
            if count == 0 { return .due }
            if count > 0, entries[0].revents != 0, !self.context.stop.isStopped { return .readable }
        }
        return .stopped
    }

    package func warnings() -> [String] {
        var own = stat()
        var null = stat()
        guard fstat(self.descriptor, &own) == 0 else { return ["standard input is closed: nothing will be read"] }
        guard stat("/dev/null", &null) == 0, own.st_mode & S_IFMT == S_IFCHR, own.st_rdev == null.st_rdev else {
            return []
        }
        return ["standard input is /dev/null: nothing will be read; start the relay as `program | tailrace serve`"]
    }
}
