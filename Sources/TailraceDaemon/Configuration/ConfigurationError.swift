package import TailraceOptions

/// Everything that is wrong with a configuration, in the order of the files.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    package var problems: [OptionProblem]

    package init(_ problems: [OptionProblem]) {
        self.problems = problems
    }

    /// One line per problem, ready for stderr.
    package var description: String {
        self.problems.map(\.description).joined(separator: "\n")
    }
}

/// Gathers problems, so that one run of `tailrace check` names them all.
package struct ProblemList: Sendable {
    /// A file that is not a configuration at all should not fill the terminal.
    package static let limit = 100

    package private(set) var problems: [OptionProblem] = []
    private var suppressed = 0

    package init() {}

    package var isEmpty: Bool { self.problems.isEmpty }

    package mutating func add(_ problem: OptionProblem) {
        if self.problems.contains(problem) { return }
        if self.problems.count < Self.limit { self.problems.append(problem) } else { self.suppressed += 1 }
    }

    package mutating func add(_ place: SourcePlace, _ key: String, _ message: String, hint: String? = nil) {
        self.add(OptionProblem(place: place, key: key, message: message, hint: hint))
    }

    /// The problems in the order of files and lines, without what nobody should see; `files` are the files in the
    /// order they were read.
    package func error(files: [String], _ secrets: SecretMask) -> ConfigurationError {
        func order(_ problem: OptionProblem) -> (Int, Int, Int) {
            (files.firstIndex(of: problem.place.file) ?? files.count, problem.place.line, problem.place.column)
        }
        var sorted = self.problems.sorted { order($0) < order($1) }
        if self.suppressed > 0, let last = sorted.last {
            sorted.append(
                OptionProblem(place: last.place, key: "", message: "and \(self.suppressed) more problems like these"))
        }
        for index in sorted.indices {
            sorted[index].message = secrets.masked(sorted[index].message)
            sorted[index].hint = sorted[index].hint.map(secrets.masked)
        }
        return ConfigurationError(sorted)
    }
}
