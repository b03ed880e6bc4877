import ArgumentParser
import TailraceClient

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks on a live relay that no event is unaccounted for.",
        discussion: """
            What went into every stage must have come out, been dropped for a reason that is counted, or be on its \
            way. It looks until every sum has held once, for 5 s at most; exit code 1 and the stage's name if one \
            does not.
            """)

    private static let looks = 50
    private static let pause = Duration.milliseconds(100)

    @Argument(help: "The relay's address; else $TAILRACE_URL, else http://127.0.0.1:8245.")
    var url: String?

    func run() async throws {
        var check = FlowCheck()
        for look in 1...Self.looks {
            guard let flow = try await RelayQuestion.status(self.url.map { [$0] } ?? []).flow else {
                throw CommandFailure("this relay does not count what passes its stages; it is of an older version")
            }
            if check.take(flow) { break }
            if look < Self.looks { try await Task.sleep(for: Self.pause) }
        }
        for sum in check.sums { Console.line(Self.words(sum, isFailure: check.failures.contains(sum))) }
        guard check.failures.isEmpty else {
            let names = check.failures.map(\.stage).joined(separator: ", ")
            throw CommandFailure("the sums do not hold: \(names)")
        }
    }

    private static func words(_ sum: FlowCheck.Sum, isFailure: Bool) -> String {
        let joined = sum.joined > 0 ? " + \(sum.joined) joined to others" : ""
        let reasons = sum.dropped.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        let dropped = reasons.map { " + \($0.value) dropped (\($0.key))" }.joined()
        let inFlight = sum.inFlight > 0 ? " + \(sum.inFlight) in flight" : ""
        let verdict = isFailure ? "WRONG by \(sum.difference)" : "ok"
        return "\(verdict)  \(sum.stage): \(sum.enters) in = \(sum.leaves) out\(joined)\(dropped)\(inFlight)"
    }
}
