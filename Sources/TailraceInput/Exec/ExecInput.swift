import CLinux
import Glibc
import Logging
import TailraceCodec
import TailraceEvent
package import TailraceOptions

/// What a command writes to its standard output and error output, line by line.
///
/// The command runs with the relay's rights in a session of its own, without a shell, without the relay's descriptors
/// and with few of its variables. It is started again when it ends, and ended with all that it started when the relay
/// stops, also if the relay is killed (`ExecKeeper`). While the log is behind nothing is read: the pipes fill and the
/// command waits.
package struct ExecInput: Input {
    package static let kind = "exec"
    package static let options = ExecOptions.specs

    private let settings: ExecOptions
    private let context: InputContext
    private let executable: String

    package init(options: OptionTable, context: InputContext) throws(OptionProblem) {
        try self.init(options: options, context: context, executable: "/proc/self/exe")
    }

    /// - Parameter executable: a binary that calls `ExecKeeper.main` when its first argument says so.
    package init(options: OptionTable, context: InputContext, executable: String) throws(OptionProblem) {
        self.settings = try ExecOptions(options)
        self.context = context
        self.executable = executable
    }

    package func run(into sink: any EventSink) throws {
        do {
            try self.runAgainAndAgain(sink)
        } catch is SinkClosed {
            return
        }
        self.context.status.update {
            $0.positions["pid"] = nil
            $0.state = .stopped
        }
    }

    private func runAgainAndAgain(_ sink: any EventSink) throws {
        var backoff = RestartBackoff(self.settings.delays)
        var random = SystemRandomNumberGenerator()
        var runs = 0
        while !self.context.stop.isStopped {
            try ExecProgram.check(self.settings.command[0], directory: self.settings.directory)
            runs += 1
            self.context.status.update { $0.positions["runs"] = String(runs) }
            let start = ContinuousClock.now
            let end = try self.runOnce(sink)
            if self.context.stop.isStopped { return }
            let isLast = self.settings.restart == .never || (self.settings.restart == .onFailure && !end.isFailure)
            let pause = backoff.pause(afterRun: start.duration(to: .now), using: &random)
            try self.tell(end, ran: start.duration(to: .now), pause: isLast ? nil : pause, sink)
            if isLast { return }
            self.context.stop.wait(milliseconds: Int32(clamping: Int(pause / .milliseconds(1))))
        }
    }

    private func runOnce(_ sink: any EventSink) throws -> ExecEnd {
        let process = try ExecProcess.start(self.settings, executable: self.executable)
        let run = ExecRun(process, codec: self.settings.codec, context: self.context, sink: sink)
        var closed: SinkClosed?
        do { try run.run() } catch { closed = error }
        // Should the log be closed first: the keeper ends the command by itself.
        run.endCommand()
        process.leave(main: run.end == .unknown ? run.main : nil)
        if let closed { throw closed }
        return run.end ?? .unknown
    }

    /// The end of a command is an event: level warn if it failed.
    private func tell(_ end: ExecEnd, ran: Duration, pause: Duration?, _ sink: any EventSink) throws {
        let next =
            pause.map { "it is started again in \(Int($0 / .milliseconds(1))) ms" } ?? "it is not started again"
        let message = "The command \(end); \(next)"
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: self.context.name, host: self.context.host))
        let now = Timestamp.now()
        batch.append(
            time: now, received: now, level: end.isFailure ? .warn : .info, origin: origin,
            message: Array(message.utf8).span, fields: self.fields(of: end, ran: ran).span)
        try sink.submit(batch, checkpoints: [])
        var counts = LineCounts()
        counts.told = 1
        self.context.status.counted(events: 1, bytes: 0, counts, at: now)
        if end.isFailure { self.context.status.failed("the command \(end)") }
        self.context.status.update {
            $0.positions["pid"] = nil
            $0.state = pause == nil ? .stopped : .waiting
            $0.reason = "the command \(end); \(next)"
        }
        self.context.logger.notice("the command has ended", metadata: ["how": "\(end)"])
    }

    /// `"stream":"relay"` can't be forged: lines of the command have another one.
    private func fields(of end: ExecEnd, ran: Duration) -> [UInt8] {
        var fields = Array("\"stream\":\"relay\",\"command\":".utf8)
        JSONText.append(self.settings.command[0], to: &fields)
        switch end {
        case .exit(let status): fields += Array(",\"exit_status\":\(status)".utf8)
        case .signal(let number): fields += Array(",\"exit_signal\":\(number)".utf8)
        case .notStarted(let code): fields += Array(",\"errno\":\(code)".utf8)
        case .unknown: break
        }
        return fields + Array(",\"ran_ms\":\(Int(ran / .milliseconds(1)))".utf8)
    }

    package func warnings() -> [String] {
        do throws(SystemRefusal) {
            try ExecProgram.check(self.settings.command[0], directory: self.settings.directory)
            return []
        } catch {
            return ["\(error)"]
        }
    }
}
