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

    @Flag(help: "Print the effective configuration and exit.")
    var printConfig = false

    func run() async throws {
        var source = try ConfigurationSource.load(path: self.config)
        try source.listen(on: self.listen)
        if self.printConfig { return Console.line(source.configuration.effectiveTOML) }
        for note in source.notes { Console.line(note) }
        try await RelayRun.run(source.configuration)
    }
}

/// Starts a relay, says where it is and runs it until a signal ends it.
enum RelayRun {
    static func run(_ configuration: Configuration, started: (Relay) -> Void = { _ in }) async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        let logger = Logger(label: "tailrace")
        let stops = StopSignals()
        let relay: Relay
        do { relay = try await Relay.start(configuration, logger: logger) } catch {
            throw CommandFailure(error.description)
        }
        for notice in relay.notices { logger.warning("\(notice)") }
        for address in relay.addresses { Console.line("tailrace \(RelayVersion.current) listens on \(address)") }
        if let page = relay.addresses.first(where: { $0.hasPrefix("http") }) { Console.line("The page: \(page)/") }
        started(relay)
        ServiceManager.ready()
        let signal = await stops.next()
        ServiceManager.stopping()
        logger.notice("Stopping")
        await relay.stop()
        if signal == .interrupt { throw ExitCode(130) }
    }
}
