import ArgumentParser
import TailraceDaemon

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a configuration: every problem with its place and what to write instead.",
        discussion: """
            With --replay its routes, redactions and fields are run over the recent events of a running relay, and \
            what would differ from what that has stored is told with a few examples. Nothing is changed.

            Exit codes: 0 the configuration is right, whatever would differ; 1 it is wrong, or no relay answers.
            """)

    @Option(help: "The configuration file.")
    var config: String?

    @Option(help: ArgumentHelp("Try it on the events of so long ago: 15m, 2h.", valueName: "span"))
    var replay: String?

    @Option(help: "The relay whose events are taken; else $TAILRACE_URL, else where the configuration listens.")
    var relay: String?

    func validate() throws {
        if self.relay != nil, self.replay == nil { throw ValidationError("--relay goes with --replay.") }
    }

    func run() async throws {
        let source = try Self.load(self.config)
        let findings: [String]
        do { findings = try Relay.check(source.configuration) } catch { throw CommandFailure(error.description) }
        for note in source.notes + findings { Console.line("warning: \(note)") }
        Console.line("\(source.configuration.fileName): ok")
        guard let span = self.replay else { return }
        let replay = CheckReplay(configuration: source.configuration, span: span, address: self.relay)
        for line in try await replay.lines() { Console.line(line) }
    }

    private static func load(_ path: String?) throws -> ConfigurationSource {
        do { return try ConfigurationSource.load(path: path) } catch let failure as CommandFailure {
            throw CommandFailure(failure.description)
        }
    }
}
