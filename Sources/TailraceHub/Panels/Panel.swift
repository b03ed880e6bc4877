internal import TailraceEvent
internal import TailraceFilter

/// One panel at work.
final class Panel {
    let slot: PanelSlot
    let content: any PanelContent
    /// All that happened from here on is counted. Nanoseconds.
    var covered = Int64.min
    private var nextDue: Int64
    /// What was told last: state of the content, and whether it was complete.
    private var told: (changes: UInt64, isComplete: Bool)?
    private let every: Int64

    init(_ slot: PanelSlot, now: Int64) {
        let definition = slot.definition
        self.slot = slot
        self.nextDue = now
        self.every = definition.every.components.seconds * 1_000_000_000
        self.content =
            definition.kind == .log ? LogContent(definition, now: now) : KeyedContent(definition, now: now)
    }

    var definition: PanelDefinition { self.slot.definition }

    /// The message, when it is time to tell one and there is something new.
    ///
    /// - Parameter isBehind: events that the log has are still to be read.
    func tell(at now: Int64, position: Position, isBehind: Bool) -> ControlMessage? {
        self.content.advance(to: now)
        let isComplete = !isBehind && self.covered <= self.content.from
        guard self.isDue(now, slack: isBehind ? -Self.second : Self.second / 2, isComplete: isComplete) else {
            return nil
        }
        return self.message(at: now, position: position, isComplete: isComplete)
    }

    private static let second: Int64 = 1_000_000_000

    /// True when it is to be told again and there is something new. `slack`: how much earlier than its time.
    private func isDue(_ now: Int64, slack: Int64, isComplete: Bool) -> Bool {
        let isTime = now >= self.nextDue - slack
        // What is whole at last is told at once.
        guard isTime || (isComplete && self.told?.isComplete == false) else { return false }
        if let told = self.told, told.changes == self.content.changes, told.isComplete == isComplete { return false }
        self.told = (self.content.changes, isComplete)
        // Kept to its own rhythm, unless it is far behind.
        guard isTime else { return true }
        self.nextDue = self.nextDue < now - self.every ? now + self.every : self.nextDue + self.every
        return true
    }

    func reset(at now: Int64) {
        self.content.reset(at: now)
        self.nextDue = now
    }

    /// The whole state, the same for every viewer.
    func message(at now: Int64, position: Position, isComplete: Bool) -> ControlMessage {
        ControlMessage("panel") { message in
            message.member("id", self.definition.id)
            self.definition.describe(into: &message)
            message.member("position", position.description)
            message.member("time", Timestamp(nanoseconds: now).rfc3339)
            message.member("complete", isComplete)
            if !isComplete, self.covered > self.content.from {
                message.member("complete_from", Timestamp(nanoseconds: self.covered).rfc3339)
            }
            self.content.describe(into: &message)
        }
    }
}

extension PanelDefinition {
    func describe(into object: inout JSONObject) {
        object.member("kind", self.kind.rawValue)
        object.member("title", self.title)
        object.member("stream", self.stream)
        object.member("filter", self.filter.canonical)
        if self.kind != .log { object.member("value", self.value.text) }
        if !self.by.isEmpty { object.member("by", strings: self.by.map(\.name)) }
        object.member("window_ms", Int(self.window.components.seconds * 1000))
        object.member("every_ms", Int(self.every.components.seconds * 1000))
    }
}
