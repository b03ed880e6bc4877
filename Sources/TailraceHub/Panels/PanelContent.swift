internal import TailraceEvent

/// What a panel holds: changed by events, carried along by the clock, told as members of its message.
///
/// One thread at a time; the board sees to that.
protocol PanelContent: AnyObject {
    /// Grows whenever what is told may have changed.
    var changes: UInt64 { get }
    /// Where the window begins: events before it do not matter any more. Nanoseconds.
    var from: Int64 { get }

    /// Takes events that passed the panel's lens. `hits` are indexes into the batch, in order.
    func take(_ batch: borrowing EventBatch, _ hits: [Int], firstSeq: UInt64, now: Int64)
    func advance(to now: Int64)
    func describe(into message: inout JSONObject)
    /// Forgets everything.
    func reset(at now: Int64)
}

extension EventBatch.Record {
    /// When a panel counts the event: when it happened, but not after it came, and never ahead of a clock that was set
    /// back.
    func placement(now: Int64) -> Int64 {
        let time = min(self.time, self.received)
        return time > now &+ PanelLimits.clockSlack ? now : time
    }
}
