internal import TailraceEvent
internal import TailraceLog

/// Up to where the stream has a host's log, kept in the log itself.
struct AgentPlace: Sendable {
    /// No input can have this name.
    private static let owner = "@fleet"

    /// The last number that is in the stream with all before it.
    var through: UInt64
    /// The first number that was to be published.
    var origin: UInt64
    /// What was found on the way, for the operator.
    var notice: String?

    private let key: String
    private var stored: UInt64?

    /// Of another stream, fleet or host nothing is known, so that all is published.
    init(_ settings: AgentSettings, log: EventLog) throws(LogError) {
        self.key = "\(settings.plan.name) \(settings.subjects.fleet) \(settings.host)"
        let known = try log.checkpoints(of: Self.owner)
        guard let words = known[self.key].map({ String(decoding: $0, as: UTF8.self).split(separator: " ") }),
            words.count == 2, let position = Position(String(words[0])), let origin = UInt64(words[1])
        else {
            self.origin = log.oldest
            self.through = log.oldest - 1
            return
        }
        self.origin = origin
        do throws(PositionError) {
            let resumption = try log.resume(from: position)
            switch resumption.missing?.reason {
            case .unknownEpoch?:
                self.origin = log.oldest
                self.through = log.oldest - 1
                self.notice = "the log was begun anew since the last run; all that it has is published"
            case .powerLoss?:
                self.through = resumption.after
            // What retention took meanwhile is a gap that the next read tells.
            case .evicted?, .damaged?, nil: self.through = position.seq
            }
        } catch {
            self.through = log.head
            self.notice = "the stream has more of this host's log than the log itself; it goes on at its end"
        }
    }

    /// Stores how far it has come, if it has.
    mutating func keep(in log: EventLog) throws(LogError) {
        guard self.stored != self.through else { return }
        let text = "\(log.position(of: self.through)) \(self.origin)"
        try log.keep([Checkpoint(input: Self.owner, key: self.key, value: Array(text.utf8))])
        self.stored = self.through
    }
}
