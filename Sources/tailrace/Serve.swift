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

    @Flag(help: "Print the effective configuration, where each value comes from, and exit.")
    var printConfig = false

    func run() async throws {
        let (config, listen) = (self.config, self.listen)
        let source = try ConfigurationSource.load(path: config, listen: listen)
        if self.printConfig { return Console.line(source.configuration.effectiveTOML(origins: true)) }
        for note in source.notes { Console.line(note) }
        let reloads = ReloadSource(
            read: { try ConfigurationSource.load(path: config, listen: listen).configuration },
            began: { ServiceManager.reloading() }, ended: { ServiceManager.reloaded($0) })
        try await RelayRun.run(source.configuration, reloads)
    }
}

/// Starts a relay, says where it is and runs it until a signal ends it.
enum RelayRun {
    /// - Parameter reloads: how SIGHUP reads the configuration again; without it the signal ends the process.
    static func run(
        _ configuration: Configuration, _ reloads: ReloadSource? = nil, started: (Relay) -> Void = { _ in }
    ) async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        let logger = Logger(label: "tailrace")
        let stops = StopSignals()
        let hangups = reloads.map { _ in HangupSignal() }
        let relay: Relay
        do { relay = try await Relay.start(configuration, source: reloads, logger: logger) } catch {
            throw CommandFailure(
                error.description, code: error.isConfiguration ? CommandFailure.wrongConfiguration : 1)
        }
        for notice in relay.notices { logger.warning("\(notice)") }
        for address in relay.addresses { Console.line("tailrace \(RelayVersion.current) listens on \(address)") }
        if let page = relay.addresses.first(where: { $0.hasPrefix("http") }) { Console.line("The page: \(page)/") }
        started(relay)
        ServiceManager.ready()
        hangups?.forward(to: relay)
        let signal = await stops.next()
        ServiceManager.stopping()
        logger.notice("Stopping")
        await relay.stop()
        if signal == .interrupt { throw ExitCode(130) }
    }
}
