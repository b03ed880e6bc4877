package import Logging
import TailraceCodec
package import TailraceEvent
package import TailraceOptions

/// A source of events: the small protocol every kind of input conforms to.
///
/// To add one: conform, add the type to `BuiltinInputs.all`, describe its options, document it in `docs/inputs.md`.
package protocol Input: Sendable {
    /// How the configuration spells this input: `type = "journald"`.
    static var kind: String { get }
    /// The keys it takes beside `name`, `type` and `codecOptions`.
    static var options: [OptionSpec] { get }
    /// Those of the codec's keys (`CodecOptions.specs`) that mean something here; all of them if it doesn't say.
    static var codecOptions: [OptionSpec] { get }

    /// Checks the options; opens nothing.
    init(options: OptionTable, context: InputContext) throws(OptionProblem)

    /// Reads until `context.stop` fires or the source ends, on a thread of its own: it may block on the source, and
    /// does block in `sink.submit` while the log is behind, so that a slow log slows the reading and nothing is
    /// dropped.
    ///
    /// A thrown error is shown as the input's state and the input is started again after a pause.
    func run(into sink: any EventSink) throws

    /// What the operator should know before starting: paths that cannot be read and why, groups to join.
    func warnings() -> [String]

    /// Looks for a line that somebody misses; may take as long as a look at the source does.
    func sight(of missed: MissedLine) -> SourceSight
}

extension Input {
    package static var codecOptions: [OptionSpec] { CodecOptions.specs }

    package func warnings() -> [String] { [] }
}

/// Takes what inputs read.
package protocol EventSink: Sendable {
    /// Hands over events and the checkpoints that hold once they are in the log; both go into one transaction.
    ///
    /// Blocks while the log is behind. Throws `SinkClosed` when the relay stops: return from `run` then.
    func submit(_ batch: EventBatch, checkpoints: [Checkpoint]) throws(SinkClosed)

    /// How long events that follow others may be collected before they are handed over: nobody sees them sooner.
    var rhythm: Duration { get }
}

/// The relay is stopping; what was not accepted will be read again after the next start.
package struct SinkClosed: Error {
    package init() {}
}

/// What the relay gives an input.
package struct InputContext: Sendable {
    /// The input's name in the configuration, the `source` of its events.
    package var name: String
    /// The `host` of its events.
    package var host: String
    /// What this input last committed, by checkpoint key.
    package var checkpoints: [String: [UInt8]]
    package var stop: StopSignal
    package var status: InputStatus
    package var logger: Logger
    /// Sockets that a service manager made for the relay.
    package var sockets: HandedSockets
    /// Where the relay itself writes; nil if nowhere.
    package var ownFolder: String?

    package init(
        name: String, host: String, checkpoints: [String: [UInt8]], stop: StopSignal, status: InputStatus,
        logger: Logger, sockets: HandedSockets = .none, ownFolder: String? = nil
    ) {
        self.name = name
        self.host = host
        self.checkpoints = checkpoints
        self.stop = stop
        self.status = status
        self.logger = logger
        self.sockets = sockets
        self.ownFolder = ownFolder
    }
}
