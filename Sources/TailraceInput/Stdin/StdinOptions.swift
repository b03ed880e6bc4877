import TailraceCodec
import TailraceOptions

/// What `type = "stdin"` can be told.
struct StdinOptions: Sendable {
    enum AtEnd: String, Sendable, CaseIterable {
        /// The relay goes on: what was read can still be looked at.
        case keep
        /// The relay stops, as on SIGTERM.
        case stop
    }

    var atEnd: AtEnd
    var codec: CodecOptions

    static let specs: [OptionSpec] = [
        OptionSpec(
            "at_end", .choice(AtEnd.allCases.map(\.rawValue)), default: "keep",
            "what the relay does when standard input ends: keep runs on, stop ends it once all is in the log")
    ]

    init(_ table: OptionTable) throws(OptionProblem) {
        let text = table.string("at_end") ?? AtEnd.keep.rawValue
        guard let atEnd = AtEnd(rawValue: text) else {
            throw table.problem("at_end", "\"\(text)\" is not a value of at_end", hint: "write \"keep\" or \"stop\"")
        }
        self.atEnd = atEnd
        self.codec = try CodecOptions(table)
    }
}
