package import TailraceEvent

/// Why a consumer can't be read, moved or made.
package enum ConsumerProblem: Error, Sendable {
    case badName(String)
    case unknown(ConsumerName)
    case tooMany(limit: Int)
    /// The commit would move it back, and does not say that it means to.
    case backwards(asked: Position, committed: Position)
    /// A commit of a position that another log gave out.
    case otherLog(Position, epoch: String)
    /// What is wrong with the lens or the position, as for any reader.
    case reader(ReaderProblem)
    /// The log can't be written or read.
    case unavailable(String)
    case stopping

    /// What a reader is told.
    package var asReaderProblem: ReaderProblem {
        switch self {
        case .badName(let text):
            ReaderProblem(.consumer, "\"\(text)\" is no name of a consumer", expected: ConsumerName.form)
        case .unknown(let name):
            ReaderProblem(
                .consumer, "there is no consumer \"\(name)\"; read with consumer=\(name) first, which makes it")
        case .tooMany(let limit):
            ReaderProblem(
                .consumer,
                "there are \(limit) consumers already; delete one that is not needed (/api/v1/consumers lists them), "
                    + "or raise [consumers] max_count")
        case .backwards(let asked, let committed):
            ReaderProblem(
                .consumer,
                "\(asked) is before \(committed), which is committed; add \"rewind\":true to go back on purpose")
        case .otherLog(let position, let epoch):
            ReaderProblem(
                .position, "position \(position) is of another log; this one is \(epoch)",
                expected: "a position that this relay told")
        case .reader(let problem): problem
        case .unavailable(let reason): ReaderProblem(.log, reason)
        case .stopping: ReaderProblem(.log, "the relay is stopping; try again in a moment")
        }
    }
}
