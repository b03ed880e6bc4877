package import TailraceCodec
package import TailraceEvent

/// A message of the stream as a hub understands it: nothing in it is believed before it was looked at.
package struct HubMessage: Sendable {
    /// Nil for a message whose subject is not one of a host.
    package var origin: Origin?
    /// Numbers that it takes, readable or not.
    package var count: Int
    package var block: HostBlock?
    package var batch = EventBatch()
    /// The host's clock when it was published.
    package var published: Timestamp?
    /// Why there is no block.
    package var problem: WireError?

    package init(_ stored: StoredMessage, _ subjects: FleetSubjects, _ scanner: inout JSONScanner) {
        self.count = Int(FleetWire.count(stored.message) ?? 1)
        guard let named = subjects.origin(of: stored.message.subject) else {
            self.problem = .subject
            return
        }
        let origin = Origin(source: named.input, host: named.host)
        self.origin = origin
        do {
            let block = try FleetWire.decode(stored.message)
            self.published = block.published
            self.batch = try Self.admit(block.batch, as: origin, received: stored.time, &scanner)
            self.block = HostBlock(
                epoch: block.epoch, epochFirst: block.epochFirst, previous: block.previous, numbers: block.numbers,
                isGap: block.isGap, isResend: block.isResend)
        } catch { self.problem = error }
    }

    /// Events as readers may get them: text that is text, fields that are JSON, levels that exist. Who sent them, and
    /// when they arrived, the server says.
    private static func admit(
        _ batch: EventBatch, as origin: Origin, received: Int64, _ scanner: inout JSONScanner
    ) throws(WireError) -> EventBatch {
        let bytes = batch.bytes.span
        var object: [UInt8] = []
        for record in batch.records {
            guard record.level <= Level.allCases.count,
                UTF8Text.firstInvalid(in: bytes.extracting(record.messageRange)) == nil
            else { throw .damaged }
            guard record.fieldsLength > 0 else { continue }
            let fields = bytes.extracting(record.fieldsRange)
            object.removeAll(keepingCapacity: true)
            object.append(UInt8(ascii: "{"))
            for index in fields.indices { object.append(fields[index]) }
            object.append(UInt8(ascii: "}"))
            guard UTF8Text.firstInvalid(in: object.span) == nil, scanner.scan(object.span), scanner.isMinified else {
                throw .damaged
            }
        }
        return Self.named(batch, as: origin, received: received)
    }

    /// A host may relay what others told it; their names stay with the events as `origin_host`.
    private static func named(_ batch: EventBatch, as origin: Origin, received: Int64) -> EventBatch {
        var records = batch.records
        for index in records.indices {
            records[index].received = received
            records[index].streams &= EventBatch.Record.asideBit
        }
        guard batch.origins.contains(where: { $0.host != origin.host }) else {
            for index in records.indices { records[index].origin = 0 }
            return EventBatch(origins: [origin], records: records, bytes: batch.bytes)
        }
        let known = EventBatch(origins: batch.origins, records: records, bytes: batch.bytes)
        var named = EventBatch()
        let number = named.origin(origin)
        for index in known.records.indices {
            named.append([index], of: known, streams: EventBatch.Record.asideBit)
            let host = batch.origins[Int(records[index].origin)].host
            named.records[index].origin = number
            guard host != origin.host else { continue }
            var member = Array("\"origin_host\":".utf8)
            JSONText.append(host, to: &member)
            named.appendFieldsToLast(member.span)
        }
        return named
    }

    /// The events that `verdict` lets through at their places, and fillers for all other numbers.
    package func placed(_ verdict: HostLedger.Verdict?, at time: Timestamp) -> EventBatch {
        let origin = self.origin ?? Origin(source: "", host: "")
        guard let verdict, verdict.isNew.count == self.batch.count, self.batch.count == self.count else {
            return .fillers(self.count, origin: origin, at: time)
        }
        let records = self.batch.records
        let hidden = records.indices.filter { !verdict.isNew[$0] || records[$0].isAside }
        guard !hidden.isEmpty else { return self.batch }
        var batch = self.batch
        batch.remove(hidden)
        let places = records.indices.filter { verdict.isNew[$0] && !records[$0].isAside }
        batch.spread(to: places, among: self.count, at: time)
        return batch
    }
}
