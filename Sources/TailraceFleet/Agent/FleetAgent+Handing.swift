internal import Synchronization
internal import TailraceEvent
internal import TailraceLog

extension FleetAgent {
    /// All of a chunk is in the window before the first of it is handed over, so that nothing of it is forgotten when
    /// that fails.
    func hand(
        _ chunk: ChunkReader.Chunk, movesPlace: Bool, _ session: AgentSession, _ state: inout State
    ) throws(NatsError) -> Int {
        // A host that asks twice within this time gets one answer; the server knows it by its id.
        let asked = UInt64(max(0, Timestamp.now().nanoseconds)) / 30_000_000_000
        var entries: [FlightWindow.Entry] = []
        for (subject, block) in chunk.blocks {
            self.encode(block, subject, asked: asked, session, &state.compressor, state.reader, into: &entries)
        }
        entries.removeAll { state.window.holds($0.id) }
        if movesPlace, !entries.isEmpty { entries[entries.count - 1].through = chunk.through }
        for entry in entries { state.window.add(entry) }
        for entry in entries { try self.hand(entry, session, &state) }
        return entries.count
    }

    private func encode(
        _ block: FleetBlock, _ subject: String, asked: UInt64, _ session: AgentSession,
        _ compressor: inout BlockCompressor, _ reader: ChunkReader, into entries: inout [FlightWindow.Entry]
    ) {
        if let message = try? FleetWire.encode(block, subject: subject, compressor: &compressor),
            message.payload.count <= session.maxPayload
        {
            let id = block.id(host: reader.host, asked: asked)
            if block.isGap { self.status.withLock { $0.gapEvents += 1 } }
            entries.append(
                FlightWindow.Entry(id: id, message: message, events: block.batch.count, through: nil, published: .now))
            return
        }
        for part in reader.split(block) {
            self.encode(
                part, part.isGap ? reader.gapSubject : subject, asked: asked, session, &compressor, reader,
                into: &entries)
        }
    }

    func hand(
        _ entry: FlightWindow.Entry, _ session: AgentSession, _ state: inout State
    ) throws(NatsError) {
        do throws(NatsError) { try session.publisher.publish(entry.message, id: entry.id) } catch {
            state.window.fail(entry.id)
            throw error
        }
        self.status.withLock { status in
            status.publishedMessages += 1
            status.publishedEvents += UInt64(entry.events)
            status.publishedBytes += UInt64(entry.message.payload.count)
        }
    }
}
