import ArgumentParser
import Glibc
import TailraceClient
import TailraceEvent

struct Status: AsyncParsableCommand {
    enum Form: String, CaseIterable, ExpressibleByArgument { case text, json }

    static let configuration = CommandConfiguration(
        abstract: "Shows how a relay stands: its log, its readers and its inputs.",
        discussion: "Rates are those of one second in which it looks twice. Exit code 1 if no relay answers.")

    @Argument(help: "The relay's address; else $TAILRACE_URL, else http://127.0.0.1:8245.")
    var url: String?

    @Option(name: .shortAndLong, help: "A table, or the JSON of /api/v1/status.")
    var output: Form = .text

    @Flag(name: .shortAndLong, help: "Show it anew every second until Ctrl-C.")
    var watch = false

    func run() async throws {
        if let url = self.url, !RelayTarget.isAddress(url) {
            throw CommandFailure("\"\(url)\" is not an address; expected http://HOST:PORT or unix:/PATH", code: 2)
        }
        let (words, form, watch) = (self.url.map { [$0] } ?? [], self.output, self.watch)
        let run = StoppableRun()
        let stop = run.stop
        try await run.run {
            switch form {
            case .json: try await Self.json(words, watch: watch, stop: stop)
            case .text: try await Self.table(words, watch: watch, stop: stop)
            }
        }
    }

    private static func json(_ words: [String], watch: Bool, stop: StopSwitch) async throws {
        var output = OutputPipe(STDOUT_FILENO, stop: stop)
        let isTerminal = Terminal.isTerminal(STDOUT_FILENO)
        repeat {
            let json = try await RelayQuestion.statusJSON(words)
            var text: [UInt8] = []
            if isTerminal { SafeText.appendJSON(json, to: &text) } else { text = json }
            try output.write(text + [0x0a])
            try output.flush()
            if watch { try await Task.sleep(for: .seconds(1)) }
        } while watch
    }

    private static func table(_ words: [String], watch: Bool, stop: StopSwitch) async throws {
        var output = OutputPipe(STDOUT_FILENO, stop: stop)
        let clears = watch && Terminal.isTerminal(STDOUT_FILENO)
        var before = try await RelayQuestion.status(words)
        repeat {
            try await Task.sleep(for: .seconds(1))
            let status = try await RelayQuestion.status(words)
            let table = StatusTable(status, before: before, now: .now())
            // Home, the table, and away with what is left below.
            let text = clears ? "\u{1b}[H\u{1b}[2J\(table.text)\n" : "\(table.text)\n"
            try output.write(Array(text.utf8))
            try output.flush()
            before = status
        } while watch
    }
}
