import TailraceCodec
import TailraceFilter

/// An explanation in aligned lines.
enum ExplanationText {
    private static let maxClauseWidth = 48
    private static let maxValueWidth = 96

    static func lines(_ explanation: Explanation, event: [UInt8]?) -> [String] {
        var lines = ["understood as  \(explanation.bracketed)", "canonical      \(explanation.canonical)"]
        if let hint = explanation.hint { lines.append("hint           \(hint)") }
        guard let matches = explanation.matches else { return lines }
        if let event { lines.append("event          \(Self.headline(of: event))") }
        lines.append("matches        \(matches ? "yes" : "no")\(Self.exemption(explanation))")
        return lines + Self.table(explanation.clauses)
    }

    private static func exemption(_ explanation: Explanation) -> String {
        switch explanation.exemption {
        case .gap: ": a gap in a source passes every filter that does not ask about gap; -gap:* hides it"
        case .mark: ": a mark passes every filter that does not ask about mark; -mark:* hides it"
        case nil: ""
        }
    }

    static func headline(of event: [UInt8]) -> String {
        let members = JSONMembers(event)
        let parts = [
            members?.number("seq").map { String($0) }, members?.string("time"), members?.string("level"),
            members?.string("source"),
        ]
        let head = parts.compactMap { $0 }.joined(separator: " ")
        return "\(head)\(head.isEmpty ? "" : ": ")\(Self.shortened(members?.string("message") ?? "", 120))"
    }

    static func table(_ clauses: [Explanation.Clause]) -> [String] {
        let rows = clauses.map { clause in
            (
                answer: clause.isOff ? "off" : clause.holds == true ? "true" : "false",
                clause: Self.shortened((clause.isNegated ? "NOT " : "") + clause.text, Self.maxClauseWidth),
                type: clause.isOff ? "" : clause.outcome == .missing ? "field missing" : clause.type ?? "",
                value: Self.shortened(clause.value ?? "", Self.maxValueWidth)
            )
        }
        let width = rows.map(\.clause.count).max() ?? 0
        let typeWidth = rows.map(\.type.count).max() ?? 0
        return rows.map { row in
            let line = "  \(Self.padded(row.answer, 5))  \(Self.padded(row.clause, width))  "
                + "\(Self.padded(row.type, typeWidth))  \(row.value)"
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// For a terminal: one line, no control characters, so many characters.
    static func shortened(_ text: String, _ width: Int) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(width + 1) {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            shown.append(isControl ? "\u{fffd}" : scalar)
        }
        return shown.count > width ? String(String.UnicodeScalarView(shown.prefix(width - 1))) + "…" : String(shown)
    }
}
