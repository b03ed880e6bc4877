internal import TailraceCodec
package import TailraceEvent

/// Reads the stream in its order and hands on what a hub's log gets: every number of it, with the events that are new.
///
/// What is handed over carries the hub's place in the stream and its ledgers as checkpoints, so that a hub that is
/// killed goes on exactly behind the last message whose events are in its log.
package struct HubFeed: ~Copyable {
    /// What the relay does with what comes.
    package protocol Sink {
        var isStopped: Bool { get }
        func submit(_ batch: EventBatch, _ checkpoints: [String: [UInt8]]) throws
    }

    /// The numbers that the log goes on with are not those of the stream any more: it has to be opened anew.
    package struct StreamChanged: Error, CustomStringConvertible {
        package var description: String { "the stream was made anew or lost messages that it had given out" }
    }

    package static let placeKey = "place"
    /// Stored where the hub began with the stream's first message.
    package static let wholeKey = "whole"
    private static let hostPrefix = "host "

    /// One submission; more would delay the first event in it.
    private static let maxEvents = 4096
    private static let maxBytes = 1 << 20
    private static let waitMilliseconds: Int64 = 200
    /// Of messages that the server says are on their way.
    private static let followMilliseconds: Int64 = 20
    /// How often the stream is looked at beside reading it, and how long it may hold messages that do not come.
    private static let lookInterval = Duration.seconds(2)
    private static let maxSilence = Duration.seconds(6)

    private let settings: HubSettings
    private let subjects: FleetSubjects
    private let link: HubLink
    private let status: HubStatus
    private let asker: HoleAsker
    private var intake: HubIntake
    private var scanner = JSONScanner()
    private var lastLook = ContinuousClock.now
    private var lastMessage = ContinuousClock.now

    /// - Parameter checkpoints: what the last transaction stored; empty where the log began anew.
    package init(
        _ settings: HubSettings, _ start: HubStart, checkpoints: [String: [UInt8]], status: HubStatus,
        asker: HoleAsker
    ) {
        self.settings = settings
        self.subjects = settings.subjects
        self.link = start.link
        self.status = status
        self.asker = asker
        var hosts: [String: HostLedger] = [:]
        if start.begins == nil {
            for (key, value) in checkpoints where key.hasPrefix(Self.hostPrefix) {
                hosts[String(key.dropFirst(Self.hostPrefix.count))] = HostLedger(stored: value)
            }
        }
        self.intake = HubIntake(start.numbering, isWhole: start.isWhole, hosts: hosts)
        for (host, ledger) in hosts where ledger.missing > 0 { asker.note(host, ledger) }
        let (facts, epoch, place) = (start.link.facts, start.link.epoch, start.numbering.place)
        let server = start.link.jetStream.connection.server
        status.update {
            $0.stream = facts.name
            $0.epoch = epoch
            $0.server = server
            $0.isConnected = true
            $0.place = place
            $0.pending = facts.lastSequence - min(facts.lastSequence, place)
        }
    }

    /// Reads until the sink is stopped; throws when the way to the stream is lost.
    package mutating func run(into sink: some Sink) throws {
        defer { self.status.update { $0.isConnected = false } }
        let reader = try OrderedReader(
            self.link.jetStream, stream: self.settings.plan.name, subject: self.subjects.all,
            from: .sequence(self.intake.numbering.place + 1))
        while !sink.isStopped {
            var work = Work()
            var next = try reader.next(milliseconds: Self.waitMilliseconds)
            while let message = next {
                try self.take(message, into: &work)
                let isFull = work.batch.count >= Self.maxEvents || work.batch.bytes.count >= Self.maxBytes
                if message.pending == 0 || isFull { break }
                next = try reader.next(milliseconds: Self.followMilliseconds)
            }
            if !work.batch.isEmpty { try sink.submit(work.batch, self.checkpoints(of: work)) }
            try self.look(hasCome: !work.batch.isEmpty)
        }
    }

    private struct Work {
        var batch = EventBatch()
        var hosts: Set<String> = []
    }

    private func checkpoints(of work: borrowing Work) -> [String: [UInt8]] {
        var checkpoints = [Self.placeKey: self.intake.numbering.anchor.stored]
        if self.intake.isWhole { checkpoints[Self.wholeKey] = [] }
        for host in work.hosts { checkpoints[Self.hostPrefix + host] = self.intake.hosts[host]?.stored }
        return checkpoints
    }

    private mutating func take(_ stored: StoredMessage, into work: inout Work) throws(NatsError) {
        let time = Timestamp(nanoseconds: stored.time)
        try self.agree(before: stored.sequence, at: time, into: &work)
        let message = HubMessage(stored, self.subjects, &self.scanner)
        let missed = self.intake.numbering.missed
        let taken = self.intake.take(
            .init(
                place: stored.sequence, host: message.origin?.host ?? "", count: message.count, block: message.block))
        guard let taken else { return }
        work.batch.append(message.placed(taken.verdict, at: time))
        var missing: UInt64 = 0
        if let host = message.origin?.host, let ledger = self.intake.hosts[host], let verdict = taken.verdict {
            work.hosts.insert(host)
            missing = ledger.missing
            if verdict.fills || !verdict.opened.isEmpty { self.asker.note(host, ledger) }
        }
        self.status.note(message, taken.verdict, missing: missing, at: time)
        let nowMissed = self.intake.numbering.missed
        self.status.update {
            $0.place = stored.sequence
            $0.pending = stored.pending
            $0.missed += nowMissed - missed
        }
    }

    /// Compares sums with the other hubs where an anchor is passed.
    private mutating func agree(
        before place: UInt64, at time: Timestamp, into work: inout Work
    ) throws(NatsError) {
        guard let due = self.intake.numbering.anchorDue(before: place) else { return }
        let skipped = self.intake.numbering.agree(
            try self.link.agree(on: due, time: time.nanoseconds))
        guard skipped > 0 else { return }
        self.status.update { $0.skipped += skipped }
        guard skipped <= UInt64(Self.maxSkipped) else {
            throw NatsError(
                .other, "the other hubs are \(skipped) numbers ahead: this hub has missed too much of the stream; "
                    + "remove its log, and it begins anew")
        }
        work.batch.append(.fillers(Int(skipped), origin: Origin(source: "", host: ""), at: time))
    }

    /// A hub that missed more than retention holds of a busy stream does not come here: it begins anew.
    private static let maxSkipped = 1_000_000

    /// Looks now and then whether the stream is still the one that is read, and whether what it holds comes.
    private mutating func look(hasCome: Bool) throws {
        let now = ContinuousClock.now
        if hasCome { self.lastMessage = now }
        guard now - self.lastLook >= Self.lookInterval else { return }
        self.lastLook = now
        guard let facts = try self.link.jetStream.stream(self.settings.plan.name) else {
            throw NatsError(.notFound, "the stream \(self.settings.plan.name) is gone")
        }
        let place = self.intake.numbering.place
        guard try self.link.isSame(as: facts), facts.lastSequence >= place else { throw StreamChanged() }
        if facts.lastSequence > place, now - self.lastMessage > Self.maxSilence {
            throw NatsError(
                .timeout,
                "the server holds messages and sends none for \(Self.maxSilence): the connection is made anew")
        }
        if facts.lastSequence == place { self.status.update { $0.pending = 0 } }
    }
}
