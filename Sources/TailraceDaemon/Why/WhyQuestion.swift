package import TailraceFilter
internal import TailraceInput

/// What somebody misses, and how they look for it.
package struct WhyQuestion: Sendable {
    package enum Subject: Sendable {
        /// A line as it was written.
        case line(String)
        /// `field:value`: any event with it.
        case field(Filter)
    }

    /// As long as the longest line that most inputs keep is too long for a request; a part of it finds it as well.
    package static let maxSubjectBytes = 32 << 10

    package struct Problem: Error, Sendable { package var message: String }

    package var subject: Subject
    package var filter: Filter
    package var stream: String
    package var maxRate: Int?

    package init(
        subject: String, filter: Filter, stream: String = "all", maxRate: Int? = nil
    ) throws(Problem) {
        let text = String(subject.reversed().drop { $0.isNewline }.reversed())
        guard !text.allSatisfy(\.isWhitespace) else {
            throw Problem(
                message: "there is nothing to look for; give a line, or a field such as file:/var/log/app.log")
        }
        guard text.utf8.count <= Self.maxSubjectBytes else {
            throw Problem(message: "the line is longer than \(Self.maxSubjectBytes) bytes; give a part of it")
        }
        if let field = try? Filter(parsing: text), field.isOneField {
            self.subject = .field(field)
        } else {
            self.subject = .line(text)
        }
        self.filter = filter
        self.stream = stream
        self.maxRate = maxRate
    }

    /// What inputs are asked about.
    var missed: MissedLine {
        switch self.subject {
        case .line(let text): MissedLine(line: Array(text.utf8), file: nil)
        case .field(let filter): MissedLine(line: nil, file: filter.namedFile)
        }
    }
}
