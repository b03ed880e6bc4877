internal import NIOPosix
internal import Synchronization
package import TailraceEvent
package import TailraceLog

extension Consumers {
    /// When a consumer was last used is stored this often while it is in use.
    private static let useInterval: Int64 = 3600 * 1_000_000_000

    /// Once a second; blocks nobody.
    func tick() {
        guard self.count > 0 else { return }
        self.workers.submit { state in
            if state == .active { self.keepHouse(at: .now()) }
        }
    }

    /// Forgets who was idle for too long, counts what retention took, and looks up when the oldest uncommitted events
    /// came. Blocks on the disk.
    package func keepHouse(at now: Timestamp) {
        let maxIdle = self.limits.maxIdle.components
        let idleSince = Timestamp(
            nanoseconds: now.nanoseconds - maxIdle.seconds * 1_000_000_000 - maxIdle.attoseconds / 1_000_000_000)
        let writes = self.state.withLock { state in
            var writes: [ConsumerWrite] = []
            for (key, record) in state.records {
                state.records[key]?.countEvicted(self.log)
                guard record.used(at: now) < idleSince, let name = ConsumerName(key) else { continue }
                writes.append(ConsumerWrite(name: name, change: .expire(idleSince: idleSince)))
            }
            return writes
        }
        if !writes.isEmpty { self.enqueue(writes) }
        self.lookUpArrivals()
        // A log that can't be written says so elsewhere, and this is stored again within the second.
        try? self.storeUse(at: now, ifOlderThan: Self.useInterval)
    }

    /// Events that are not in memory any more are read from disk, once for all who wait for the same one.
    private func lookUpArrivals() {
        var found: [UInt64: Int64?] = [:]
        let records = self.state.withLock { $0.records }
        for (key, record) in records {
            guard let after = try? self.log.resume(from: record.stored.position).after, after < self.log.head,
                record.oldestArrival?.seq != after + 1
            else { continue }
            let received = found[after + 1] ?? self.arrival(of: after + 1)
            found[after + 1] = .some(received)
            self.state.withLock { $0.records[key]?.oldestArrival = (after + 1, received) }
        }
    }

    private func arrival(of seq: UInt64) -> Int64? {
        guard let slice = try? self.log.event(seq) else { return nil }
        return slice.block.batch.records[slice.range.lowerBound].received
    }

    /// The relay ends: when each was last used is stored. Blocks on the disk.
    package func close() throws(LogError) { try self.storeUse(at: .now(), ifOlderThan: 0) }

    /// Stores when consumers were last used, where what is stored of it is old. Nothing else is touched: a commit that
    /// is on its way stands.
    private func storeUse(at now: Timestamp, ifOlderThan nanoseconds: Int64) throws(LogError) {
        let used = self.state.withLock { state in
            state.records.mapValues { (used: $0.used(at: now), stored: $0.storedSeen) }
        }.filter { $0.value.used.nanoseconds - $0.value.stored.nanoseconds > nanoseconds }.mapValues(\.used)
        guard !used.isEmpty else { return }
        try self.log.noteConsumers(seen: used)
        self.state.withLock { state in
            for (name, time) in used { state.records[name]?.storedSeen = time }
        }
    }
}
