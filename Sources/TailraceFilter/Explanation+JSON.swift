package import TailraceEvent

extension Explanation {
    /// Writes the members that every interface gives for an explanation.
    package func write(into object: inout JSONObject) {
        object.member("filter", self.canonical)
        object.member("bracketed", self.bracketed)
        if let hint = self.hint { object.member("hint", hint) }
        if let matches = self.matches { object.member("matches", matches) }
        if let exemption = self.exemption { object.member("exempt", exemption.rawValue) }
        object.member("clauses", objects: self.clauses.map { clause in { clause.write(into: &$0) } })
    }
}

extension Explanation.Clause {
    fileprivate func write(into object: inout JSONObject) {
        object.member("text", self.text)
        if let columns = self.columns {
            object.member("at", columns.lowerBound)
            object.member("length", columns.count)
        }
        object.member("negated", self.isNegated)
        if self.isOff { object.member("off", true) }
        if let outcome = self.outcome { object.member("result", outcome.name) }
        if let holds = self.holds { object.member("holds", holds) }
        if let type = self.type { object.member("type", type) }
        if let value = self.value { object.member("value", value) }
    }
}

extension ClauseOutcome {
    package var name: String {
        switch self {
        case .holds: "true"
        case .fails: "false"
        case .missing: "missing"
        }
    }
}
