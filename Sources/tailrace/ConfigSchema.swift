import ArgumentParser
import TailraceDaemon

struct ConfigSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config-schema",
        abstract: "Prints the JSON Schema of the configuration, for editors.",
        discussion: "Made from the definitions that the relay reads the file by.")

    func run() {
        let schema = ConfigurationSchema.json(inputKinds: InputKind.builtin)
        Console.line(String(decoding: schema.dropLast(), as: UTF8.self))
    }
}
