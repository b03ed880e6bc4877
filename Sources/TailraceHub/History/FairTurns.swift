internal import DequeModule

/// Who searches next: of those who wait, the one who had least of the workers' time.
///
/// Whoever comes anew begins where the others are, so nobody saves up time, and one with thirty searches gets no more
/// than one with a single search. A value without clocks and threads.
package struct FairTurns<Work> {
    private struct Owner {
        var waiting: Deque<Work> = []
        var running = 0
        var spent: Duration
    }

    private let atOnce: Int
    private var owners: [String: Owner] = [:]
    /// What the one who was served last had spent by then.
    private var level = Duration.zero
    package private(set) var running = 0
    package private(set) var waiting = 0

    package init(atOnce: Int) { self.atOnce = atOnce }

    package mutating func add(_ work: Work, of owner: String) {
        var entry = self.owners[owner] ?? Owner(spent: self.level)
        if entry.waiting.isEmpty, entry.running == 0 { entry.spent = max(entry.spent, self.level) }
        entry.waiting.append(work)
        self.owners[owner] = entry
        self.waiting += 1
    }

    /// What is to be done now; nil if nobody waits, or all places are taken.
    package mutating func next() -> (owner: String, work: Work)? {
        guard self.running < self.atOnce, self.waiting > 0 else { return nil }
        // Names decide between equals, so that the order is the same each time.
        let first = self.owners.filter { !$0.value.waiting.isEmpty }
            .min { ($0.value.spent, $0.value.running, $0.key) < ($1.value.spent, $1.value.running, $1.key) }
        guard let (name, found) = first else { return nil }
        var entry = found
        guard let work = entry.waiting.popFirst() else { return nil }
        entry.running += 1
        self.level = max(self.level, entry.spent)
        self.owners[name] = entry
        self.running += 1
        self.waiting -= 1
        return (name, work)
    }

    /// A turn is over, and took so long.
    package mutating func end(of owner: String, after time: Duration) {
        self.running -= 1
        guard var entry = self.owners[owner] else { return }
        entry.running -= 1
        entry.spent += time
        self.owners[owner] = entry
        // Whoever waits for nothing and owes nothing is as good as new.
        self.owners = self.owners.filter { _, owner in
            !owner.waiting.isEmpty || owner.running > 0 || owner.spent > self.level
        }
    }
}
