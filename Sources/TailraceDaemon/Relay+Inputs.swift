internal import Logging
internal import TailraceInput
internal import TailraceLog
internal import TailraceOptions

extension Relay {
    /// One runner for each input of the configuration, not started.
    static func makeInputs(
        _ configuration: Configuration, host: String, log: EventLog, queue: IntakeQueue, logger: Logger,
        adopting table: InputTable = InputTable()
    ) throws(RelayError) -> [InputRunner] {
        var runners: [InputRunner] = []
        for block in configuration.inputs {
            guard let kind = BuiltinInputs.kind(named: block.kind) else {
                throw RelayError("\(block.place.file):\(block.place.line): there is no input type \"\(block.kind)\"")
            }
            runners.append(
                InputRunner(
                    block, kind: kind, status: table.status(of: block.name), host: host, log: log, queue: queue,
                    logger: logger))
        }
        return runners
    }

    /// Senders would wait for ever in sockets that nobody reads.
    static func unclaimed(_ sockets: HandedSockets, by inputs: [InputRunner]) -> [String] {
        let taken = inputs.map(\.name) + [HandedListeners.name]
        return sockets.names.filter { !taken.contains($0) }.map { name in
            "a socket was handed over under the name \"\(name)\", which no input has: nothing reads it; set "
                + "FileDescriptorName= to the name of its input, or to \"\(HandedListeners.name)\" for the page"
        }
    }

    /// Wrong options of any input as an error, what else the operator should know as sentences.
    static func check(_ inputs: [InputRunner]) throws(RelayError) -> [String] {
        var notices: [String] = []
        var problems: [OptionProblem] = []
        for input in inputs {
            do { notices += try input.check().map { "input \(input.name): \($0)" } } catch { problems.append(error) }
        }
        guard problems.isEmpty else {
            throw RelayError(problems.map(\.description).joined(separator: "\n"), isConfiguration: true)
        }
        return notices
    }
}
