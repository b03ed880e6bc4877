import TailraceEvent

/// Joins lines to events and keeps their order.
///
/// A source that is read again after a crash, such as a file, goes on at the first line that is in no event yet. So its
/// events leave in the order of their first lines (`isOrdered`), and only at places that no event spans:
///
/// ```
/// stdout  a1 ── a2      a1 to b2 leave together, as soon as both are complete: between them there is no place from
/// stderr     b1 ── b2   which reading could go on without losing a2 or doubling b1
/// ```
/// Where nothing can be read again, each group leaves as soon as it is complete.
struct EventJoiner: Sendable {
    /// Nil where lines only wait for others.
    private let rules: Multiline?
    private let isOrdered: Bool
    /// By `start`.
    private var groups: [EventGroup] = []
    private var heldBytes = 0
    private(set) var openGroups = 0
    /// Where the last group of each writer began, in an ordered source; it may be closed or gone by now.
    private var lastStarts: [[UInt8]: UInt64] = [:]
    /// Groups that have met a limit since the last asking, and lines that were joined to others.
    private var cuts = 0
    private var joined = 0

    init(rules: Multiline?, isOrdered: Bool) {
        self.rules = rules
        self.isOrdered = isOrdered
    }

    var isEmpty: Bool { self.groups.isEmpty }
    /// Events that are not written yet.
    var count: Int { self.groups.count }
    var start: UInt64? { self.groups.first?.start }
    var deadline: ContinuousClock.Instant? {
        guard !self.groups.isEmpty else { return nil }
        let next = self.groups.filter(\.isOpen).map(\.deadline).min()
        guard let next, let patience = self.patience else { return next }
        return min(next, patience)
    }

    /// Until when others wait for the first group, however many lines it still gets.
    private var patience: ContinuousClock.Instant? {
        guard self.isOrdered, self.groups.count > 1, let rules = self.rules else { return nil }
        return self.groups[0].begun + rules.timeout * Multiline.patience
    }

    mutating func takeCounts(into counts: inout LineCounts) {
        counts.cut += self.cuts
        counts.joined += self.joined
        self.cuts = 0
        self.joined = 0
    }

    mutating func removeAll() {
        self.groups.removeAll()
        self.heldBytes = 0
        self.openGroups = 0
        self.lastStarts.removeAll()
    }

    /// Takes the last event of `scratch`, which `line` has become.
    mutating func take(_ line: TextLine, of scratch: EventBatch, stream: [UInt8]) {
        let text = scratch.bytes.span.extracting(scratch.records[scratch.count - 1].messageRange)
        guard let rules = self.rules else {
            self.insert(
                EventGroup(line, of: scratch, key: [], keyHash: 0, state: StackTraceState(hasHead: false)),
                isOpen: false)
            return
        }
        let nature = line.nature
        let key = nature.writer.isEmpty ? stream : stream + nature.writer
        let keyHash = key.hashValue
        if let index = self.openGroup(key, keyHash) {
            if !nature.isWhole, !nature.isMatched,
                rules.continues(text, hasTime: nature.hasTime, &self.groups[index].state)
            {
                self.continueGroup(at: index, line, text, rules)
                return
            }
            self.close(at: index)
        }
        let state = rules.state(ofGroupFrom: text, hasHead: nature.hasHead || nature.isMatched)
        self.insert(
            EventGroup(line, of: scratch, key: key, keyHash: keyHash, state: state),
            isOpen: !nature.isWhole && rules.canGoOn(state))
        self.keepBounds()
    }

    private mutating func continueGroup(at index: Int, _ line: TextLine, _ text: Span<UInt8>, _ rules: Multiline) {
        let group = self.groups[index]
        let isFull = group.lines >= rules.maxLines
        guard isFull || group.message.count + 1 + text.count > rules.maxBytes else {
            self.heldBytes -= group.weight
            self.groups[index].append(text, line)
            self.joined += 1
            self.heldBytes += self.groups[index].weight
            return
        }
        self.cut(at: index, isFull ? .lines : .bytes)
        self.insert(EventGroup(part: line, text: text, after: group), isOpen: true)
        self.keepBounds()
    }

    /// Adds a line that will not go on: a piece of one whose rest never came.
    mutating func take(unfinished line: TextLine, of scratch: EventBatch) {
        var group = EventGroup(line, of: scratch, key: [], keyHash: 0, state: StackTraceState(hasHead: false))
        group.cut = .unfinished
        self.cuts += 1
        self.insert(group, isOpen: false)
    }

    private func openGroup(_ key: [UInt8], _ keyHash: Int) -> Int? {
        guard self.isOrdered else {
            return self.groups.lastIndex { $0.isOpen && $0.keyHash == keyHash && $0.key == key }
        }
        guard self.openGroups > 0, let start = self.lastStarts[key] else { return nil }
        let index = self.firstIndex(from: start)
        guard index < self.groups.count, self.groups[index].isOpen, self.groups[index].key == key else { return nil }
        return index
    }

    /// The first group that begins there or behind, of an ordered source; thousands may wait behind one.
    private func firstIndex(from start: UInt64) -> Int {
        var range = 0..<self.groups.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = self.groups[middle].start < start ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    private mutating func close(at index: Int) {
        guard self.groups[index].isOpen else { return }
        self.groups[index].isOpen = false
        self.openGroups -= 1
    }

    private mutating func noteOpen(_ group: EventGroup) {
        self.openGroups += 1
        guard self.isOrdered else { return }
        if self.lastStarts.count >= 4 * Multiline.maxOpen {
            self.lastStarts.removeAll(keepingCapacity: true)
            for group in self.groups where group.isOpen { self.lastStarts[group.key] = group.start }
        }
        self.lastStarts[group.key] = group.start
    }

    private mutating func insert(_ group: EventGroup, isOpen: Bool) {
        var group = group
        group.isOpen = isOpen
        self.heldBytes += group.weight
        // A container's line may have begun before others that are complete already.
        var index = self.groups.count
        while self.isOrdered, index > 0, self.groups[index - 1].start > group.start { index -= 1 }
        self.groups.insert(group, at: index)
        if isOpen { self.noteOpen(group) }
    }

    private mutating func cut(at index: Int, _ reason: EventGroup.Cut) {
        self.groups[index].cut = reason
        self.close(at: index)
        self.cuts += 1
    }

    /// Ends the oldest groups while there are too many, or too much waits.
    private mutating func keepBounds() {
        while self.heldBytes > Multiline.maxHeldBytes
            || (self.groups.count > Multiline.maxOpen && self.openGroups > Multiline.maxOpen)
        {
            guard let oldest = self.groups.firstIndex(where: \.isOpen) else { return }
            if self.isOrdered { return self.cutAll() }
            self.cut(at: oldest, .open)
        }
    }

    private mutating func cutAll() {
        for index in self.groups.indices where self.groups[index].isOpen { self.cut(at: index, .open) }
    }

    // MARK: the end of groups

    mutating func close(dueAt now: ContinuousClock.Instant) {
        if let patience = self.patience, patience <= now { return self.cutAll() }
        for index in self.groups.indices where self.groups[index].deadline <= now { self.close(at: index) }
    }

    mutating func closeAll() {
        for index in self.groups.indices { self.close(at: index) }
    }

    /// Ends the oldest open group because the input has too many.
    mutating func cutOldest() {
        if let oldest = self.groups.firstIndex(where: \.isOpen) { self.cut(at: oldest, .open) }
    }

    /// Appends the events that are complete; in an ordered source only up to a place that no event spans, and before
    /// `limit`.
    mutating func write(before limit: UInt64?, origin: UInt16, to batch: inout EventBatch) {
        guard self.isOrdered else { return self.writeClosed(origin: origin, to: &batch) }
        var end: UInt64 = 0
        var ready = 0
        for index in self.groups.indices {
            guard !self.groups[index].isOpen else { break }
            end = max(end, self.groups[index].end)
            let next = index + 1 < self.groups.count ? self.groups[index + 1].start : .max
            if end <= min(next, limit ?? .max) { ready = index + 1 }
        }
        guard ready > 0 else { return }
        for group in self.groups[..<ready] { self.write(group, origin: origin, to: &batch) }
        self.groups.removeFirst(ready)
    }

    private mutating func writeClosed(origin: UInt16, to batch: inout EventBatch) {
        for group in self.groups where !group.isOpen { self.write(group, origin: origin, to: &batch) }
        self.groups.removeAll { !$0.isOpen }
    }

    private mutating func write(_ group: EventGroup, origin: UInt16, to batch: inout EventBatch) {
        self.heldBytes -= group.weight
        group.write(hasOffsets: self.isOrdered, origin: origin, to: &batch)
    }
}
