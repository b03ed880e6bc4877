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

    @Flag(help: "Print the effective configuration, where each value comes from, and exit.")
    var printConfig = false

    func run() async throws {
        let (config, listen) = (self.config, self.listen)
        let source = try ConfigurationSource.load(path: config, listen: listen)
        if self.printConfig { return Console.line(source.configuration.effectiveTOML(origins: true)) }
        for note in source.notes { Console.line(note) }
        OwnLog.begin(self.logFormat, level: self.logLevel)
        let manager = ServiceManager.ofThisProcess
        let reloads = ReloadSource(
            read: { try ConfigurationSource.load(path: config, listen: listen).configuration },
            began: { manager.reloading() }, ended: { manager.ready($0.summary) })
        try await RelayRun.run(source.configuration, reloads)
    }
}

extension OwnLog.Form: ExpressibleByArgument {}
extension OwnLog.Level: ExpressibleByArgument {}

/// Starts a relay, says where it is and runs it until a signal ends it.
enum RelayRun {
    /// - Parameter reloads: how SIGHUP reads the configuration again; without it the signal ends the process.
    static func run(
        _ configuration: Configuration, _ reloads: ReloadSource? = nil, started: (Relay) -> Void = { _ in }
    ) async throws {
        let logger = Logger(label: "tailrace")
        let manager = ServiceManager.ofThisProcess
        let stops = StopSignals()
        let hangups = reloads.map { _ in HangupSignal() }
        var configuration = configuration
        while true {
            let relay = try await Self.start(configuration, reloads, logger, manager)
            started(relay)
            relay.watch(for: manager)
            manager.ready(Self.status(of: relay))
            hangups?.forward(to: relay)
            relay.whenStreamChanges(stops.startAnew)
            let signal = await stops.next()
            if signal != .startAnew { manager.stopping() }
            logger.notice("Stopping")
            await relay.stop()
            switch signal {
            case .terminate: return
            case .interrupt: throw ExitCode(130)
            case .startAnew: configuration = relay.configuration
            }
        }
    }

    private static func start(
        _ configuration: Configuration, _ reloads: ReloadSource?, _ logger: Logger, _ manager: ServiceManager
    ) async throws -> Relay {
        let relay: Relay
        do { relay = try await Relay.start(configuration, source: reloads, logger: logger) } catch {
            manager.status("Cannot start: \(error.description)")
            throw CommandFailure(
                error.description, code: error.isConfiguration ? CommandFailure.wrongConfiguration : 1)
        }
        for notice in relay.notices { logger.warning("\(notice)") }
        for address in relay.addresses { Console.line("tailrace \(RelayVersion.current) listens on \(address)") }
        if let page = relay.addresses.first(where: { $0.hasPrefix("http") }) { Console.line("The page: \(page)/") }
        return relay
    }

    private static func status(of relay: Relay) -> String {
        let inputs = relay.inputNames.isEmpty ? "no input" : relay.inputNames.joined(separator: ", ")
        return "Serves \(relay.addresses.joined(separator: ", ")); reads \(inputs)"
    }
}
