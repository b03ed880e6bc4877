/// What somebody misses: a line as it was written, the file it should come from, or both.
package struct MissedLine: Sendable, Hashable {
    package var line: [UInt8]?
    package var file: String?

    package init(line: [UInt8]?, file: String?) {
        self.line = line
        self.file = file
    }
}

/// What an input can say about a line that somebody misses.
package enum SourceSight: Sendable, Hashable {
    /// It stands in one of its files, at this byte.
    case found(file: String, offset: UInt64)
    /// The file is one of its files.
    case follows(file: String)
    /// It would belong to this input, but can't be read; `hint` has the reason and what to do.
    case unreadable(file: String, hint: String)
    /// The file is not one of its files, and why.
    case leftOut(reason: String)
    /// It stands in none of its files.
    case absent(reason: String)
    /// The source keeps nothing to look into.
    case cannotTell(reason: String)
}

extension Input {
    package func sight(of missed: MissedLine) -> SourceSight {
        if missed.file != nil, missed.line == nil { return .leftOut(reason: "it reads no files") }
        return .cannotTell(reason: "what came to it can only be seen in the log")
    }
}
