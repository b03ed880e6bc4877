import ArgumentParser
import Glibc
import TailraceClient
import TailraceEvent

struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sends the lines of stdin to a relay's Unix socket.",
        discussion: """
            With --source or --level every line gets a syslog header (RFC 5424), which an input with format "auto" \
            or "syslog" takes off again: NAME becomes fields.identifier, LEVEL the level. Without them lines go as \
            they are.
            """)

    @Option(help: ArgumentHelp("What the lines are from.", valueName: "name"))
    var source: String?

    @Option(help: "The level of the lines; with --source alone it is info.")
    var level: String?

    @Option(
        help: ArgumentHelp(
            "The socket; or the address of a relay on this host, which is asked for its socket.",
            discussion: "Without it the relay at $TAILRACE_URL is asked, else the one at http://127.0.0.1:8245.",
            valueName: "path-or-url"))
    var socket: String?

    func run() async throws {
        do {
            let path = try await self.path()
            let header = try SendHeader(source: self.source, level: try self.parsedLevel())
            var sender = LineSender(socket: try SenderSocket(path: path), header: header)
            let outcome = try sender.run(reading: STDIN_FILENO)
            guard let first = outcome.tooLong.first else { return }
            throw CommandFailure(
                "\(outcome.tooLong.count) of \(outcome.lines) lines were not sent, line \(first) first: longer than a "
                    + "message to \(path) can be; use an input with mode = \"stream\", or raise net.core.wmem_max")
        } catch let problem as SendHeader.Problem {
            throw CommandFailure(problem.description, code: 2)
        } catch let problem as SenderSocket.Problem {
            throw CommandFailure(problem.description)
        } catch let problem as LineSender.Problem {
            throw CommandFailure(problem.description)
        }
    }

    private func parsedLevel() throws -> Level? {
        guard let name = self.level else { return nil }
        guard let level = Level(name: name) else {
            let names = Level.allCases.map(\.name).joined(separator: ", ")
            throw CommandFailure("--level is \"\(name)\"; expected one of \(names)", code: 2)
        }
        return level
    }

    private func path() async throws -> String {
        if let socket = self.socket, !RelayTarget.isAddress(socket) { return socket }
        let status = try await RelayQuestion.status(self.socket.map { [$0] } ?? [])
        let sockets = status.inputs.filter { $0.type == "unix" }.compactMap { input in
            input.positions["path"].map { (input.name, $0) }
        }
        switch sockets.count {
        case 1: return sockets[0].1
        case 0: throw CommandFailure("the relay has no input of type \"unix\" that is open; add one, or use --socket")
        default:
            let list = sockets.map { "\($0.1) (\($0.0))" }.joined(separator: ", ")
            throw CommandFailure("the relay has several sockets; choose one with --socket: \(list)")
        }
    }
}

/// One question to a relay.
enum RelayQuestion {
    static func status(_ words: [String]) async throws -> RelayStatus {
        let json = try await Self.statusJSON(words)
        do { return try RelayStatus(json: json) } catch {
            throw CommandFailure("the relay's status cannot be read; it may be of another version: \(error)")
        }
    }

    static func statusJSON(_ words: [String]) async throws -> [UInt8] {
        do {
            let target = try RelayTarget(words: words, standardAddress: Environment.value("TAILRACE_URL"))
            let link = try RelayLink(target.address, trust: try Environment.trust)
            return try await link.body("api/v1/status", accept: "application/json")
        } catch let error as AddressError {
            throw CommandFailure(error.description, code: 2)
        } catch let error as LinkError {
            throw CommandFailure(error.description)
        }
    }
}
