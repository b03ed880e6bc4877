import ArgumentParser
import Glibc
import TailraceAccess

struct HashPassword: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash-password",
        abstract: "Reads a password and prints its hash, for [[user]] in the configuration.",
        discussion: "At a terminal it asks twice and shows nothing; otherwise it reads a line from stdin.")

    /// Shorter ones are found by trying, whatever they are hashed with.
    private static let minCharacters = 8

    func run() throws {
        let password = try self.password()
        guard password.count >= Self.minCharacters else {
            throw CommandFailure("the password has \(password.count) characters; use \(Self.minCharacters) or more")
        }
        guard password.utf8.count <= PasswordHash.maxPasswordBytes else {
            throw CommandFailure("the password is over \(PasswordHash.maxPasswordBytes) bytes")
        }
        guard let hash = PasswordHash(hashing: password) else {
            throw CommandFailure(
                "the system's libcrypt knows no yescrypt; make the hash elsewhere, such as with mkpasswd")
        }
        Console.line(hash.text)
    }

    private func password() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else { return readLine(strippingNewline: true) ?? "" }
        let password = Self.ask("Password: ")
        guard Self.ask("Once more: ") == password else { throw CommandFailure("the two are not the same") }
        return password
    }

    private static func ask(_ prompt: String) -> String {
        Console.prompt(prompt)
        var before = termios()
        tcgetattr(STDIN_FILENO, &before)
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            Console.note("")
        }
        return readLine(strippingNewline: true) ?? ""
    }
}
