import ArgumentParser
import Glibc
import TailraceDaemon
import TailraceInput

@main
struct Tailrace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tailrace",
        abstract: "Live log relay: journald, files and sockets, filtered and streamed to a page that it serves itself.",
        version: RelayVersion.current,
        subcommands: [
            Serve.self,
            Tail.self,
            Query.self,
            Send.self,
            Status.self,
            ConsumerCommands.self,
            Verify.self,
            Check.self,
            ConfigSchema.self,
            Explain.self,
            Why.self,
            Token.self,
            HashPassword.self,
            Demo.self,
            Version.self,
        ])

    static func main() async {
        // A writer whose reader has gone gets EPIPE, which is handled where it happens.
        signal(SIGPIPE, SIG_IGN)
        // The relay starts itself under these names to read the journal and to keep commands; nothing else may come in
        // between.
        if CommandLine.arguments.dropFirst().first == JournalReader.command {
            Glibc.exit(JournalReader.main(arguments: Array(CommandLine.arguments.dropFirst(2))))
        }
        if CommandLine.arguments.dropFirst().first == ExecKeeper.command {
            Glibc.exit(ExecKeeper.main(arguments: Array(CommandLine.arguments.dropFirst(2))))
        }
        do {
            var command = try Self.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Console.error(failure.description)
            Self.exit(withError: ExitCode(failure.code))
        } catch {
            Self.exit(withError: error)
        }
    }
}

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints the version.")

    func run() { print("tailrace \(RelayVersion.current)") }
}

/// An error that is already in words for people.
struct CommandFailure: Error, CustomStringConvertible {
    /// `EX_CONFIG` of sysexits.h: a service manager need not try again.
    static let wrongConfiguration: Int32 = 78

    var description: String
    var code: Int32 = 1

    init(_ description: String, code: Int32 = 1) {
        self.description = description
        self.code = code
    }
}

enum Console {
    /// In the journal each line has the priority of an error, sd-daemon(3).
    static func error(_ text: String) {
        let text = OwnLog.isStderrJournal ? "<3>" + text.split(separator: "\n").joined(separator: "\n<3>") : text
        Self.write("\(OwnLog.isStderrJournal ? "" : "tailrace: ")\(text)\n", to: STDERR_FILENO)
    }

    /// A line on stderr that is no error.
    static func note(_ text: String) { Self.write(text + "\n", to: STDERR_FILENO) }

    static func prompt(_ text: String) { Self.write(text, to: STDERR_FILENO) }

    /// A line on stdout, at once: whoever waits for the address reads it from a pipe.
    static func line(_ text: String) {
        Self.write(text + "\n", to: STDOUT_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}
