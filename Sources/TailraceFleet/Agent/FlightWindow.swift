/// What is published and not acknowledged, and up to where all is.
///
/// Acknowledgements come in any order; the place moves over what is acknowledged from its beginning on, so what lies
/// behind the place is in the stream whatever happens.
package struct FlightWindow: Sendable {
    package struct Entry: Sendable {
        package var id: String
        package var message: NatsMessage
        package var events: Int
        /// The last number of the host's log that is done with it; nil where it does not move the place.
        package var through: UInt64?
        package var published: ContinuousClock.Instant

        package init(
            id: String, message: NatsMessage, events: Int, through: UInt64?, published: ContinuousClock.Instant
        ) {
            self.id = id
            self.message = message
            self.events = events
            self.through = through
            self.published = published
        }
    }

    private enum State { case underWay, acknowledged, failed }

    private var entries: [(entry: Entry, state: State)] = []
    package private(set) var bytes = 0
    package private(set) var acknowledgedThrough: UInt64

    package init(through: UInt64) { self.acknowledgedThrough = through }

    package var count: Int { self.entries.count }
    package var isEmpty: Bool { self.entries.isEmpty }
    package var hasFailed: Bool { self.entries.contains { $0.state == .failed } }
    /// Since when the oldest one is under way.
    package var oldestPublished: ContinuousClock.Instant? {
        self.entries.lazy.filter { $0.state == .underWay }.map(\.entry.published).min()
    }

    package func holds(_ id: String) -> Bool { self.entries.contains { $0.entry.id == id } }

    package mutating func add(_ entry: Entry) {
        self.bytes += entry.message.payload.count
        self.entries.append((entry, .underWay))
    }

    /// False for an id that is not, or no more, waited for.
    @discardableResult
    package mutating func acknowledge(_ id: String) -> Bool {
        guard let index = self.entries.firstIndex(where: { $0.entry.id == id }),
            self.entries[index].state != .acknowledged
        else { return false }
        self.entries[index].state = .acknowledged
        self.bytes -= self.entries[index].entry.message.payload.count
        self.entries[index].entry.message.payload = []
        self.advance()
        return true
    }

    package mutating func fail(_ id: String) {
        guard let index = self.entries.firstIndex(where: { $0.entry.id == id }),
            self.entries[index].state == .underWay
        else { return }
        self.entries[index].state = .failed
    }

    /// The connection is gone: nothing that was under way will be heard of again.
    package mutating func failAll() {
        for index in self.entries.indices where self.entries[index].state == .underWay {
            self.entries[index].state = .failed
        }
    }

    /// The first that failed, which is under way again now.
    package mutating func retry(at now: ContinuousClock.Instant) -> Entry? {
        guard let index = self.entries.firstIndex(where: { $0.state == .failed }) else { return nil }
        self.entries[index].state = .underWay
        self.entries[index].entry.published = now
        return self.entries[index].entry
    }

    /// Nothing of it is waited for any more: what was not acknowledged is read from the log again.
    package mutating func restart() {
        self.entries = []
        self.bytes = 0
    }

    private mutating func advance() {
        let done = self.entries.prefix { $0.state == .acknowledged }.count
        for (entry, _) in self.entries.prefix(done) {
            if let through = entry.through { self.acknowledgedThrough = max(self.acknowledgedThrough, through) }
        }
        self.entries.removeFirst(done)
    }
}
