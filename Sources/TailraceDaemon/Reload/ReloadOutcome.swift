internal import TailraceEvent

/// What became of a reload.
package struct ReloadOutcome: Sendable {
    /// Why nothing was changed; empty where the configuration is in force.
    package var problems: [String] = []
    /// Of the configuration in force: the first has 1.
    package var generation = 1
    /// Inputs by name.
    package var started: [String] = []
    package var restarted: [String] = []
    package var stopped: [String] = []
    /// Other tables of the file that say something else than before.
    package var tables: [String] = []
    /// What the operator should know of the new configuration.
    package var warnings: [String] = []

    package var isApplied: Bool { self.problems.isEmpty }

    /// One line for the log, systemd and people.
    package var summary: String {
        guard self.isApplied else { return "Configuration not applied: \(self.firstProblem ?? "")" }
        let parts = [
            ("inputs started", self.started), ("restarted", self.restarted), ("stopped", self.stopped),
            ("changed", self.tables.map { "[\($0)]" }),
        ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }
        return "Configuration read again: " + (parts.isEmpty ? "nothing changed" : parts.joined(separator: "; "))
    }

    /// The first problem and how many more there are.
    var firstProblem: String? {
        self.problems.first.map { self.problems.count == 1 ? $0 : "\($0) (and \(self.problems.count - 1) more)" }
    }

    /// The answer to who asked for it.
    var json: [UInt8] {
        var object = JSONObject()
        object.member("applied", true)
        object.member("generation", self.generation)
        object.member(
            "inputs",
            object: {
                $0.member("started", strings: self.started)
                $0.member("restarted", strings: self.restarted)
                $0.member("stopped", strings: self.stopped)
            })
        object.member("tables", strings: self.tables)
        object.member("warnings", strings: self.warnings)
        return object.finish()
    }
}
