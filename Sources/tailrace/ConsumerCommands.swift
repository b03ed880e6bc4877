import ArgumentParser
import TailraceClient
import TailraceEvent

struct ConsumerCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consumers",
        abstract: "Shows and moves the readers whose position a relay keeps.",
        subcommands: [List.self, Show.self, Reset.self, Delete.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists them, with how far each is behind.")

        @OptionGroup var relay: ConsumerRelay

        @Option(name: .shortAndLong, help: "A table, or the JSON of /api/v1/consumers.")
        var output: Status.Form = .text

        func run() async throws {
            let json = try await self.relay.ask { try await $0.body("api/v1/consumers", accept: "application/json") }
            switch self.output {
            case .json: ConsumerRelay.print(json)
            case .text: Console.line(try ConsumerTable(json: json, now: .now()).text)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints one as JSON.")

        @Argument(help: "Its name.")
        var name: String

        @OptionGroup var relay: ConsumerRelay

        func run() async throws {
            let path = RelayConsumer(name: self.name).path
            ConsumerRelay.print(try await self.relay.ask { try await $0.body(path, accept: "application/json") })
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Moves one to another position, forward or back, and prints it as JSON.")

        @Argument(help: "Its name.")
        var name: String

        @Option(help: "A position such as fb5rwzwimj:3, start (the oldest event), or now (behind the newest).")
        var to: String

        @OptionGroup var relay: ConsumerRelay

        func run() async throws {
            let position = try await self.position()
            let path = RelayConsumer(name: self.name).commitPath
            let json = try await self.relay.ask {
                try await $0.post(path, json: RelayConsumer.commit(position, rewinds: true))
            }
            ConsumerRelay.print(json)
        }

        private func position() async throws -> Position {
            if let position = Position(self.to) { return position }
            guard self.to == "start" || self.to == "now" else {
                throw CommandFailure(
                    "--to: \"\(self.to)\" is no position; expected fb5rwzwimj:3, start or now", code: 2)
            }
            let log = try await RelayQuestion.status(self.relay.words).log
            return Position(epoch: log.epoch, seq: self.to == "now" ? log.head : log.oldest - min(log.oldest, 1))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forgets one, and prints as JSON where it stood.")

        @Argument(help: "Its name.")
        var name: String

        @OptionGroup var relay: ConsumerRelay

        func run() async throws {
            let path = RelayConsumer(name: self.name).path
            ConsumerRelay.print(try await self.relay.ask { try await $0.delete(path) })
        }
    }
}

/// Which relay is asked.
struct ConsumerRelay: ParsableArguments {
    @Argument(help: "The relay's address; else $TAILRACE_URL, else http://127.0.0.1:8245.")
    var url: String?

    var words: [String] { self.url.map { [$0] } ?? [] }

    func validate() throws {
        if let url = self.url, !RelayTarget.isAddress(url) {
            throw ValidationError("\"\(url)\" is not an address; expected http://HOST:PORT or unix:/PATH.")
        }
    }

    func ask(_ question: (RelayLink) async throws -> [UInt8]) async throws -> [UInt8] {
        do {
            let target = try RelayTarget(words: self.words, standardAddress: Environment.value("TAILRACE_URL"))
            return try await question(RelayLink(target.address, trust: try Environment.trust))
        } catch let error as AddressError {
            throw CommandFailure(error.description, code: 2)
        } catch let error as LinkError {
            throw CommandFailure(error.description)
        }
    }

    static func print(_ json: [UInt8]) {
        var text: [UInt8] = []
        SafeText.appendJSON(json, to: &text)
        Console.line(String(decoding: text, as: UTF8.self))
    }
}
