import ArgumentParser
import TailraceCodec
import TailraceEvent
import TailraceFilter

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows how a filter is understood, and why an event passes it or not.",
        discussion: """
            Prints the filter in bracketed and in canonical form, and hints at what may be meant otherwise. With \
            --event it prints what each clause says about the event: true, false or that the field is missing, what \
            the value was taken for, and the value.
            """)

    @Argument(help: "The filter; several words are one filter.")
    var filter: [String]

    @Option(help: "A file with an event in the relay's JSON form, or several, one per line; - is stdin.")
    var event: String?

    @Option(help: "How to print: text or json.")
    var output: OutputForm = .text

    func run() throws {
        let text = self.filter.joined(separator: " ")
        let filter = try FilterArgument.parse(text)
        guard let event = self.event else { return self.show(filter.explain(), of: nil) }
        for (json, place) in try EventFile.read(event) {
            var batch = EventBatch()
            let seq: UInt64
            do { seq = try EventReader.read(json, into: &batch) } catch {
                throw CommandFailure("\(place): \(error)")
            }
            // Streams are not part of an event's JSON form.
            let explanation = filter.explain(batch, at: 0, seq: seq, context: MatchContext(streamNumbers: [:]))
            self.show(explanation, of: json)
        }
    }

    private func show(_ explanation: Explanation, of event: [UInt8]?) {
        switch self.output {
        case .text: Console.line(ExplanationText.lines(explanation, event: event).joined(separator: "\n"))
        case .json:
            var object = JSONObject()
            explanation.write(into: &object)
            if let event { object.member("event", json: event) }
            Console.line(String(decoding: object.finish(), as: UTF8.self))
        }
    }
}

enum OutputForm: String, ExpressibleByArgument, CaseIterable { case text, json }

/// A filter from the command line.
enum FilterArgument {
    static func parse(_ text: String) throws(CommandFailure) -> Filter {
        do { return try Filter(parsing: text) } catch {
            let mark =
                String(repeating: " ", count: max(0, error.column - 1))
                + String(repeating: "^", count: max(1, error.length))
            throw CommandFailure("\(error)\n  \(text)\n  \(mark)")
        }
    }
}
