import ArgumentParser
import Logging
import TailraceDaemon

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the relay.",
        discussion: """
            Without --config it reads \(ConfigurationSource.installed) if that exists; else it starts on an embedded \
            default: this host's journal and log files as far as they can be read, on 127.0.0.1:8245.
            """)

    @Option(help: "The configuration file.")
    var config: String?

    @Option(help: "Listen on HOST:PORT or unix:/PATH instead of what the configuration says.")
    var listen: [String] = []

    @Option(help: "How the relay logs about itself; auto is the journal under systemd, else text on stderr.")
    var logFormat = OwnLog.Form.auto

    @Option(help: "The least level that is logged.")
    var logLevel = OwnLog.Level.info

    @Flag(help: "Print the effective configuration and exit.")
    var printConfig = false

    func run() async throws {
        var source = try ConfigurationSource.load(path: self.config)
        try source.listen(on: self.listen)
        if self.printConfig { return Console.line(source.configuration.effectiveTOML) }
        for note in source.notes { Console.line(note) }
        OwnLog.begin(self.logFormat, level: self.logLevel)
        try await RelayRun.run(source.configuration)
    }
}

extension OwnLog.Form: ExpressibleByArgument {}
extension OwnLog.Level: ExpressibleByArgument {}

/// Starts a relay, says where it is and runs it until a signal ends it.
enum RelayRun {
    static func run(_ configuration: Configuration, started: (Relay) -> Void = { _ in }) async throws {
        let logger = Logger(label: "tailrace")
        let manager = ServiceManager.ofThisProcess
        let stops = StopSignals()
        let relay: Relay
        do { relay = try await Relay.start(configuration, logger: logger) } catch {
            manager.status("Cannot start: \(error.description)")
            throw CommandFailure(error.description)
        }
        for notice in relay.notices { logger.warning("\(notice)") }
        for address in relay.addresses { Console.line("tailrace \(RelayVersion.current) listens on \(address)") }
        if let page = relay.addresses.first(where: { $0.hasPrefix("http") }) { Console.line("The page: \(page)/") }
        started(relay)
        relay.watch(for: manager)
        manager.ready(Self.status(of: relay))
        let signal = await stops.next()
        manager.stopping()
        logger.notice("Stopping")
        await relay.stop()
        if signal == .interrupt { throw ExitCode(130) }
    }

    private static func status(of relay: Relay) -> String {
        let inputs = relay.inputNames.isEmpty ? "no input" : relay.inputNames.joined(separator: ", ")
        return "Serves \(relay.addresses.joined(separator: ", ")); reads \(inputs)"
    }
}
