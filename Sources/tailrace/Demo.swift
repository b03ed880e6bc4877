import ArgumentParser
import Glibc
import TailraceDaemon

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Shows the relay on generated traffic that goes through a real file, a real socket and, "
            + "where one can be read, the journal."
    )

    @Option(help: "Listen on HOST:PORT; without it 127.0.0.1:8245, or any free port if that is taken.")
    var listen: String?

    @Option(help: "Lines per second on average.")
    var rate: Int = 60

    func run() async throws {
        guard (1...20_000).contains(self.rate) else {
            throw CommandFailure("--rate is \(self.rate); expected 1 to 20000", code: 2)
        }
        let folder = try DemoFolder()
        defer { folder.remove() }
        var source = ConfigurationSource(configuration: folder.configuration())
        try source.listen(on: [self.listen ?? DemoFolder.freeAddress()])
        for note in folder.notes { Console.line(note) }
        let traffic = DemoTraffic(folder: folder, linesPerSecond: self.rate)
        OwnLog.begin(.auto, level: .info)
        try await RelayRun.run(source.configuration) { relay in
            traffic.start()
            DemoFolder.openPage(relay.addresses.first)
        }
        traffic.stop()
    }
}
