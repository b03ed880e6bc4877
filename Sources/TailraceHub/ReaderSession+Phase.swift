/// Where a reader stands.
extension ReaderSession {
    enum Phase {
        case idle
        /// Waits for the hub to find its group.
        case attaching(OpenPlan)
        case catchingUp(CatchUp)
        /// Asked the hub to be let in.
        case joining(CatchUp)
        case live(Membership)
        case held(Membership)
        case ended
    }

    struct CatchUp {
        var handle: GroupHandle
        var cursor: UInt64
        var notBefore: NotBefore?
        var isReading = false
        /// To be held once it is at the edge: what it opened is delivered first, so that every count is exact.
        var isHeld = false
        /// It was live and could not keep up.
        var isSlow = false
        var seen = 0
        var matched = 0
    }

    struct Membership {
        var handle: GroupHandle
        var members: GroupMembers
        var cursor: UInt64
        /// It has read the shared deflate stream since the stream's last reset.
        var isInStep = false
        /// The group's count of matching events when it was held.
        var matchedWhenHeld: UInt64 = 0
    }
}
