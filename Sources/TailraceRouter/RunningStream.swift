internal import TailraceEvent
internal import TailraceFilter

/// What a stream goes on with when the configuration is read again: all of it hangs on the stream's name.
struct StreamState {
    var sample: StratifiedSample?
    var bucket: TokenBucket?
    var account: StreamAccount
}

/// A route that puts events into its stream, at work.
final class RunningStream {
    /// 0 if the stream has no number.
    let streamBit: UInt64
    let status: RouteStatus
    var state: StreamState
    private let selector: RouteSelector
    private var kept: [Int] = []

    init(
        _ definition: RouteDefinition, _ thinning: Thinning, context: MatchContext, status: RouteStatus,
        adopting old: StreamState?
    ) {
        let number = context.streamNumbers[definition.name]
        let bit = number.map { (0..<Router.maxRoutes).contains($0) ? UInt64(1) << UInt64($0) : 0 } ?? 0
        self.streamBit = bit
        self.status = status
        self.selector = RouteSelector(definition, context: context)
        var state = old ?? StreamState(account: StreamAccount(stream: definition.name, streamBit: bit))
        state.sample = thinning.sampleOneOf.map { oneOf in
            guard var sample = state.sample else {
                return StratifiedSample(oneOf: oneOf, seed: .random(in: 0 ... .max))
            }
            sample.change(oneOf: oneOf)
            return sample
        }
        state.bucket = thinning.rateLimit.map { limit in
            if let bucket = state.bucket, bucket.limit == limit { bucket } else { TokenBucket(limit) }
        }
        self.state = state
    }

    /// Fills `indexes` with all that the route takes, and puts into its stream what of it stays.
    func take(from batch: inout EventBatch, firstSeq: UInt64, at now: Int64, into indexes: inout [Int]) {
        let offered = self.selector.select(from: batch, into: &indexes)
        var seen = LevelCounts()
        for index in indexes { seen.count(batch.records[index].level) }
        guard self.state.sample != nil || self.state.bucket != nil else {
            for index in indexes { batch.records[index].streams |= self.streamBit }
            return self.status.update {
                $0.offered += UInt64(offered)
                $0.seen.add(seen)
                $0.kept.add(seen)
            }
        }
        var change = RouteStatistics()
        self.thin(indexes, of: batch, firstSeq: firstSeq, at: now, &change)
        for index in self.kept {
            change.kept.count(batch.records[index].level)
            batch.records[index].streams |= self.streamBit
        }
        self.status.update {
            $0.offered += UInt64(offered)
            $0.seen.add(seen)
            $0.kept.add(change.kept)
            $0.sampled += change.sampled
            $0.limited += change.limited
            $0.first += change.first
        }
    }

    private func thin(
        _ indexes: [Int], of batch: borrowing EventBatch, firstSeq: UInt64, at now: Int64,
        _ change: inout RouteStatistics
    ) {
        self.kept.removeAll(keepingCapacity: true)
        let bytes = batch.bytes.span
        let records = batch.records
        for index in indexes {
            let record = records[index]
            let seq = firstSeq + UInt64(index)
            if RelayEvents.contains(record, in: bytes) {
                self.kept.append(index)
                continue
            }
            switch self.state.sample?.judge(level: record.level, message: bytes.extracting(record.messageRange)) {
            case .leftOut:
                change.sampled += 1
                self.state.account.leaveOut(seq, .sampled, at: now)
                continue
            case .first: change.first += 1
            case .severe, .picked, nil: break
            }
            if self.state.bucket?.take(at: now) == false {
                change.limited += 1
                self.state.account.leaveOut(seq, .rateLimit, at: now)
            } else {
                self.kept.append(index)
            }
        }
    }
}
