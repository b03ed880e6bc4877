import TailraceFleet
import TailraceTesting

/// Hosts that publish their logs into a stream that loses, doubles and reorders, as plain values.
struct FleetModel {
    struct Message {
        var place: UInt64
        var host: String
        var block: HostBlock
    }

    /// How many events each host's log has.
    let events: UInt64
    let hosts: [String]
    private(set) var stream: [Message] = []
    private var random: SeededGenerator

    init(seed: UInt64, hosts: Int, events: UInt64) {
        self.random = SeededGenerator(seed: seed)
        self.events = events
        self.hosts = (0..<hosts).map { "host\($0)" }
        var sent: [Message] = []
        for host in self.hosts {
            var cursor: UInt64 = 0
            while cursor < events {
                // A kill -9 makes an agent publish again what was not acknowledged, cut in other places.
                if self.one(of: 12) { cursor -= min(cursor, .random(in: 1...30, using: &self.random)) }
                let last = min(events, cursor + .random(in: 1...20, using: &self.random))
                sent += self.blocks(cursor + 1...last).map { Message(place: 0, host: host, block: $0) }
                cursor = last
            }
        }
        self.deliver(sent)
        // What is lost at the end of a log is found when the host publishes once more.
        for host in self.hosts {
            let next = HostBlock(epoch: "e", epochFirst: 1, previous: events, numbers: [events + 1...events + 1])
            self.append(Message(place: 0, host: host, block: next))
        }
    }

    private mutating func one(of chances: Int) -> Bool { Int.random(in: 0..<chances, using: &self.random) == 0 }

    /// A chunk of a log: the events of each input are one message, which interleave in their numbers.
    private func blocks(_ range: ClosedRange<UInt64>, isResend: Bool = false) -> [HostBlock] {
        (UInt64(0)..<3).compactMap { input in
            // The input of an event hangs on its number alone, in runs.
            let numbers = range.filter { ($0 / 2 &* 0x9e37_79b9) >> 7 % 3 == input }
            guard !numbers.isEmpty else { return nil }
            return HostBlock(
                epoch: "e", epochFirst: 1, previous: range.lowerBound - 1,
                numbers: NumberSet(numbers.map { $0...$0 }).ranges, isResend: isResend)
        }
    }

    /// Hosts interleave; messages are lost, come twice, at once or much later, and overtake each other.
    private mutating func deliver(_ sent: [Message]) {
        var lanes = Dictionary(grouping: sent, by: \.host)
        var late: [Message] = []
        while let host = lanes.filter({ !$0.value.isEmpty }).keys.sorted().randomElement(using: &self.random) {
            var message = lanes[host]?.removeFirst()
            if self.one(of: 8), let other = lanes[host]?.first, let held = message {
                lanes[host]?[0] = held
                message = other
            }
            guard let message else { continue }
            let isLastOfHost = lanes[host]?.isEmpty ?? true
            if self.one(of: 15), !isLastOfHost { continue }
            self.append(message)
            if self.one(of: 10) { self.append(message) }
            if self.one(of: 10) { late.append(message) }
            if self.one(of: 10), let old = late.popLast() { self.append(old) }
        }
        for message in late { self.append(message) }
    }

    private mutating func append(_ message: Message) {
        self.stream.append(
            Message(place: UInt64(self.stream.count) + 1, host: message.host, block: message.block))
    }

    /// A host answers for a hole: with the events, or with a gap where its log has them no more.
    mutating func answer(_ host: String, _ hole: ClosedRange<UInt64>) {
        let gap = HostBlock(epoch: "e", epochFirst: 1, previous: 0, numbers: [hole], isGap: true)
        for block in self.one(of: 3) ? [gap] : self.blocks(hole, isResend: true) {
            for _ in 0..<(self.one(of: 2) ? 2 : 1) { self.append(Message(place: 0, host: host, block: block)) }
        }
    }
}

/// A hub that reads the model's stream and keeps what a reader of it would see.
struct ModelHub {
    struct Name: Hashable {
        var host: String
        var number: UInt64
    }

    var intake: HubIntake
    /// What a reader sees: the number in the hub's log by the host's number, and ranges told as gaps.
    private(set) var seen: [Name: UInt64] = [:]
    private(set) var gaps: [(host: String, range: ClosedRange<UInt64>)] = []
    private(set) var doubled: [Name] = []

    init(from anchor: Numbering.Anchor = .init(place: 0, number: 0)) {
        self.intake = HubIntake(Numbering(anchor), isWhole: anchor.place == 0)
    }

    mutating func read(_ stream: [FleetModel.Message]) {
        for message in stream where message.place > self.intake.numbering.place {
            let block = message.block
            let taken = self.intake.take(
                .init(place: message.place, host: message.host, count: Int(block.count), block: block))
            guard let taken, let verdict = taken.verdict else { continue }
            if block.isGap {
                if verdict.isNew[0] { self.gaps.append((message.host, block.numbers[0])) }
                continue
            }
            for (index, number) in block.numbers.joined().enumerated() where verdict.isNew[index] {
                let name = Name(host: message.host, number: number)
                if self.seen.updateValue(taken.firstNumber + UInt64(index), forKey: name) != nil {
                    self.doubled.append(name)
                }
            }
        }
    }

    /// As the next run of the hub finds it.
    mutating func restart() {
        let stored = self.intake.hosts.mapValues(\.stored)
        self.intake = HubIntake(
            self.intake.numbering, isWhole: self.intake.isWhole,
            hosts: stored.compactMapValues { HostLedger(stored: $0) })
    }

    func accounts(for name: Name) -> Bool {
        self.seen[name] != nil || self.gaps.contains { $0.host == name.host && $0.range.contains(name.number) }
    }
}
