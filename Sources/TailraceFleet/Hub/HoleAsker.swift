internal import Synchronization
internal import TailraceEvent
internal import TailraceLog

/// Asks hosts for what did not come, on a thread and a connection of its own, and tells all hubs by the stream what
/// can't be had.
package final class HoleAsker: Sendable {
    struct Hole: Hashable, Sendable {
        var host: String
        var epoch: String
        var epochFirst: UInt64
        var range: ClosedRange<UInt64>
    }

    private struct Patience {
        var since: ContinuousClock.Instant
        var nextAsking: ContinuousClock.Instant
    }

    /// Messages overtake each other on their way: what is missing for a moment is not asked for.
    static let patience = Duration.milliseconds(500)
    /// From one question to the next for the same numbers.
    private static let pause = Duration.seconds(2)
    private static let answerMilliseconds: Int64 = 1000
    /// Questions and gaps in one round; those of other hosts get their turn in the next.
    private static let maxPerRound = 64

    private let settings: HubSettings
    private let status: HubStatus
    private let holes = Mutex<[String: [Hole]]>([:])
    private let waiting = Mutex<[Hole: Patience]>([:])
    private let way = Mutex<JetStream?>(nil)

    package init(_ settings: HubSettings, status: HubStatus) {
        self.settings = settings
        self.status = status
    }

    /// What is missing of a host now.
    func note(_ host: String, _ ledger: HostLedger) {
        let holes = ledger.eras.flatMap { era in
            era.missing.ranges.map { Hole(host: host, epoch: era.epoch, epochFirst: era.first, range: $0) }
        }
        self.holes.withLock { $0[host] = holes.isEmpty ? nil : holes }
    }

    /// One round of questions; called now and then by one thread, which it blocks. Throws when the way is lost: the
    /// next round makes another one.
    package func step() throws(NatsError) {
        let now = ContinuousClock.now
        let open = self.holes.withLock { $0.values.flatMap(\.self) }
        let due = self.waiting.withLock { waiting -> [(hole: Hole, isLate: Bool)] in
            let known = Set(open)
            waiting = waiting.filter { known.contains($0.key) }
            for hole in open where waiting[hole] == nil {
                waiting[hole] = Patience(since: now, nextAsking: now + Self.patience)
            }
            return waiting.filter { $0.value.nextAsking <= now }.prefix(Self.maxPerRound).map {
                ($0.key, now - $0.value.since >= self.settings.resendTimeout)
            }
        }
        guard !due.isEmpty else { return }
        do throws(NatsError) {
            let way = try self.openWay()
            for (hole, isLate) in due {
                if isLate { try self.tell(hole, way) } else { self.ask(hole, way) }
                self.waiting.withLock { $0[hole]?.nextAsking = .now + Self.pause }
            }
        } catch {
            self.way.withLock { $0 = nil }
            throw error
        }
    }

    private func openWay() throws(NatsError) -> JetStream {
        if let way = self.way.withLock({ $0 }), way.connection.isOpen { return way }
        let way = try JetStream(NatsConnection(self.settings.link))
        self.way.withLock { $0 = way }
        return way
    }

    /// Whatever the answer is, the numbers come by the stream or they don't.
    private func ask(_ hole: Hole, _ way: JetStream) {
        let low = hole.range.lowerBound
        let high = min(hole.range.upperBound, low + ResendRequest.maxNumbers - 1)
        let request = ResendRequest(epoch: hole.epoch, numbers: low...high)
        let message = NatsMessage(
            subject: self.settings.subjects.resend(host: hole.host), payload: request.payload)
        self.status.update { $0.asked += 1 }
        _ = try? way.connection.request(message, milliseconds: Self.answerMilliseconds)
    }

    private func tell(_ hole: Hole, _ way: JetStream) throws(NatsError) {
        guard var compressor = BlockCompressor() else { return }
        let block = Self.gap(hole, at: .now())
        let subject = self.settings.subjects.blocks(host: hole.host, input: Self.source)
        var message: NatsMessage
        do { message = try FleetWire.encode(block, subject: subject, compressor: &compressor) } catch {
            throw NatsError(.other, "a gap can't be written: \(error)")
        }
        message.headers["Nats-Msg-Id"] = block.id(host: hole.host)
        let ack = try way.publish(message, into: self.settings.plan.name)
        if !ack.isDuplicate { self.status.update { $0.gapsTold += 1 } }
    }

    /// The `source` of gaps that a hub tells.
    static let source = "tailrace"

    /// Every hub makes the same of the same hole.
    static func gap(_ hole: Hole, at time: Timestamp) -> FleetBlock {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: Self.source, host: hole.host))
        let count = hole.range.upperBound - hole.range.lowerBound + 1
        batch.append(
            SourceGap(
                reason: "fleet", count: count, from: "\(hole.epoch):\(hole.range.lowerBound)",
                to: "\(hole.epoch):\(hole.range.upperBound)",
                message: "\(count) events of \(hole.host) did not reach the hubs, and the host did not bring them in "
                    + "time"), origin: origin, at: time)
        return FleetBlock(
            epoch: hole.epoch, epochFirst: hole.epochFirst, previous: 0, numbers: [hole.range], isGap: true,
            published: time, batch: batch)
    }
}
