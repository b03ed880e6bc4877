internal import NIOCore

/// What one step of a group sends, in every form its members need: made once, shared by all of them.
struct Frame: Sendable {
    /// The seqs considered: a member that has this frame resumes after `last`.
    var first: UInt64
    var last: UInt64
    /// When the oldest of its events was committed.
    var since: NIODeadline?
    /// Events in it.
    var count = 0
    /// Events that passed the filter, sent or not.
    var matched: UInt64 = 0
    /// The events were counted for held members and not encoded: a member that wants them reads them from the log.
    var isOnlyCounted = false
    var plain: ByteBuffer?
    var shared: ByteBuffer?
    /// The shared stream was reset before this message: whoever gets it is in step with the group from here on.
    var sharedBegins = false
    var independent: [Int: ByteBuffer] = [:]
    var lines: ByteBuffer?
    var serverSentEvents: ByteBuffer?
    var messages: ByteBuffer?
    /// Goes before the events, in no member's window: a gap.
    var lead: ControlMessage?
    /// Goes behind the events, to WebSockets and what stands in for them: the marks among them, called out.
    var marks: ByteBuffer?
    var markMessages: ByteBuffer?
}

extension Frame {
    /// What a reader of this form gets; `inStep` says, and is told, whether it can read the shared stream.
    func bytes(for form: WireForm, inStep: inout Bool) -> ByteBuffer? {
        switch form {
        case .webSocket(.none): return self.plain
        case .webSocket(.shared):
            guard let shared = self.shared, inStep || self.sharedBegins else { return self.plain }
            inStep = true
            return shared
        case .webSocket(.independent(let bits)): return self.independent[bits]
        case .lines: return self.lines
        case .serverSentEvents: return self.serverSentEvents
        case .messages: return self.messages
        }
    }

    /// The marks among the events; headless readers have them as the events that they are.
    func marks(for form: WireForm) -> ByteBuffer? {
        switch form {
        case .webSocket: self.marks
        case .messages: self.markMessages
        case .lines, .serverSentEvents: nil
        }
    }
}

/// How many members want each form.
struct FormCounts {
    private var counts: [WireForm: Int] = [:]

    mutating func add(_ form: WireForm, _ change: Int) {
        let count = (self.counts[form] ?? 0) + change
        self.counts[form] = count > 0 ? count : nil
    }

    var total: Int { self.counts.values.reduce(0, +) }
    var wantsShared: Bool { self.counts[.webSocket(.shared)] != nil }
    var wantsLines: Bool { self.counts[.lines] != nil }
    var wantsServerSentEvents: Bool { self.counts[.serverSentEvents] != nil }
    var wantsMessages: Bool { self.counts[.messages] != nil }
    var wantsWebSocket: Bool {
        self.counts.keys.contains { if case .webSocket = $0 { true } else { false } }
    }
    var windowBits: Set<Int> {
        Set(self.counts.keys.compactMap { if case .webSocket(.independent(let bits)) = $0 { bits } else { nil } })
    }
}
