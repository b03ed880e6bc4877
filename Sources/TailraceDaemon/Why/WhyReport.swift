/// The stations between a source and an eye, in their order.
package enum WhyStation: String, Sendable, Hashable, Codable, CaseIterable {
    case source, permission, format, redaction, route, log, filter, rate
}

package enum WhyVerdict: String, Sendable, Hashable, Codable { case passes, stops, unknown }

/// What one station does with a line.
package struct WhyStage: Sendable, Hashable, Codable {
    package var station: WhyStation
    package var verdict: WhyVerdict
    package var summary: String
    /// What to do about it.
    package var hint: String?

    package init(_ station: WhyStation, _ verdict: WhyVerdict, _ summary: String, hint: String? = nil) {
        self.station = station
        self.verdict = verdict
        self.summary = summary
        self.hint = hint
    }
}

/// The answer to "why don't I see it?".
package struct WhyReport: Sendable, Hashable, Codable {
    package struct InputNote: Sendable, Hashable, Codable {
        package var name: String
        package var type: String
        package var says: String
        package var state: String?
        package var lag_bytes: UInt64?
    }

    package struct Clause: Sendable, Hashable, Codable {
        package var text: String
        package var negated: Bool
        package var result: String
        package var holds: Bool
        package var type: String?
        package var value: String?
    }

    /// Nothing stops it, as far as can be told.
    package var seen: Bool
    /// The first station that stops it.
    package var stopped_by: WhyStation?
    /// Where it is in the log.
    package var position: String?
    package var stages: [WhyStage]
    package var inputs: [InputNote]
    /// Of the reader's filter.
    package var clauses: [Clause]
}
