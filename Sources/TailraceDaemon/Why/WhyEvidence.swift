internal import TailraceFilter
internal import TailraceInput

/// All that was found out about a line, before anything is concluded.
struct WhyEvidence {
    struct InputEvidence {
        var name: String
        var kind: String
        var sight: SourceSight
        /// Of the running input: nil where no relay runs.
        var state: String?
        var reason: String?
        var lagBytes: UInt64?
        /// What it has read of the file, in bytes.
        var readTo: UInt64?
    }

    struct Find {
        var position: String
        var source: String
    }

    /// How a line is understood by the input that it belongs to.
    struct Decoded {
        var level: String?
        var time: String?
        var message: String
        var fields: String
    }

    struct RouteEvidence {
        /// Inputs it takes; empty for all.
        var from: [String]
        var takesSource: Bool
        /// Sampling or a rate limit may leave it out.
        var thins = false
        var explanation: Explanation
    }

    var inputs: [InputEvidence]
    /// Number of the input that the line belongs to, as `WhyDecision.chosen` tells.
    var chosen: Int?
    var isLive: Bool
    var find: Find?
    /// Events of the log that were looked at, newest first.
    var searched = 0
    var decoded: Decoded?
    /// Names of the rules that changed it; nil where there are none.
    var redactions: [String]?
    /// The streams it enters; nil where there is no event to route.
    var streams: [String]?
    /// The route whose rule keeps it out of the log.
    var droppedBy: String?
    var stream: String
    var route: RouteEvidence?
    /// Of the reader's filter; nil where there is no event to ask about.
    var explanation: Explanation?
    var maxRate: Int?
}
