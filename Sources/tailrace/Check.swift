import ArgumentParser
import TailraceDaemon

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a configuration: every problem with its place and what to write instead.")

    @Option(help: "The configuration file.")
    var config: String?

    func run() throws {
        let source = try Self.load(self.config)
        let findings: [String]
        do { findings = try Relay.check(source.configuration) } catch { throw CommandFailure(error.description) }
        for note in source.notes + findings { Console.line("warning: \(note)") }
        Console.line("\(source.configuration.fileName): ok")
    }

    private static func load(_ path: String?) throws -> ConfigurationSource {
        do { return try ConfigurationSource.load(path: path) } catch let failure as CommandFailure {
            throw CommandFailure(failure.description)
        }
    }
}
