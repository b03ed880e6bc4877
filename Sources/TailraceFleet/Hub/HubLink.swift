/// A hub's way to the stream of its fleet, and to the numbers that all hubs agree on.
package final class HubLink: Sendable {
    package let jetStream: JetStream
    /// As the stream was when the link was made.
    package let facts: StreamFacts
    /// What differs from the configuration; nothing is altered.
    package let differences: [String]
    package let origin: StreamOrigin
    private let numbers: KeyValue

    /// Anchors that a hub without a place looks at; each stands for a thousand messages.
    private static let maxAnchors = 100_000

    /// Makes the stream and the bucket if they are not there.
    package convenience init(_ settings: HubSettings) throws(NatsError) {
        let jetStream = try JetStream(NatsConnection(settings.link))
        let facts: StreamFacts
        if let found = try jetStream.stream(settings.plan.name) {
            facts = found
        } else {
            facts = try Self.make(settings.plan, jetStream)
        }
        let numbers = try KeyValue(
            jetStream, bucket: FleetSubjects.numbersBucket(fleet: settings.fleet), replicas: settings.plan.replicas)
        let origin = StreamOrigin.make(after: facts.firstPlace - 1)
        let agreed = try numbers.create(Self.originKey(facts), origin.stored)
        guard let known = StreamOrigin(stored: agreed) else {
            throw NatsError(
                .other, "the bucket of the fleet's numbers is damaged: \(Self.originKey(facts)) makes no sense; "
                    + "delete that key, and all hubs number anew")
        }
        self.init(
            jetStream: jetStream, facts: facts, differences: facts.differences(from: settings.plan), origin: known,
            numbers: numbers)
    }

    private init(
        jetStream: JetStream, facts: StreamFacts, differences: [String], origin: StreamOrigin, numbers: KeyValue
    ) {
        self.jetStream = jetStream
        self.facts = facts
        self.differences = differences
        self.origin = origin
        self.numbers = numbers
    }

    /// Somebody else may make it at the same moment.
    private static func make(_ plan: StreamPlan, _ jetStream: JetStream) throws(NatsError) -> StreamFacts {
        do { return try jetStream.makeStream(plan) } catch {
            if error.kind == .exists, let found = try jetStream.stream(plan.name) { return found }
            throw error
        }
    }

    /// Names the numbers of this stream on every hub.
    package var epoch: String {
        StreamEpoch.name(stream: self.facts.name, created: self.facts.created, origin: self.origin.name)
    }

    private static func originKey(_ facts: StreamFacts) -> String { "\(facts.created).origin" }
    private func key(_ place: UInt64) -> String { "\(self.epoch).\(place)" }

    /// Whether the stream and the beginning of its numbers are still those that the link was made with.
    package func isSame(as now: StreamFacts) throws(NatsError) -> Bool {
        guard now.created == self.facts.created else { return false }
        return try self.numbers.value(Self.originKey(self.facts)) == self.origin.stored
    }

    /// The same way with numbers that begin again, since those of before are of messages that nobody has.
    package func renewed() throws(NatsError) -> HubLink {
        let origin = StreamOrigin.make(after: self.facts.firstPlace - 1)
        try self.numbers.put(Self.originKey(self.facts), origin.stored)
        return HubLink(
            jetStream: self.jetStream, facts: self.facts, differences: self.differences, origin: origin,
            numbers: self.numbers)
    }

    // MARK: Anchors

    /// Tells all hubs a sum, and returns what holds: of two that differ the larger one.
    package func agree(on anchor: Numbering.Anchor, time: Int64) throws(NatsError) -> UInt64 {
        let key = self.key(anchor.place)
        let own = Array("\(anchor.number) \(time)".utf8)
        guard let held = Self.sum(try self.numbers.create(key, own)) else { return anchor.number }
        if held.number < anchor.number {
            try self.numbers.put(key, own)
            return anchor.number
        }
        return held.number
    }

    /// The newest anchor whose messages are still there and that is as old as `time`, or else the oldest one.
    package func anchor(before time: Int64) throws(NatsError) -> Numbering.Anchor? {
        let prefix = self.epoch + "."
        let first = self.facts.firstPlace - 1
        let places = try self.numbers.keys("\(prefix)*", limit: Self.maxAnchors)
            .compactMap { UInt64($0.dropFirst(prefix.count)) }.filter { $0 >= first && $0 <= self.facts.lastSequence }
            .sorted()
        var best: Numbering.Anchor? = self.origin.anchor.place >= first ? self.origin.anchor : nil
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            guard let held = Self.sum(try self.numbers.value(self.key(places[middle])) ?? []) else {
                high = middle
                continue
            }
            if held.time <= time {
                best = Numbering.Anchor(place: places[middle], number: held.number)
                low = middle + 1
            } else {
                if best == nil, middle == 0 { best = Numbering.Anchor(place: places[0], number: held.number) }
                high = middle
            }
        }
        return best
    }

    private static func sum(_ value: [UInt8]) -> (number: UInt64, time: Int64)? {
        let words = String(decoding: value, as: UTF8.self).split(separator: " ")
        guard words.count == 2, let number = UInt64(words[0]), let time = Int64(words[1]) else { return nil }
        return (number, time)
    }
}

extension StreamFacts {
    /// The first message that is there or will be; a stream that never had one says 0.
    var firstPlace: UInt64 { max(1, self.messages == 0 ? self.lastSequence + 1 : self.firstSequence) }
}
