import ArgumentParser
import TailraceFilter

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows how a filter is understood.",
        discussion: "Prints the filter in bracketed and in canonical form, and hints at what may be meant otherwise.")

    @Argument(help: "The filter; several words are one filter.")
    var filter: [String]

    func run() throws {
        let text = self.filter.joined(separator: " ")
        do {
            let filter = try Filter(parsing: text)
            Console.line("understood as  \(filter.explanation)")
            Console.line("canonical      \(filter.canonical)")
            if let hint = filter.hint { Console.line("hint           \(hint)") }
        } catch {
            let mark =
                String(repeating: " ", count: max(0, error.column - 1))
                + String(repeating: "^", count: max(1, error.length))
            throw CommandFailure("\(error)\n  \(text)\n  \(mark)")
        }
    }
}
