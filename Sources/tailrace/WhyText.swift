import TailraceDaemon

/// A report in aligned lines.
enum WhyText {
    private static let maxWidth = 200

    static func lines(_ report: WhyReport) -> [String] {
        var lines = report.stages.flatMap(Self.lines)
        lines.append("")
        if let stop = report.stages.first(where: { $0.verdict == .stops }) {
            lines.append("stopped by \(stop.station.rawValue): \(Self.shown(stop.summary))")
        } else if let position = report.position {
            lines.append("nothing stops it: it is at \(position)")
        } else {
            lines.append("nothing stops it, as far as can be told")
        }
        return lines
    }

    private static func lines(_ stage: WhyStage) -> [String] {
        let sign =
            switch stage.verdict {
            case .passes: "ok"
            case .stops: "STOP"
            case .unknown: "?"
            }
        let head = "  \(ExplanationText.padded(stage.station.rawValue, 10))  \(ExplanationText.padded(sign, 4))  "
        let indent = String(repeating: " ", count: head.count)
        return [head + Self.shown(stage.summary)] + (stage.hint.map { [indent + Self.shown($0)] } ?? [])
    }

    private static func shown(_ text: String) -> String { ExplanationText.shortened(text, Self.maxWidth) }
}
