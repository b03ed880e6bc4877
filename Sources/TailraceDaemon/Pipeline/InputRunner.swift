internal import Logging
internal import Synchronization
internal import TailraceCodec
internal import TailraceEvent
internal import TailraceInput
internal import TailraceLog
internal import TailraceOptions

/// Keeps one input running on a thread of its own: an input that fails is told of and started again at its last
/// checkpoint.
final class InputRunner: Sendable {
    private static let firstPauseMilliseconds: Int32 = 250
    private static let maxPauseMilliseconds: Int32 = 30_000
    private static let joinMilliseconds = 1000

    let name: String
    let kind: any Input.Type
    let block: InputBlock
    let status: InputStatus
    let stop = StopSignal()
    private let host: String
    private let log: EventLog
    private let queue: IntakeQueue
    private let logger: Logger
    /// Makes the input where it has no options of its own.
    private let making: (@Sendable (InputContext) -> any Input)?
    private let thread = Mutex<RelayThread?>(nil)

    init(
        _ block: InputBlock, kind: any Input.Type, status: InputStatus, host: String, log: EventLog,
        queue: IntakeQueue, logger: Logger, making: (@Sendable (InputContext) -> any Input)? = nil
    ) {
        self.name = block.name
        self.kind = kind
        self.block = block
        self.status = status
        self.host = host
        self.log = log
        self.queue = queue
        self.making = making
        var logger = logger
        logger[metadataKey: "input"] = "\(block.name)"
        self.logger = logger
    }

    /// Makes the input once, so that wrong options are known before anything starts.
    func check() throws(OptionProblem) -> [String] {
        try self.make(checkpoints: [:]).warnings()
    }

    /// Looks for a line that somebody misses.
    func sight(of missed: MissedLine) throws(OptionProblem) -> SourceSight {
        try self.make(checkpoints: [:]).sight(of: missed)
    }

    /// How it understands lines; nil where there are none to decode.
    var codec: CodecOptions? {
        if self.kind == JournaldInput.self { return nil }
        if self.kind == SyslogInput.self { return try? SyslogInput.codec(self.block.table) }
        return try? CodecOptions(self.block.table)
    }

    /// - Parameter predecessor: who had the name before and was told to stop: what it read is in the log, with its
    ///   checkpoints, before anything is read again.
    func start(after predecessor: InputRunner? = nil) {
        if predecessor?.join(milliseconds: 0) ?? true { self.beginStatus() }
        let thread = RelayThread("input \(self.name)") {
            if let predecessor {
                while !predecessor.join(milliseconds: Self.joinMilliseconds) {}
                self.queue.waitUntilDrained()
                self.beginStatus()
            }
            self.run()
        }
        self.thread.withLock { $0 = thread }
    }

    /// Counters of its predecessor go on, its state does not.
    private func beginStatus() {
        self.status.update {
            $0.state = .starting
            $0.reason = nil
            $0.lagBytes = nil
            $0.positions = [:]
        }
    }

    func join(milliseconds: Int) -> Bool {
        self.thread.withLock { $0 }?.join(milliseconds: milliseconds) ?? true
    }

    private func run() {
        var pause = Self.firstPauseMilliseconds
        while !self.stop.isStopped {
            let started = Timestamp.now()
            do {
                let input = try self.make(checkpoints: try self.log.checkpoints(of: self.name))
                self.status.begins()
                try input.run(
                    into: IntakeQueue.Entrance(queue: self.queue, input: self.name, status: self.status))
                if self.stop.isStopped { break }
                self.status.update { $0.state = .stopped }
                return self.logger.notice("The input has ended")
            } catch is SinkClosed {
                break
            } catch {
                self.failed(error)
            }
            if Timestamp.now().nanoseconds - started.nanoseconds > 60_000_000_000 {
                pause = Self.firstPauseMilliseconds
            }
            self.stop.wait(milliseconds: pause)
            pause = min(pause * 2, Self.maxPauseMilliseconds)
            // What was read before must be in the log before its checkpoints are read again.
            self.queue.waitUntilDrained()
        }
        self.status.update { $0.state = .stopped }
    }

    private func make(checkpoints: [String: [UInt8]]) throws(OptionProblem) -> any Input {
        let context = InputContext(
            name: self.name, host: self.host, checkpoints: checkpoints, stop: self.stop, status: self.status,
            logger: self.logger, sockets: .ofThisProcess, ownFolder: self.log.settings.path)
        if let making = self.making { return making(context) }
        return try self.kind.init(options: self.block.table, context: context)
    }

    private func failed(_ error: any Error) {
        let message = String(describing: error)
        let isNew = self.status.snapshot.lastError != message
        self.status.failed(message)
        self.status.update {
            $0.state = .failed
            $0.reason = message
        }
        if isNew { self.logger.error("The input failed and will be tried again", metadata: ["reason": "\(message)"]) }
    }
}
