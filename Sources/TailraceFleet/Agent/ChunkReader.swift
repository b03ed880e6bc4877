package import TailraceEvent
package import TailraceLog

/// Cuts the host's log into what messages carry: chunks in the order of the numbers, of each chunk one block per input.
package struct ChunkReader: Sendable {
    package struct Chunk: Sendable {
        package var blocks: [(subject: String, block: FleetBlock)]
        /// The last number that the blocks together cover.
        package var through: UInt64
        /// When its first event was read; of a gap, now.
        package var received: Timestamp
        package var events: Int { self.blocks.reduce(0) { $0 + $1.block.batch.count } }
    }

    private let log: EventLog
    let host: String
    private let subjects: FleetSubjects
    /// Where publishing began: what the log had before is nobody's loss.
    private let origin: UInt64

    package init(log: EventLog, host: String, subjects: FleetSubjects, origin: UInt64) {
        self.log = log
        self.host = host
        self.subjects = subjects
        self.origin = origin
    }

    var gapSubject: String { self.subjects.blocks(host: self.host, input: Mark.source) }

    /// The numbers of an epoch, as far as the log can have them; nil for one of another log.
    package func numbers(of epoch: String) -> ClosedRange<UInt64>? {
        let epochs = self.log.knownEpochs
        guard let index = epochs.lastIndex(where: { $0.name == epoch }) else { return nil }
        let end = index + 1 < epochs.count ? epochs[index + 1].first - 1 : self.log.head
        return epochs[index].first <= end ? epochs[index].first...end : nil
    }

    /// What follows `after`, nil at the end of the log or behind `limit`.
    package func chunk(after: UInt64, through limit: UInt64 = .max, isResend: Bool = false) throws(LogError) -> Chunk? {
        let epochs = self.log.knownEpochs
        guard let index = epochs.lastIndex(where: { $0.first <= after + 1 }) else { return nil }
        let end = min(limit, index + 1 < epochs.count ? epochs[index + 1].first - 1 : .max)
        let frame = Frame(
            epoch: epochs[index].name, epochFirst: max(epochs[index].first, self.origin), previous: after,
            isResend: isResend, published: .now())
        switch try self.log.read(after: after, through: end, maxEvents: FleetLimits.maxEvents) {
        case .atEnd: return nil
        case .missing(let from, let through, let reason):
            return self.gap(frame, from...through, reason: reason.rawValue)
        case .slices(let slices): return self.events(frame, slices)
        }
    }

    /// A gap for numbers that the log never had or has lost.
    package func gap(epoch: String, _ numbers: ClosedRange<UInt64>, reason: String) -> Chunk {
        let first = self.log.knownEpochs.last { $0.name == epoch }?.first ?? 1
        return self.gap(
            Frame(
                epoch: epoch, epochFirst: max(first, min(self.origin, numbers.lowerBound)),
                previous: numbers.lowerBound - 1, isResend: true, published: .now()),
            numbers, reason: reason)
    }

    /// A block that is larger than the server takes, in two; one event alone is lost, and told so.
    package func split(_ block: FleetBlock) -> [FleetBlock] {
        guard block.batch.count > 1, !block.isGap else {
            let lost = self.gap(
                Frame(block), block.first...block.last, reason: "too-large")
            return lost.blocks.map(\.block)
        }
        let numbers = block.numbers.flatMap { Array($0) }
        let middle = numbers.count / 2
        return [0..<middle, middle..<numbers.count].map { range in
            var part = block
            part.batch = EventBatch()
            part.batch.append(range, of: block.batch)
            part.numbers = []
            for number in numbers[range] { FleetBlock.add(number, to: &part.numbers) }
            return part
        }
    }

    /// What the blocks of a chunk have in common.
    private struct Frame {
        var epoch: String
        var epochFirst: UInt64
        var previous: UInt64
        var isResend: Bool
        var published: Timestamp

        init(epoch: String, epochFirst: UInt64, previous: UInt64, isResend: Bool, published: Timestamp) {
            self.epoch = epoch
            self.epochFirst = epochFirst
            self.previous = previous
            self.isResend = isResend
            self.published = published
        }

        init(_ block: FleetBlock) {
            self.init(
                epoch: block.epoch, epochFirst: block.epochFirst, previous: block.previous, isResend: block.isResend,
                published: block.published)
        }

        func block(_ numbers: [ClosedRange<UInt64>], _ batch: EventBatch, isGap: Bool = false) -> FleetBlock {
            FleetBlock(
                epoch: self.epoch, epochFirst: self.epochFirst, previous: self.previous, numbers: numbers,
                isGap: isGap, isResend: self.isResend, published: self.published, batch: batch)
        }
    }

    private func gap(_ frame: Frame, _ numbers: ClosedRange<UInt64>, reason: String) -> Chunk {
        let count = numbers.upperBound - numbers.lowerBound + 1
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: Mark.source, host: self.host))
        batch.append(
            SourceGap(
                reason: reason, count: count, from: "\(frame.epoch):\(numbers.lowerBound)",
                to: "\(frame.epoch):\(numbers.upperBound)",
                message: "\(count) events of \(self.host) did not get to the fleet: \(Self.sentence(reason))"),
            origin: origin, at: frame.published)
        return Chunk(
            blocks: [(self.gapSubject, frame.block([numbers], batch, isGap: true))], through: numbers.upperBound,
            received: frame.published)
    }

    private static func sentence(_ reason: String) -> String {
        switch reason {
        case MissingReason.evicted.rawValue: "retention took them from the host's log first"
        case MissingReason.damaged.rawValue: "the host's log is damaged there"
        case MissingReason.powerLoss.rawValue: "the host lost power before they were on its disk"
        case MissingReason.unknownEpoch.rawValue: "the host's log was begun anew"
        case "too-large": "the server takes no message of that size"
        default: reason
        }
    }

    private func events(_ frame: Frame, _ slices: [LogSlice]) -> Chunk? {
        var parts: [Part] = []
        var bySource: [String: Int] = [:]
        var (count, bytes) = (0, 0)
        var through = frame.previous
        var received: Int64?
        for slice in slices {
            let batch = slice.block.batch
            var chosen: [Int: [Int]] = [:]
            for index in slice.range {
                let record = batch.records[index]
                let weight = Int(record.messageLength) + Int(record.fieldsLength) + 16
                guard count == 0 || (count < FleetLimits.maxEvents && bytes + weight <= FleetLimits.blockBytes) else {
                    break
                }
                count += 1
                bytes += weight
                received = received ?? record.received
                through = slice.block.firstSeq + UInt64(index)
                let source = batch.origins[Int(record.origin)].source
                let part = bySource[source] ?? parts.count
                if part == parts.count {
                    bySource[source] = part
                    parts.append(Part(source: source))
                }
                FleetBlock.add(through, to: &parts[part].numbers)
                chosen[part, default: []].append(index)
            }
            for (part, indexes) in chosen {
                // Streams are the hub's to decide; that an event is only for a stream's own readers stays with it.
                parts[part].batch.append(indexes, of: batch, streams: EventBatch.Record.asideBit)
            }
            if through < slice.lastSeq { break }
        }
        guard count > 0 else { return nil }
        return Chunk(
            blocks: parts.map {
                (self.subjects.blocks(host: self.host, input: $0.source), frame.block($0.numbers, $0.batch))
            },
            through: through, received: Timestamp(nanoseconds: received ?? 0))
    }

    private struct Part {
        var source: String
        var numbers: [ClosedRange<UInt64>] = []
        var batch = EventBatch()
    }
}
