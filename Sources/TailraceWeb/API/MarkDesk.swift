package import NIOCore
package import TailraceEvent

/// A note as a client sent it.
package struct MarkDraft: Sendable {
    /// Of the event it is about.
    package var seq: UInt64
    /// Of the log that `seq` counts in, where the client named it; nil is this one.
    package var epoch: String?
    package var text: String
    package var user: String
    package var peer: String?
    /// The stream that the client reads: what is not in it does not exist for the client.
    package var stream: String

    package init(seq: UInt64, epoch: String?, text: String, user: String?, peer: String?, stream: String) {
        self.seq = seq
        self.epoch = epoch
        self.text = text
        self.user = user ?? "anonymous"
        self.peer = peer
        self.stream = stream
    }
}

/// Why a note was not taken.
package enum MarkProblem: Error, Sendable, Hashable {
    case empty
    case tooLong(bytes: Int, limit: Int)
    /// There is no such event in the log, or not in the client's stream.
    case noEvent(UInt64, oldest: UInt64, head: UInt64)
    /// The position is of a log that this relay does not have.
    case otherLog(Position, epoch: String)
    /// Too many notes in too short a time.
    case tooMany
    /// The log does not take anything at the moment.
    case logBehind
    case stopping
    case unreadable(String)
    /// Notes name events by numbers that this reader does not know.
    case notForRole
    /// Everything that a hub says comes from the stream of its fleet.
    case onHub

    package var message: String {
        switch self {
        case .empty: "the text of the note is empty; write what it is to say"
        case .tooLong(let bytes, let limit): "the note has \(bytes) bytes; at most \(limit) are taken"
        case .noEvent(let seq, let oldest, let head):
            "there is no event \(seq) to note in this stream; the log has \(oldest) to \(head)"
        case .otherLog(let position, let epoch): "position \(position) is of another log; this one is \(epoch)"
        case .tooMany: "too many notes in a short time; wait a few seconds"
        case .logBehind: "the log does not take anything at the moment; try again, and see /readyz"
        case .stopping: "the relay is stopping; try again in a moment"
        case .unreadable(let reason): "the log cannot be read: \(reason)"
        case .notForRole: "your role sees a part of the log, and notes are written on the whole of it"
        case .onHub: "a hub takes no notes, since all hubs of a fleet say the same; write it on the host's own page"
        }
    }
}

/// Takes notes and finds them again.
package protocol MarkDesk: Sendable {
    /// Succeeds with the note's own position once it is in the log; fails with a `MarkProblem`.
    func post(_ draft: MarkDraft, on eventLoop: any EventLoop) -> EventLoopFuture<Position>
    /// One more note that never came here: its connection sends too many.
    func countRefusal()
    /// A JSON object with up to `limit` notes behind a position, or all, oldest first.
    func list(after position: Position?, limit: Int, on eventLoop: any EventLoop) -> EventLoopFuture<[UInt8]>
}
