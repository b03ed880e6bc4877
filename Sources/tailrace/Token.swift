import ArgumentParser
import TailraceAccess

struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a token for programs that read a relay.",
        discussion: """
            The token itself goes to stdout, once: nobody can find it again. What the relay's configuration needs \
            goes to stderr, and has only its hash.

              tailrace token --name ci --role reader > token
              TAILRACE_TOKEN_FILE=token tailrace tail https://logs.example.com
            """)

    @Option(help: "What the relay's log calls it.")
    var name: String = "NAME"

    @Option(help: "The role that it has.")
    var role: String = "reader"

    func run() throws {
        let token = AccessToken.make()
        Console.line(token)
        Console.note(
            """
            [[token]]
            name = "\(self.name)"
            hash = "\(AccessToken.hash(of: token))"
            role = "\(self.role)"
            """)
    }
}
